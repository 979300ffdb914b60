/* ttyname: the path of a terminal. */
#include <errno.h>
#include <limits.h>
#include <unistd.h>

char *ttyname(int fd)
{
    static char path[TTY_NAME_MAX];
    int error = ttyname_r(fd, path, sizeof(path));

    if (error == 0)
        return path;
    errno = error;
    return NULL;
}
