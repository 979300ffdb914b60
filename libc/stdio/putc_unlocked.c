/* putc_unlocked: putc for who has the stream's lock. */
#include "libc/stdio/file.h"

int putc_unlocked(int c, FILE *file)
{
    unsigned char byte = (unsigned char)c;

    if (file->mode == _IOFBF && file->write_pos < file->write_end) {
        *file->write_pos++ = byte;
        return byte;
    }
    return __file_write(file, &byte, 1) == 1 ? byte : EOF;
}
