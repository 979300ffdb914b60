/* cfgetospeed: the speed of output. */
#include <termios.h>

speed_t cfgetospeed(const struct termios *modes)
{
    return modes->c_cflag & CBAUD;
}
