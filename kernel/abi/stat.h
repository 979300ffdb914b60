/*
 * What stat tells of a file, and the bits of st_mode.
 *
 * See `man 2 stat`, `man 7 inode`.
 */
#ifndef LIMEN_ABI_STAT_H
#define LIMEN_ABI_STAT_H

#include "kernel/abi/time.h"

struct stat {
    unsigned long st_dev;
    unsigned long st_ino;
    unsigned long st_nlink;
    unsigned int st_mode;
    unsigned int st_uid;
    unsigned int st_gid;
    unsigned int __st_pad;
    unsigned long st_rdev;
    long st_size;
    long st_blksize;
    long st_blocks; /* of 512 bytes, whatever st_blksize says */
    struct timespec st_atim;
    struct timespec st_mtim;
    struct timespec st_ctim;
    long __st_reserved[3];
};
_Static_assert(sizeof(struct stat) == 144, "struct stat");

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFLNK 0120000
#define S_IFREG 0100000
#define S_IFBLK 0060000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IFIFO 0010000

#define S_ISUID 04000
#define S_ISGID 02000
#define S_ISVTX 01000
#define S_IRWXU 0700
#define S_IRUSR 0400
#define S_IWUSR 0200
#define S_IXUSR 0100
#define S_IRWXG 0070
#define S_IRGRP 0040
#define S_IWGRP 0020
#define S_IXGRP 0010
#define S_IRWXO 0007
#define S_IROTH 0004
#define S_IWOTH 0002
#define S_IXOTH 0001

#define S_ISSOCK(mode) (((mode)&S_IFMT) == S_IFSOCK)
#define S_ISLNK(mode) (((mode)&S_IFMT) == S_IFLNK)
#define S_ISREG(mode) (((mode)&S_IFMT) == S_IFREG)
#define S_ISBLK(mode) (((mode)&S_IFMT) == S_IFBLK)
#define S_ISDIR(mode) (((mode)&S_IFMT) == S_IFDIR)
#define S_ISCHR(mode) (((mode)&S_IFMT) == S_IFCHR)
#define S_ISFIFO(mode) (((mode)&S_IFMT) == S_IFIFO)

/* A dev_t splits its two numbers: minor bits 0-7 and 20-31, major bits 8-19 and 32-63. */
#define DEV_MAJOR(dev) ((unsigned int)((((dev) >> 8) & 0xfff) | (((dev) >> 32) & 0xfffff000)))
#define DEV_MINOR(dev) ((unsigned int)(((dev)&0xff) | (((dev) >> 12) & 0xffffff00)))
#define DEV_MAKE(major, minor)                                                                    \
    ((((major)&0xfffff000UL) << 32) | (((major)&0xfffUL) << 8) | (((minor)&0xffffff00UL) << 12) | \
     ((minor)&0xffUL))

#endif
