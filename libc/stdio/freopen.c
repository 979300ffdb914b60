/* freopen: another file behind the same stream, on the same descriptor if possible. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "libc/stdio/file.h"

/* Move the new descriptor to the old one's number, which other code may rely on (0, 1, 2). */
static int fd_replace(int old_fd, int new_fd, int flags)
{
    int result;

    if (old_fd < 0 || old_fd == new_fd)
        return new_fd;
    result = dup3(new_fd, old_fd, flags & O_CLOEXEC);
    close(new_fd);
    return result;
}

FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict file)
{
    int flags = __file_parse_mode(mode);
    int fd;

    fflush(file);
    if (flags < 0 || !path) {
        errno = path ? EINVAL : EBADF;
        fclose(file);
        return NULL;
    }
    fd = open(path, flags, 0666);
    if (fd >= 0)
        fd = fd_replace(file->fd, fd, flags);
    if (fd < 0) {
        fclose(file);
        return NULL;
    }
    /* What lies in memory must be given back; a descriptor was replaced. */
    if (file->fd < 0)
        file->ops->close(file);
    file->ops = &__file_fd_ops;
    file->fd = fd;
    file->flags &= FILE_OWNS_BUF | FILE_STATIC | FILE_CHOOSE_MODE;
    file->flags |= __file_mode_flags(flags);
    file->read_pos = file->read_end = file->write_pos = file->write_end = NULL;
    return file;
}
