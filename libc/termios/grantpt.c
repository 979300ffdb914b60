/* grantpt: devpts has made the slave's node with its owner and mode; left is to see that fd is a
 * master. */
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>

int grantpt(int fd)
{
    int number;

    if (ioctl(fd, TIOCGPTN, &number) == 0)
        return 0;
    if (errno == ENOTTY)
        errno = EINVAL;
    return -1;
}
