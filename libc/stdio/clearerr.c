/* clearerr: forgets end and failure. */
#include "libc/stdio/file.h"

void clearerr(FILE *file)
{
    __lock(&file->lock);
    file->flags &= ~(FILE_EOF | FILE_ERROR);
    __unlock(&file->lock);
}
