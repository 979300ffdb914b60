/* fclose: writes out what is buffered and ends the stream. */
#include <errno.h>

#include "libc/stdio/file.h"

int fclose(FILE *file)
{
    int result = fflush(file);
    int error = errno;

    if (file->ops->close(file) < 0) {
        result = EOF;
        error = errno;
    }
    __file_unlink(file);
    __file_free(file);
    errno = error;
    return result;
}
