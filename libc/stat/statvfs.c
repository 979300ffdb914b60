/* statvfs: what is known of the file system that a path is in. */
#include "libc/stat/statvfs.h"

int statvfs(const char *restrict path, struct statvfs *restrict st)
{
    struct statfs from;

    if (statfs(path, &from) < 0)
        return -1;
    statvfs_fill(st, &from);
    return 0;
}
