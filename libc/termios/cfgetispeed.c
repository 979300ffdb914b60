/* cfgetispeed: the speed of input, which is that of output. */
#include <termios.h>

speed_t cfgetispeed(const struct termios *modes)
{
    return cfgetospeed(modes);
}
