/* system: a command for the shell. While it runs, the terminal's interrupts are the command's. */
#include <errno.h>
#include <paths.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct saved_signals {
    struct sigaction interrupt;
    struct sigaction quit;
    sigset_t mask;
};

static void signals_save(struct saved_signals *saved)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t child;

    sigaction(SIGINT, &ignore, &saved->interrupt);
    sigaction(SIGQUIT, &ignore, &saved->quit);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &saved->mask);
}

static void signals_restore(const struct saved_signals *saved)
{
    sigaction(SIGINT, &saved->interrupt, NULL);
    sigaction(SIGQUIT, &saved->quit, NULL);
    sigprocmask(SIG_SETMASK, &saved->mask, NULL);
}

int system(const char *command)
{
    struct saved_signals saved;
    int status = -1;
    pid_t pid;

    if (!command)
        return access(_PATH_BSHELL, X_OK) == 0;
    signals_save(&saved);
    pid = fork();
    if (pid == 0) {
        signals_restore(&saved);
        execl(_PATH_BSHELL, "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            status = -1;
            break;
        }
    }
    signals_restore(&saved);
    return status;
}
