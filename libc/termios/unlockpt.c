/* unlockpt: lets the slave be opened. */
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>

int unlockpt(int fd)
{
    int locked = 0;

    if (ioctl(fd, TIOCSPTLCK, &locked) == 0)
        return 0;
    if (errno == ENOTTY)
        errno = EINVAL;
    return -1;
}
