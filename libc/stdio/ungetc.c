/* ungetc: makes a character the next one to be read. */
#include "libc/stdio/file.h"

int __file_ungetc(int c, FILE *file)
{
    if (c == EOF || __file_to_read(file) == EOF || file->read_pos == file->buf - UNGET_BYTES)
        return EOF;
    file->read_pos--;
    /* What was read just now lies there already, and the buffer of sscanf is not to be written. */
    if (file->read_pos < file->buf || *file->read_pos != (unsigned char)c)
        *file->read_pos = (unsigned char)c;
    file->flags &= ~FILE_EOF;
    return (unsigned char)c;
}

int ungetc(int c, FILE *file)
{
    int result;

    __lock(&file->lock);
    result = __file_ungetc(c, file);
    __unlock(&file->lock);
    return result;
}
