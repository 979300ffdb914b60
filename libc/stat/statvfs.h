/* From the kernel's struct statfs to POSIX's. */
#ifndef LIMEN_LIBC_STAT_STATVFS_H
#define LIMEN_LIBC_STAT_STATVFS_H

#include <sys/statfs.h>
#include <sys/statvfs.h>

static inline void statvfs_fill(struct statvfs *st, const struct statfs *from)
{
    *st = (struct statvfs){
        .f_bsize = (unsigned long)from->f_bsize,
        .f_frsize = (unsigned long)(from->f_frsize ? from->f_frsize : from->f_bsize),
        .f_blocks = (fsblkcnt_t)from->f_blocks,
        .f_bfree = (fsblkcnt_t)from->f_bfree,
        .f_bavail = (fsblkcnt_t)from->f_bavail,
        .f_files = (fsfilcnt_t)from->f_files,
        .f_ffree = (fsfilcnt_t)from->f_ffree,
        .f_favail = (fsfilcnt_t)from->f_ffree,
        .f_fsid = (unsigned int)from->f_fsid.__val[0] |
                  (unsigned long)(unsigned int)from->f_fsid.__val[1] << 32,
        .f_flag = (unsigned long)from->f_flags & ~(unsigned long)ST_VALID,
        .f_namemax = (unsigned long)from->f_namelen,
    };
}

#endif
