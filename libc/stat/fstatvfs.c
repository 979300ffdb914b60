/* fstatvfs: what is known of the file system that a file is in. */
#include "libc/stat/statvfs.h"

int fstatvfs(int fd, struct statvfs *st)
{
    struct statfs from;

    if (fstatfs(fd, &from) < 0)
        return -1;
    statvfs_fill(st, &from);
    return 0;
}
