/* Streams on descriptors: the ordinary ones. */
#include <unistd.h>

#include "libc/stdio/file.h"

static ssize_t fd_read(FILE *file, void *buf, size_t size)
{
    return read(file->fd, buf, size);
}

static ssize_t fd_write(FILE *file, const void *buf, size_t size)
{
    return write(file->fd, buf, size);
}

static off_t fd_seek(FILE *file, off_t offset, int whence)
{
    return lseek(file->fd, offset, whence);
}

static int fd_close(FILE *file)
{
    return close(file->fd);
}

const struct file_ops __file_fd_ops = {fd_read, fd_write, fd_seek, fd_close};
