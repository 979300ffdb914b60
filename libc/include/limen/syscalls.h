/*
 * Every call of kernel/abi/syscalls.tbl as a function, so that a new one is callable at once:
 * NAME() where no other header declares it, with errno; __sys_NAME() with the kernel's own result.
 */
#ifndef LIMEN_LIBC_LIMEN_SYSCALLS_H
#define LIMEN_LIBC_LIMEN_SYSCALLS_H

#include "gen/syscall_decls.h"
#include "gen/syscall_nr.h"

#endif
