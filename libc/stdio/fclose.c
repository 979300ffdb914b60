/* fclose: writes out what is buffered and ends the stream. */
#include <errno.h>

#include "libc/stdio/file.h"

int fclose(FILE *file)
{
    int result, error;

    /* From here on nobody finds it; then who has it yet is waited for. */
    __file_unlink(file);
    __lock(&file->lock);
    result = __file_sync(file);
    error = errno;
    if (file->ops->close(file) < 0) {
        result = EOF;
        error = errno;
    }
    __unlock(&file->lock);
    __file_free(file);
    errno = error;
    return result;
}
