/* seekdir: back to a place that telldir told. */
#include <unistd.h>

#include "libc/dirent/dir.h"

void seekdir(DIR *dir, long position)
{
    lseek(dir->fd, position, SEEK_SET);
    dir->position = position;
    dir->next = dir->end = 0;
}
