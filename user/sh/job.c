/*
 * sh: processes. Those in the foreground are waited for by their pid; those in the background are
 * on a list until `wait`, or a prompt, has told how they ended. fork(2), waitpid(2), sigaction(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/sh/sh.h"

struct job {
    struct job *next;
    pid_t pid;
};

/*
 * Without job control a process in the background is kept from the terminal: ^C and ^\ are not
 * meant for it, and it reads nothing (POSIX, "Asynchronous Lists").
 */
static void background_enter(void)
{
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    close(STDIN_FILENO);
    open("/dev/null", O_RDONLY); /* takes the lowest number, which is now 0 */
}

pid_t child_fork(struct shell *sh, bool background)
{
    pid_t pid = fork();

    if (pid < 0)
        shell_error(sh, "cannot fork: %s", strerror(errno));
    if (pid == 0) {
        signals_restore(sh);
        jobs_forget(sh);
        sh->interactive = false;
        if (background)
            background_enter();
    }
    return pid;
}

/* How a process ended, as $? has it; a signal other than those one sends by hand is told. */
static int status_decode(const struct shell *sh, int wait_status)
{
    int signal_number;

    if (WIFEXITED(wait_status))
        return WEXITSTATUS(wait_status);
    signal_number = WTERMSIG(wait_status);
    if (signal_number == SIGINT && sh->interactive)
        fputc('\n', stderr);
    else if (signal_number != SIGINT && signal_number != SIGPIPE)
        fprintf(stderr, "%s%s\n", strsignal(signal_number),
                WCOREDUMP(wait_status) ? " (core dumped)" : "");
    return STATUS_SIGNAL + signal_number;
}

/* waitpid(2), again where a signal cut it short. */
static pid_t pid_wait(pid_t pid, int *wait_status, int flags)
{
    pid_t ended;

    do
        ended = waitpid(pid, wait_status, flags);
    while (ended < 0 && errno == EINTR);
    return ended;
}

int child_wait(struct shell *sh, pid_t pid)
{
    int wait_status;

    if (pid < 0)
        return STATUS_ERROR;
    if (pid_wait(pid, &wait_status, 0) != pid)
        return STATUS_NOT_FOUND;
    return status_decode(sh, wait_status);
}

void job_add(struct shell *sh, pid_t pid)
{
    struct job *job = memory_alloc(sizeof(*job)), **place = &sh->jobs;

    *job = (struct job){.pid = pid};
    while (*place)
        place = &(*place)->next;
    *place = job;
}

static void job_remove(struct job **place)
{
    struct job *job = *place;

    *place = job->next;
    free(job);
}

int job_wait(struct shell *sh, pid_t pid)
{
    struct job **place = &sh->jobs;

    while (*place && (*place)->pid != pid)
        place = &(*place)->next;
    if (!*place)
        return STATUS_NOT_FOUND;
    job_remove(place);
    return child_wait(sh, pid);
}

void jobs_wait(struct shell *sh)
{
    while (sh->jobs)
        job_wait(sh, sh->jobs->pid);
}

void jobs_report(struct shell *sh)
{
    struct job **place = &sh->jobs;

    while (*place) {
        int wait_status;
        pid_t pid = (*place)->pid;

        if (pid_wait(pid, &wait_status, WNOHANG) == 0) {
            place = &(*place)->next;
            continue;
        }
        fprintf(stderr, "[%d] ended with status %d\n", (int)pid, status_decode(sh, wait_status));
        job_remove(place);
    }
}

void jobs_forget(struct shell *sh)
{
    while (sh->jobs)
        job_remove(&sh->jobs);
}
