/* openpty: both ends of a new pseudo-terminal, with these modes and this size (NULL: any). */
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int openpty(int *master, int *slave, char *name, const struct termios *modes,
            const struct winsize *size)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY);
    const char *path;

    if (fd < 0)
        return -1;
    if (grantpt(fd) < 0 || unlockpt(fd) < 0 || (path = ptsname(fd)) == NULL)
        goto close_master;
    *slave = open(path, O_RDWR | O_NOCTTY);
    if (*slave < 0)
        goto close_master;
    if ((modes && tcsetattr(*slave, TCSANOW, modes) < 0) ||
        (size && ioctl(*slave, TIOCSWINSZ, size) < 0))
        goto close_slave;
    if (name)
        strcpy(name, path);
    *master = fd;
    return 0;

close_slave:
    close(*slave);
close_master:
    close(fd);
    return -1;
}
