/* Another name of <signal.h>. */
#ifndef LIMEN_LIBC_SYS_SIGNAL_H
#define LIMEN_LIBC_SYS_SIGNAL_H

#include <signal.h>

#endif
