/* The kernel's -errno becomes errno and -1, in one place. */
#ifndef LIMEN_LIBC_ERRNO_SYSCALL_RETURN_H
#define LIMEN_LIBC_ERRNO_SYSCALL_RETURN_H

#include "gen/syscall_decls.h"

long __syscall_return(long result);

#endif
