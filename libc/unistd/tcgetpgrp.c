/* tcgetpgrp: the process group in a terminal's foreground. */
#include <sys/ioctl.h>
#include <unistd.h>

pid_t tcgetpgrp(int fd)
{
    pid_t pgid;

    return ioctl(fd, TIOCGPGRP, &pgid) < 0 ? -1 : pgid;
}
