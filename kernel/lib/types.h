/*
 * Scalar types that all of the kernel shares. The names are POSIX's and Linux's; sizes are those of
 * the x86-64 ABI.
 */
#ifndef LIMEN_LIB_TYPES_H
#define LIMEN_LIB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t phys_addr_t; /* a physical address */
typedef uint64_t cpumask_t;   /* bit n: CPU n; MAX_CPUS is 64 */

typedef long ssize_t;
typedef long loff_t;
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int mode_t;
typedef uint64_t dev_t; /* (major << 8 | minor) packed as Linux's new_encode_dev */
typedef uint64_t ino_t;

#endif
