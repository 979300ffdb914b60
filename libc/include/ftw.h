/* Walking through a tree of files. */
#ifndef LIMEN_LIBC_FTW_H
#define LIMEN_LIBC_FTW_H

#include <sys/stat.h>

#define FTW_F 0
#define FTW_D 1
#define FTW_DNR 2
#define FTW_NS 3
#define FTW_SL 4
#define FTW_DP 5
#define FTW_SLN 6

#define FTW_PHYS 1
#define FTW_MOUNT 2
#define FTW_CHDIR 4 /* refused: EINVAL */
#define FTW_DEPTH 8

struct FTW {
    int base;
    int level;
};

int nftw(const char *path,
         int (*function)(const char *path, const struct stat *st, int type, struct FTW *place),
         int descriptors, int flags);

#endif
