/* fpathconf: a limit of an open file. They are the same for all. */
#include <errno.h>
#include <limits.h>
#include <termios.h>
#include <unistd.h>

long fpathconf(int fd, int name)
{
    (void)fd;
    switch (name) {
    case _PC_LINK_MAX:
        return LINK_MAX;
    case _PC_NAME_MAX:
        return NAME_MAX;
    case _PC_PATH_MAX:
        return PATH_MAX;
    case _PC_PIPE_BUF:
        return PIPE_BUF;
    case _PC_VDISABLE:
        return _POSIX_VDISABLE;
    default:
        errno = EINVAL;
        return -1;
    }
}
