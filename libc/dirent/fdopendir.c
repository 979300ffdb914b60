/* fdopendir: reads the directory behind a descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "libc/dirent/dir.h"

DIR *fdopendir(int fd)
{
    struct stat st;
    DIR *dir;

    if (fstat(fd, &st) < 0)
        return NULL;
    if (!S_ISDIR(st.st_mode)) {
        errno = ENOTDIR;
        return NULL;
    }
    dir = calloc(1, sizeof(*dir));
    if (dir)
        dir->fd = fd;
    return dir;
}
