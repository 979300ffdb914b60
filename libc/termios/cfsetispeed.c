/* cfsetispeed: the speed of input, which is that of output; 0 says just that. */
#include <termios.h>

int cfsetispeed(struct termios *modes, speed_t speed)
{
    return speed == 0 ? 0 : cfsetospeed(modes, speed);
}
