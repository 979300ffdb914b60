/* feof: whether the end was met. */
#include "libc/stdio/file.h"

int feof(FILE *file)
{
    return (file->flags & FILE_EOF) != 0;
}
