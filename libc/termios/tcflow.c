/* tcflow: stops and starts a terminal's output or input. */
#include <sys/ioctl.h>
#include <termios.h>

int tcflow(int fd, int action)
{
    return ioctl(fd, TCXONC, action);
}
