/* flockfile and its kin: a stream for one thread alone, over several calls. */
#include "libc/stdio/file.h"

void flockfile(FILE *file)
{
    __lock(&file->lock);
}

void funlockfile(FILE *file)
{
    __unlock(&file->lock);
}

int ftrylockfile(FILE *file)
{
    return __lock_try(&file->lock) ? 0 : -1;
}
