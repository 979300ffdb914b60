/* mkostemp: a new file with a name that nobody has yet, opened. */
#include <fcntl.h>
#include <stdlib.h>

#include "libc/stdlib/temporary.h"

static int file_make(const char *path, int flags)
{
    return open(path, O_RDWR | O_CREAT | O_EXCL | flags, 0600);
}

int mkostemp(char *template, int flags)
{
    return __temporary_make(template, file_make, flags & ~O_ACCMODE);
}
