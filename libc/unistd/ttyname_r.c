/* ttyname_r: the path of a terminal, as /proc knows it. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int ttyname_r(int fd, char *buf, size_t size)
{
    char link[32];
    ssize_t length;

    if (!isatty(fd))
        return errno;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    length = readlink(link, buf, size);
    if (length < 0)
        return errno;
    if ((size_t)length == size)
        return ERANGE;
    buf[length] = '\0';
    return 0;
}
