/* Pseudo-terminals: the posix_openpt family, openpty and forkpty. */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

static void one_by_one(void)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
    char name[64], bytes[16];

    printf("posix_openpt %d\n", master >= 0);
    printf("locked: %d", open(ptsname(master), O_RDWR | O_NOCTTY));
    printf(" %d\n", errno == EIO);
    printf("grantpt %d, unlockpt %d\n", grantpt(master), unlockpt(master));
    printf("ptsname_r %d", ptsname_r(master, name, sizeof(name)));
    printf(" %d", strcmp(name, ptsname(master)));
    printf(" %d\n", ptsname_r(master, name, 5) == ERANGE);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    printf("slave %d, a terminal %d, its name %d\n", slave >= 0, isatty(slave),
           strcmp(ttyname(slave), ptsname(master)));
    printf("typed %zd\n", write(master, "line\n", 5));
    printf("read %zd\n", read(slave, bytes, sizeof(bytes)));
    close(slave);
    close(master);
}

static void no_master(void)
{
    int fd = open("/dev/null", O_RDWR);

    errno = 0;
    printf("grantpt %d %d\n", grantpt(fd), errno == EINVAL || errno == ENOTTY);
    errno = 0;
    printf("unlockpt %d %d\n", unlockpt(fd), errno == EINVAL || errno == ENOTTY);
    errno = 0;
    printf("ptsname %d", ptsname(fd) == NULL);
    printf(" %d\n", errno == ENOTTY);
    printf("grantpt %d", grantpt(-1));
    printf(" %d\n", errno == EBADF);
    close(fd);
}

static void both_ends(void)
{
    struct winsize size = {24, 80, 0, 0}, seen = {0};
    struct termios modes;
    char name[64];
    int master, slave;

    printf("openpty %d", openpty(&master, &slave, name, NULL, &size));
    printf(" %d\n", strcmp(name, ptsname(master)));
    printf("size %d", ioctl(slave, TIOCGWINSZ, &seen));
    printf(" %d %d\n", seen.ws_row, seen.ws_col);
    tcgetattr(slave, &modes);
    cfmakeraw(&modes);
    close(slave);
    close(master);
    openpty(&master, &slave, NULL, &modes, NULL);
    memset(&modes, 0, sizeof(modes));
    tcgetattr(slave, &modes);
    printf("raw %d\n", (modes.c_lflag & (ICANON | ECHO)) == 0);
    close(slave);
    close(master);
}

/* All that the child says until it ends. */
static void child_on_terminal(void)
{
    struct winsize size = {10, 40, 0, 0};
    char bytes[256];
    size_t length = 0;
    ssize_t count;
    int master, status;
    pid_t pid;

    fflush(stdout);
    pid = forkpty(&master, NULL, NULL, &size);
    if (pid == 0) {
        struct winsize seen = {0};
        char line[32] = "";
        ssize_t got = read(0, line, sizeof(line));

        ioctl(0, TIOCGWINSZ, &seen);
        dprintf(1, "%zd bytes, leader %d, group %d, %d columns, tty %d\n", got,
                getsid(0) == getpid(), tcgetpgrp(0) == getpid(), seen.ws_col,
                open("/dev/tty", O_RDWR) >= 0);
        _exit(7);
    }
    printf("typed %zd\n", write(master, "hi\n", 3));
    while (length < sizeof(bytes) &&
           (count = read(master, bytes + length, sizeof(bytes) - length)) > 0)
        length += (size_t)count;
    fwrite(bytes, 1, length, stdout);
    waitpid(pid, &status, 0);
    printf("ended %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    close(master);
}

int main(void)
{
    one_by_one();
    no_master();
    both_ends();
    child_on_terminal();
    return 0;
}
