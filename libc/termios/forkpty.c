/* forkpty: a child on a new pseudo-terminal, whose master is the caller's. */
#include <pty.h>
#include <unistd.h>
#include <utmp.h>

int forkpty(int *master, char *name, const struct termios *modes, const struct winsize *size)
{
    int slave;
    pid_t pid;

    if (openpty(master, &slave, name, modes, size) < 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        close(*master);
        if (login_tty(slave) < 0)
            _exit(1);
        return 0;
    }
    close(slave);
    if (pid < 0)
        close(*master);
    return pid;
}
