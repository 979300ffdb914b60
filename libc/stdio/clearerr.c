/* clearerr: forgets end and failure. */
#include "libc/stdio/file.h"

void clearerr(FILE *file)
{
    file->flags &= ~(FILE_EOF | FILE_ERROR);
}
