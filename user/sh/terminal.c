/*
 * sh: job control's half that faces the terminal: the process group in the foreground is the one
 * that may read from it, and that ^C and ^Z are for. tcsetpgrp(3), setpgid(2), termios(3).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/run.h"

static void stop_signals_update(struct shell *sh)
{
    signal_update(sh, SIGTSTP);
    signal_update(sh, SIGTTIN);
    signal_update(sh, SIGTTOU);
}

/* A shell that was started in the background waits until it is in the foreground. */
static bool foreground_await(const struct shell *sh)
{
    pid_t group;

    while ((group = tcgetpgrp(sh->terminal)) >= 0 && group != getpgrp()) {
        if (kill(0, SIGTTIN) < 0)
            return false;
    }
    return group >= 0;
}

void terminal_begin(struct shell *sh)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

    if (fd < 0)
        fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, FD_PRIVATE_FIRST);
    sh->terminal = fd < FD_PRIVATE_FIRST && fd >= 0 ? fd_make_private(fd) : fd;
    sh->options[OPTION_MONITOR] = false;
    if (sh->terminal < 0 || !foreground_await(sh)) {
        shell_error(sh, "can't access tty; job control turned off");
        if (sh->terminal >= 0)
            close(sh->terminal);
        return;
    }
    sh->options[OPTION_MONITOR] = true;
    stop_signals_update(sh);
    sh->group = getpgrp();
    if (sh->interactive && setpgid(0, 0) == 0)
        sh->group = getpid();
    terminal_give(sh, sh->group);
    tcgetattr(sh->terminal, &sh->modes);
}

void terminal_end(struct shell *sh)
{
    sh->options[OPTION_MONITOR] = false;
    stop_signals_update(sh);
    close(sh->terminal);
}

/* From the background this would stop who does it (SIGTTOU), unless that signal is blocked. */
void terminal_give(const struct shell *sh, pid_t group)
{
    sigset_t set, before;

    if (!sh->options[OPTION_MONITOR])
        return;
    sigemptyset(&set);
    sigaddset(&set, SIGTTOU);
    sigprocmask(SIG_BLOCK, &set, &before);
    tcsetpgrp(sh->terminal, group);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

/* A program that ends well may have been told to change the terminal (stty); others are undone. */
void terminal_take(struct shell *sh, struct job *job)
{
    terminal_give(sh, sh->group);
    if (job->started == 0)
        return;
    job->has_modes = job_state(job) == PROCESS_STOPPED && tcgetattr(sh->terminal, &job->modes) == 0;
    if (job_state(job) == PROCESS_STOPPED || job_status(job) > STATUS_SIGNAL)
        tcsetattr(sh->terminal, TCSADRAIN, &sh->modes);
    else
        tcgetattr(sh->terminal, &sh->modes);
}

void terminal_resume(struct shell *sh, struct job *job)
{
    if (job->has_modes)
        tcsetattr(sh->terminal, TCSADRAIN, &job->modes);
    terminal_give(sh, job->group);
}
