/* Another name of <fcntl.h>. */
#ifndef LIMEN_LIBC_SYS_FCNTL_H
#define LIMEN_LIBC_SYS_FCNTL_H

#include <fcntl.h>

#endif
