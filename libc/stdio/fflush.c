/* fflush: writes out what is buffered; a stream that reads gives back what it read ahead. */
#include "libc/stdio/file.h"

/* Linux and glibc leave a pipe or a terminal alone: what can't be given back stays buffered. */
static int flush_input(FILE *file)
{
    off_t ahead = file->read_end - file->read_pos;

    if (ahead > 0 && file->ops->seek(file, -ahead, SEEK_CUR) >= 0)
        file->read_pos = file->read_end = NULL;
    return 0;
}

int fflush(FILE *file)
{
    int result = 0;

    if (file)
        return file->write_end ? __file_flush(file) : flush_input(file);
    for (file = __stdio_files; file; file = file->next) {
        if (file->write_end && __file_flush(file) == EOF)
            result = EOF;
    }
    return result;
}
