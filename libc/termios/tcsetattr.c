/* tcsetattr: sets the modes of a terminal: now, when output is out, or with input dropped too. */
#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>

int tcsetattr(int fd, int when, const struct termios *modes)
{
    if (when < TCSANOW || when > TCSAFLUSH) {
        errno = EINVAL;
        return -1;
    }
    return ioctl(fd, TCSETS + (unsigned long)when, modes);
}
