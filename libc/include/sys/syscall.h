/* Numbers for syscall(). */
#ifndef LIMEN_LIBC_SYS_SYSCALL_H
#define LIMEN_LIBC_SYS_SYSCALL_H

#include "gen/syscall_nr.h"

#endif
