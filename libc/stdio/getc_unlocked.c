/* getc_unlocked: getc for who has the stream's lock. */
#include "libc/stdio/file.h"

int getc_unlocked(FILE *file)
{
    return file_getc(file);
}
