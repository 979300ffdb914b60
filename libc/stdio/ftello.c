/* ftello: the place where the stream reads or writes next. */
#include "libc/stdio/file.h"

static off_t file_tell(FILE *file)
{
    bool at_end = (file->flags & FILE_APPENDS) && file->write_end && file->write_pos > file->buf;
    off_t place = file->ops->seek(file, 0, at_end ? SEEK_END : SEEK_CUR);

    if (place < 0)
        return -1;
    if (file->write_end)
        return place + (file->write_pos - file->buf);
    return place - (file->read_end - file->read_pos);
}

off_t ftello(FILE *file)
{
    off_t place;

    __lock(&file->lock);
    place = file_tell(file);
    __unlock(&file->lock);
    return place;
}
