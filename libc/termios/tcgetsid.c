/* tcgetsid: the session whose terminal this is. */
#include <sys/ioctl.h>
#include <termios.h>

pid_t tcgetsid(int fd)
{
    pid_t sid;

    return ioctl(fd, TIOCGSID, &sid) < 0 ? -1 : sid;
}
