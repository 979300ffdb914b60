/* ferror: whether something failed. */
#include "libc/stdio/file.h"

int ferror(FILE *file)
{
    return (file->flags & FILE_ERROR) != 0;
}
