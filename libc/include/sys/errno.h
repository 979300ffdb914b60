/* Another name of <errno.h>. */
#ifndef LIMEN_LIBC_SYS_ERRNO_H
#define LIMEN_LIBC_SYS_ERRNO_H

#include <errno.h>

#endif
