/* Another name of <unistd.h>. */
#ifndef LIMEN_LIBC_SYS_UNISTD_H
#define LIMEN_LIBC_SYS_UNISTD_H

#include <unistd.h>

#endif
