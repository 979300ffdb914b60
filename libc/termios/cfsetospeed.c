/* cfsetospeed: the speed of output. */
#include <errno.h>
#include <termios.h>

int cfsetospeed(struct termios *modes, speed_t speed)
{
    if (speed & ~(speed_t)CBAUD) {
        errno = EINVAL;
        return -1;
    }
    modes->c_cflag = (modes->c_cflag & ~(tcflag_t)CBAUD) | speed;
    return 0;
}
