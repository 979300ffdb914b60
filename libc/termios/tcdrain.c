/* tcdrain: waits until output is out. TCSBRK with an argument other than 0 does that. */
#include <sys/ioctl.h>
#include <termios.h>

int tcdrain(int fd)
{
    return ioctl(fd, TCSBRK, 1);
}
