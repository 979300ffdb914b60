/* dirfd: the descriptor of an open directory. */
#include "libc/dirent/dir.h"

int dirfd(DIR *dir)
{
    return dir->fd;
}
