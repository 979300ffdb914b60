/* sh: built-in commands about processes: jobs, fg, bg, wait, kill. kill(2), waitpid(2). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/run.h"

/* The job that NAME means, or the current one; NULL, and a message, if there is none. */
static struct job *job_named(struct shell *sh, const char *command, const char *name)
{
    struct job *job = name ? job_find(sh, name) : sh->jobs;

    if (!job && name)
        shell_error(sh, "%s: no such job: %s", command, name);
    else if (!job)
        shell_error(sh, "%s: no current job", command);
    return job;
}

/* One line, or with -p the id that kill(2) takes. */
static int job_print(struct shell *sh, const struct job *job, char option)
{
    struct text line;
    char id[16];

    text_begin(&line, &sh->arena);
    if (option == 'p') {
        snprintf(id, sizeof(id), "%d\n", (int)job->processes[0].pid);
        text_add(&line, id);
    } else {
        job_describe(sh, job, option == 'l', &line);
    }
    return print(sh, line.bytes);
}

/* jobs [-l | -p] [JOB]... */
int run_jobs(struct shell *sh, char **arguments)
{
    struct job *job, *next;
    char option = '\0';
    int status = 0;

    for (arguments++; *arguments && (*arguments)[0] == '-'; arguments++) {
        if (strcmp(*arguments, "-l") != 0 && strcmp(*arguments, "-p") != 0)
            return option_unknown(sh, "jobs", (*arguments)[1]);
        option = (*arguments)[1];
    }
    jobs_poll(sh);
    for (; *arguments; arguments++) {
        job = job_named(sh, "jobs", *arguments);
        if (!job)
            return STATUS_ERROR;
        status |= job_print(sh, job, option);
        if (!arguments[1])
            return status;
    }
    for (job = sh->jobs; job; job = job->next)
        status |= job_print(sh, job, option);
    for (job = sh->jobs; job; job = next) {
        next = job->next;
        job->changed = false;
        if (job_state(job) == PROCESS_ENDED)
            job_remove(sh, job);
    }
    return status;
}

/* Lets the processes of JOB go on where they were stopped. */
static bool job_continue(struct shell *sh, struct job *job)
{
    for (size_t i = 0; i < job->count; i++) {
        if (job->processes[i].state == PROCESS_STOPPED)
            job->processes[i].state = PROCESS_RUNNING;
    }
    if (kill(-job->group, SIGCONT) == 0)
        return true;
    shell_error(sh, "%s: %s", job->text, strerror(errno));
    return false;
}

static struct job *job_resumable(struct shell *sh, const char *command, const char *name)
{
    struct job *job;

    jobs_poll(sh);
    job = job_named(sh, command, name);
    if (job && (job->group == 0 || !sh->options[OPTION_MONITOR])) {
        shell_error(sh, "%s: job %d was not started under job control", command, job->number);
        return NULL;
    }
    return job;
}

/* fg [JOB]: it has the terminal again */
int run_fg(struct shell *sh, char **arguments)
{
    struct job *job = job_resumable(sh, "fg", arguments[1]);

    if (!job)
        return STATUS_ERROR;
    if (print(sh, job->text) != 0 || print(sh, "\n") != 0)
        return 1;
    terminal_resume(sh, job);
    if (!job_continue(sh, job))
        return 1;
    return job_foreground(sh, job);
}

/* bg [JOB]...: they go on without it */
int run_bg(struct shell *sh, char **arguments)
{
    do {
        struct job *job = job_resumable(sh, "bg", arguments[1]);
        char number[16];

        if (!job)
            return STATUS_ERROR;
        snprintf(number, sizeof(number), "[%d] ", job->number);
        if (!job_continue(sh, job) || print(sh, number) | print(sh, job->text) | print(sh, "\n"))
            return 1;
        job_raise(sh, job);
        if (arguments[1])
            arguments++;
    } while (arguments[1]);
    return 0;
}

