/*
 * The scalar types in which the kernel and its callers speak. Names are POSIX's, widths are
 * those of Linux on x86-64.
 *
 * None is narrower than an int: an argument's upper register half is nobody's promise, and
 * gcc and clang differ in who extends a char or a short.
 */
#ifndef LIMEN_ABI_TYPES_H
#define LIMEN_ABI_TYPES_H

typedef __SIZE_TYPE__ size_t;
typedef long ssize_t;
typedef long off_t;
typedef long loff_t;

typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int mode_t;
typedef unsigned long dev_t;
typedef unsigned long ino_t;
typedef unsigned long nlink_t;
typedef long blksize_t;
typedef long blkcnt_t;

typedef long time_t;
typedef long suseconds_t;
typedef long clock_t;
typedef int clockid_t;

/* One bit per signal: bit N - 1 stands for signal N. */
typedef unsigned long kernel_sigset_t;

_Static_assert(sizeof(size_t) == 8 && sizeof(long) == 8 && sizeof(int) == 4, "LP64");

#endif
