/* login_tty: a session of its own on the terminal `fd`, which becomes standard input, output and
 * error. */
#include <sys/ioctl.h>
#include <unistd.h>
#include <utmp.h>

int login_tty(int fd)
{
    setsid();
    if (ioctl(fd, TIOCSCTTY, 0) < 0)
        return -1;
    for (int standard = 0; standard <= 2; standard++)
        if (dup2(fd, standard) < 0)
            return -1;
    if (fd > 2)
        close(fd);
    return 0;
}
