/* fopen: a stream on a path. */
#include <fcntl.h>
#include <unistd.h>

#include "libc/stdio/file.h"

FILE *fopen(const char *restrict path, const char *restrict mode)
{
    int flags = __file_parse_mode(mode);
    FILE *file;

    if (flags < 0)
        return NULL;
    file = __file_new(__file_mode_flags(flags));
    if (!file)
        return NULL;
    file->fd = open(path, flags, 0666);
    if (file->fd < 0) {
        __file_free(file);
        return NULL;
    }
    __file_link(file);
    return file;
}
