/* What is known of a file system, in POSIX's words. */
#ifndef LIMEN_LIBC_SYS_STATVFS_H
#define LIMEN_LIBC_SYS_STATVFS_H

#include <sys/types.h>

#include "kernel/abi/statfs.h"

struct statvfs {
    unsigned long f_bsize;
    unsigned long f_frsize;
    fsblkcnt_t f_blocks; /* of f_frsize bytes */
    fsblkcnt_t f_bfree;
    fsblkcnt_t f_bavail;
    fsfilcnt_t f_files;
    fsfilcnt_t f_ffree;
    fsfilcnt_t f_favail;
    unsigned long f_fsid;
    unsigned long f_flag; /* ST_* */
    unsigned long f_namemax;
};

int statvfs(const char *restrict path, struct statvfs *restrict st);
int fstatvfs(int fd, struct statvfs *st);

#endif
