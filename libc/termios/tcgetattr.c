/* tcgetattr: the modes of a terminal. */
#include <sys/ioctl.h>
#include <termios.h>

int tcgetattr(int fd, struct termios *modes)
{
    return ioctl(fd, TCGETS, modes);
}
