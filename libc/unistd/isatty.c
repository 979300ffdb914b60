/* isatty: whether a descriptor is a terminal: one that has terminal modes. */
#include <termios.h>
#include <unistd.h>

int isatty(int fd)
{
    struct termios modes;

    return tcgetattr(fd, &modes) == 0;
}