/* Waits for JOB; its status, or that of the trapped signal that came. */
static int job_await(struct shell *sh, struct job *job)
{
    int signal = job_wait(sh, job, true), status;

    if (signal)
        return STATUS_SIGNAL + signal;
    status = job_status(job);
    if (job_state(job) == PROCESS_ENDED)
        job_remove(sh, job);
    return status;
}

static int jobs_await(struct shell *sh)
{
    struct job *job = sh->jobs;

    while (job) {
        int signal = job_wait(sh, job, true);
        struct job *next = job->next;

        if (signal)
            return STATUS_SIGNAL + signal;
        if (job_state(job) == PROCESS_ENDED)
            job_remove(sh, job);
        job = next;
    }
    return 0;
}

/* wait [PID | JOB]...: for these, or for all; the last one's status. A trapped signal ends it. */
int run_wait(struct shell *sh, char **arguments)
{
    int status = 0;

    if (!arguments[1])
        return jobs_await(sh);
    for (arguments++; *arguments; arguments++) {
        struct job *job;

        if ((*arguments)[0] != '%' && number_read(*arguments, 10) < 0) {
            shell_error(sh, "wait: %s: not a process id", *arguments);
            return STATUS_ERROR;
        }
        job = (*arguments)[0] == '%' ? job_named(sh, "wait", *arguments) : job_find(sh, *arguments);
        if (!job && (*arguments)[0] == '%')
            return STATUS_ERROR;
        status = job ? job_await(sh, job) : STATUS_NOT_FOUND;
        if (trap_pending(sh))
            break;
    }
    return status;
}

/* kill -l [STATUS]: the names of the signals, or of the one that STATUS tells of */
static int signals_list(struct shell *sh, const char *status)
{
    char digits[12];
    int number = status ? number_read(status, 10) : 1;

    if (number < 0) {
        shell_error(sh, "kill: %s: not a number", status);
        return STATUS_ERROR;
    }
    if (status)
        return print(sh, signal_name(number & 0x7f, digits)) | print(sh, "\n");
    for (; number < TRAPS; number++) {
        const char *name = signal_name(number, digits);

        if (name != digits && print(sh, name) | print(sh, "\n"))
            return 1;
    }
    return 0;
}

static int target_kill(struct shell *sh, const char *target, int number)
{
    char *end;
    long id = strtol(target, &end, 10);

    if (target[0] == '%') {
        const struct job *job = job_named(sh, "kill", target);

        if (!job)
            return 1;
        id = job->group ? -job->group : job->processes[0].pid;
    } else if (*end || end == target || id != (pid_t)id) {
        shell_error(sh, "kill: %s: not a process id", target);
        return STATUS_ERROR;
    }
    if (kill((pid_t)id, number) == 0)
        return 0;
    shell_error(sh, "kill: %s: %s", target, strerror(errno));
    return 1;
}

/* kill [-s NAME | -NAME] PID | JOB... */
int run_kill(struct shell *sh, char **arguments)
{
    const char *name = "TERM";
    int number, status = 0;

    arguments++;
    if (*arguments && strcmp(*arguments, "-l") == 0)
        return signals_list(sh, arguments[1]);
    if (*arguments && strcmp(*arguments, "-s") == 0 && arguments[1]) {
        name = arguments[1];
        arguments += 2;
    } else if (*arguments && (*arguments)[0] == '-' && strcmp(*arguments, "--") != 0) {
        name = *arguments + 1;
        arguments++;
    }
    if (*arguments && strcmp(*arguments, "--") == 0)
        arguments++;
    number = signal_number(name);
    if (number < 0 || !*arguments) {
        shell_error(sh, number < 0 ? "kill: %s: no such signal" : "kill: which process?", name);
        return STATUS_ERROR;
    }
    for (; *arguments; arguments++)
        status |= target_kill(sh, *arguments, number);
    return status;
}
