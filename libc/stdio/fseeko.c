/* fseeko: moves the place where the stream reads and writes. */
#include "libc/stdio/file.h"

static int file_seek(FILE *file, off_t offset, int whence)
{
    if (file->write_end && __file_flush(file) == EOF)
        return -1;
    if (whence == SEEK_CUR && file->read_end)
        offset -= file->read_end - file->read_pos;
    if (file->ops->seek(file, offset, whence) < 0)
        return -1;
    file->read_pos = file->read_end = file->write_pos = file->write_end = NULL;
    file->flags &= ~FILE_EOF;
    return 0;
}

int fseeko(FILE *file, off_t offset, int whence)
{
    int result;

    __lock(&file->lock);
    result = file_seek(file, offset, whence);
    __unlock(&file->lock);
    return result;
}
