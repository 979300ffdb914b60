/* fdopen: a stream on a descriptor. */
#include <errno.h>
#include <fcntl.h>

#include "libc/stdio/file.h"

/* The descriptor must allow what the stream is for; appending is the description's matter. */
static int fd_adapt(int fd, int flags)
{
    int now = fcntl(fd, F_GETFL);
    int access = now & O_ACCMODE;

    if (now < 0)
        return -1;
    if (access != O_RDWR && access != (flags & O_ACCMODE)) {
        errno = EINVAL;
        return -1;
    }
    if ((flags & O_APPEND) && !(now & O_APPEND) && fcntl(fd, F_SETFL, now | O_APPEND) < 0)
        return -1;
    return flags & O_CLOEXEC ? fcntl(fd, F_SETFD, FD_CLOEXEC) : 0;
}

FILE *fdopen(int fd, const char *mode)
{
    int flags = __file_parse_mode(mode);
    FILE *file;

    if (flags < 0 || fd_adapt(fd, flags) < 0)
        return NULL;
    file = __file_new(__file_mode_flags(flags));
    if (!file)
        return NULL;
    file->fd = fd;
    __file_link(file);
    return file;
}
