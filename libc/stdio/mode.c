/* The mode of fopen, in the terms of open and of a stream. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "libc/stdio/file.h"

int __file_parse_mode(const char *mode)
{
    int flags = strchr(mode, '+') ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;

    switch (*mode) {
    case 'r':
        break;
    case 'w':
        flags |= O_CREAT | O_TRUNC;
        break;
    case 'a':
        flags |= O_CREAT | O_APPEND;
        break;
    default:
        errno = EINVAL;
        return -1;
    }
    if (strchr(mode, 'x'))
        flags |= O_EXCL;
    if (strchr(mode, 'e'))
        flags |= O_CLOEXEC;
    return flags;
}

unsigned int __file_mode_flags(int open_flags)
{
    static const unsigned int access[] = {
        [O_RDONLY] = FILE_READABLE,
        [O_WRONLY] = FILE_WRITABLE,
        [O_RDWR] = FILE_READABLE | FILE_WRITABLE,
    };

    return access[open_flags & O_ACCMODE] | (open_flags & O_APPEND ? FILE_APPENDS : 0);
}
