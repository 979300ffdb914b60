/* vdprintf: formatted text to a descriptor. */
#include "libc/stdio/file.h"

int vdprintf(int fd, const char *restrict format, va_list args)
{
    unsigned char space[UNGET_BYTES];
    struct limen_file file = {
        .ops = &__file_fd_ops,
        .fd = fd,
        .flags = FILE_WRITABLE,
        .mode = _IONBF,
        .buf = space + UNGET_BYTES,
    };

    return vfprintf(&file, format, args);
}
