/* The same under its other name. */
#ifndef LIMEN_LIBC_SYSCALL_H
#define LIMEN_LIBC_SYSCALL_H

#include <sys/syscall.h>

#endif
