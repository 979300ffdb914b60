/* tcsetpgrp: puts a process group into a terminal's foreground. */
#include <sys/ioctl.h>
#include <unistd.h>

int tcsetpgrp(int fd, pid_t pgid)
{
    return ioctl(fd, TIOCSPGRP, &pgid);
}
