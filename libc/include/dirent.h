/* Reading directories. */
#ifndef LIMEN_LIBC_DIRENT_H
#define LIMEN_LIBC_DIRENT_H

#include <sys/types.h>

#include "kernel/abi/dirent.h"

/* Laid out as the kernel's struct linux_dirent64, with room for the longest name. */
struct dirent {
    ino_t d_ino;
    off_t d_off;
    unsigned short d_reclen;
    unsigned char d_type;
    char d_name[256];
};
#define d_fileno d_ino
#define DTTOIF(type) ((type) << 12)
#define IFTODT(mode) (((mode)&0170000) >> 12)

typedef struct limen_dir DIR;

DIR *opendir(const char *path);
DIR *fdopendir(int fd);
struct dirent *readdir(DIR *dir);
int closedir(DIR *dir);
int dirfd(DIR *dir);
void rewinddir(DIR *dir);
void seekdir(DIR *dir, long position);
long telldir(DIR *dir);
int alphasort(const struct dirent **a, const struct dirent **b);
int scandir(const char *path, struct dirent ***list, int (*filter)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **));

#endif
