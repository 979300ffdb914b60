/* Another name of <sys/wait.h>. */
#ifndef LIMEN_LIBC_WAIT_H
#define LIMEN_LIBC_WAIT_H

#include <sys/wait.h>

#endif
