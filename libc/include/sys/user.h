/* The registers that ptrace shows. */
#ifndef LIMEN_LIBC_SYS_USER_H
#define LIMEN_LIBC_SYS_USER_H

#include "kernel/abi/ptrace.h"

#endif
