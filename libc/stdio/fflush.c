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

int __file_sync(FILE *file)
{
    return file->write_end ? __file_flush(file) : flush_input(file);
}

static int flush_all(void)
{
    int result = 0;

    __lock(&__stdio_lock);
    for (FILE *file = __stdio_files; file; file = file->next) {
        if (!__file_seize(file))
            continue;
        if (file->write_end && __file_flush(file) == EOF)
            result = EOF;
        __unlock(&file->lock);
    }
    __unlock(&__stdio_lock);
    return result;
}

int fflush(FILE *file)
{
    int result;

    if (!file)
        return flush_all();
    __lock(&file->lock);
    result = __file_sync(file);
    __unlock(&file->lock);
    return result;
}
