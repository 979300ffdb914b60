/* ptsname_r: the path of a master's slave. 0 or an error number. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

int ptsname_r(int fd, char *buf, size_t size)
{
    int saved = errno, number;

    if (ioctl(fd, TIOCGPTN, &number) < 0) {
        int error = errno;

        errno = saved;
        return error;
    }
    return (size_t)snprintf(buf, size, "/dev/pts/%d", number) < size ? 0 : ERANGE;
}
