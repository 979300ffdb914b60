/* Types that several POSIX headers share; those that cross into the kernel are kernel/abi's. */
#ifndef LIMEN_LIBC_SYS_TYPES_H
#define LIMEN_LIBC_SYS_TYPES_H

#include <limen/threads.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/abi/types.h"

typedef unsigned int id_t;
typedef int key_t;
typedef unsigned int useconds_t;
typedef unsigned long fsblkcnt_t;
typedef unsigned long fsfilcnt_t;
typedef int timer_t;

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef char *caddr_t;

#endif
