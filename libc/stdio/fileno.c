/* fileno: the descriptor below a stream. */
#include <errno.h>

#include "libc/stdio/file.h"

int fileno(FILE *file)
{
    if (file->fd < 0)
        errno = EBADF;
    return file->fd;
}
