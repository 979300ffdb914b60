/* closedir: ends the reading of a directory. */
#include <stdlib.h>
#include <unistd.h>

#include "libc/dirent/dir.h"

int closedir(DIR *dir)
{
    int result = close(dir->fd);

    free(dir);
    return result;
}
