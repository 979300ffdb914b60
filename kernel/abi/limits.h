/*
 * Limits that callers see.
 *
 * See `man 3 limits.h`, `man 7 pipe`, `man 2 execve`.
 */
#ifndef LIMEN_ABI_LIMITS_H
#define LIMEN_ABI_LIMITS_H

#define NAME_MAX 255
#define PATH_MAX 4096 /* with the final NUL */
#define PIPE_BUF 4096 /* a write up to this size is not interleaved with others' */
#define NGROUPS_MAX 65536
#define ARG_MAX 131072 /* what POSIX promises; one string may be as long: MAX_ARG_STRLEN */
#define MAX_ARG_STRLEN 131072
#define LINK_MAX 127
#define IOV_MAX 1024
#define SYMLINKS_MAX 40         /* followed in one resolution before -ELOOP */
#define RW_COUNT_MAX 0x7ffff000 /* bytes that one read or write transfers at most */

#endif
