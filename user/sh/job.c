/*
 * sh: jobs (POSIX, "Job Control"). A job is the processes of one pipeline. All that wait(2) tells
 * goes through process_note, whichever job was waited for. waitpid(2), setpgid(2).
 *
 * The list has the current job first: those that are stopped before those that run.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/sh/run.h"

enum {
    TEXT_BYTES_MAX = 60 /* of a command, to be told by */
};

/* The command as it was typed, in one line; what is too long ends in dots. */
static char *node_text(const struct node *node)
{
    const char *from = node ? node->tree->script.bytes + node->begin : "";
    size_t length = node ? node->end - node->begin : 0;
    char *text = memory_alloc(TEXT_BYTES_MAX + 4);
    bool cut = length > TEXT_BYTES_MAX;

    length = cut ? TEXT_BYTES_MAX : length;
    memcpy(text, from, length);
    text[length] = '\0';
    for (char *c = text; *c; c++) {
        if (*c == '\n')
            *c = ' ';
    }
    return cut ? strcat(text, "...") : text;
}

/* Puts JOB behind those that are stopped; with FIRST, before all. */
static void job_insert(struct shell *sh, struct job *job, bool first)
{
    struct job **place = &sh->jobs;

    while (!first && *place && job_state(*place) == PROCESS_STOPPED)
        place = &(*place)->next;
    job->next = *place;
    *place = job;
}

static void job_unlink(struct shell *sh, const struct job *job)
{
    struct job **place = &sh->jobs;

    while (*place != job)
        place = &(*place)->next;
    *place = job->next;
}

static int number_highest(const struct shell *sh)
{
    int highest = 0;

    for (const struct job *job = sh->jobs; job; job = job->next)
        highest = job->number > highest ? job->number : highest;
    return highest;
}

struct job *job_make(struct shell *sh, const struct node *node, size_t count)
{
    struct job *job = memory_alloc(sizeof(*job) + count * sizeof(job->processes[0]));

    *job = (struct job){.number = number_highest(sh) + 1, .count = count, .text = node_text(node)};
    job_insert(sh, job, false);
    return job;
}

void job_remove(struct shell *sh, struct job *job)
{
    job_unlink(sh, job);
    free(job->text);
    free(job);
}

void job_raise(struct shell *sh, struct job *job)
{
    job_unlink(sh, job);
    job_insert(sh, job, job_state(job) == PROCESS_STOPPED);
}

void jobs_forget(struct shell *sh)
{
    while (sh->jobs)
        job_remove(sh, sh->jobs);
}

/*
 * Without job control a process in the background is kept from the terminal: ^C and ^\ are not
 * meant for it, and it reads nothing (POSIX, "Asynchronous Lists").
 */
static void background_enter(struct shell *sh)
{
    sh->tested = 0;
    if (sh->options[OPTION_MONITOR])
        return;
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    close(STDIN_FILENO);
    open("/dev/null", O_RDONLY); /* takes the lowest number, which is now 0 */
}

/* Both the parent and the child do this, for neither knows who comes first. */
static void group_join(const struct shell *sh, const struct job *job, pid_t pid, bool background)
{
    pid_t group = job->group ? job->group : pid;

    setpgid(pid, group);
    if (!background)
        terminal_give(sh, group);
}

static void child_begin(struct shell *sh, const struct job *job, bool background)
{
    bool controlled = job && sh->options[OPTION_MONITOR];

    if (controlled)
        group_join(sh, job, getpid(), background);
    signals_child(sh);
    if (background)
        background_enter(sh);
    if (job)
        jobs_forget(sh); /* $(jobs) tells of the shell's own */
    sh->interactive = false;
    sh->is_child = true;
    sh->options[OPTION_MONITOR] = false;
}

/* In the shell: PID has been started for JOB. */
static void process_add(struct shell *sh, struct job *job, pid_t pid, bool background)
{
    if (sh->options[OPTION_MONITOR]) {
        group_join(sh, job, pid, background);
        if (!job->group)
            job->group = pid;
    }
    job->processes[job->started++] = (struct process){.pid = pid};
}

/* A signal that comes meanwhile waits until the child does with it what a child does. */
pid_t job_fork(struct shell *sh, struct job *job, bool background)
{
    sigset_t all, before;
    pid_t pid;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    pid = fork();
    if (pid < 0)
        shell_error(sh, "cannot fork: %s", strerror(errno));
    else if (pid == 0)
        child_begin(sh, job, background);
    else if (job)
        process_add(sh, job, pid, background);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return pid;
}

/* A job is stopped if one of its processes is and none runs; and ended if all are. */
enum process_state job_state(const struct job *job)
{
    enum process_state state = PROCESS_ENDED;

    for (size_t i = 0; i < job->started; i++) {
        if (job->processes[i].state < state)
            state = job->processes[i].state;
    }
    return state;
}

/* How a process ended, or what stopped it, as $? has it. */
static int status_decode(int wait_status)
{
    if (WIFEXITED(wait_status))
        return WEXITSTATUS(wait_status);
    if (WIFSTOPPED(wait_status))
        return STATUS_SIGNAL + WSTOPSIG(wait_status);
    return STATUS_SIGNAL + WTERMSIG(wait_status);
}

int job_status(const struct job *job)
{
    if (job->started < job->count)
        return STATUS_ERROR;
    for (size_t i = 0; i < job->count; i++) {
        if (job_state(job) == PROCESS_STOPPED && job->processes[i].state == PROCESS_STOPPED)
            return status_decode(job->processes[i].wait_status);
    }
    return status_decode(job->processes[job->count - 1].wait_status);
}

static void process_note(struct shell *sh, pid_t pid, int wait_status)
{
    for (struct job *job = sh->jobs; job; job = job->next) {
        for (size_t i = 0; i < job->started; i++) {
            struct process *process = &job->processes[i];

            if (process->pid != pid || process->state == PROCESS_ENDED)
                continue;
            process->wait_status = wait_status;
            process->state = WIFSTOPPED(wait_status)     ? PROCESS_STOPPED
                             : WIFCONTINUED(wait_status) ? PROCESS_RUNNING
                                                         : PROCESS_ENDED;
            job->changed = true;
            return;
        }
    }
}

/* Learns what has become of one child, if anything has. errno is ECHILD if there is none at all. */
static bool children_wait(struct shell *sh)
{
    int wait_status, more = sh->options[OPTION_MONITOR] ? WUNTRACED | WCONTINUED : 0;
    pid_t pid = waitpid(-1, &wait_status, WNOHANG | more);

    if (pid == 0)
        errno = EAGAIN;
    if (pid > 0)
        process_note(sh, pid, wait_status);
    return pid > 0;
}

void jobs_poll(struct shell *sh)
{
    while (children_wait(sh))
        ;
}

/* All that could be waited for is gone, by whatever way: the job has ended. */
static void job_lose(struct job *job)
{
    for (size_t i = 0; i < job->started; i++) {
        if (job->processes[i].state != PROCESS_ENDED)
            job->processes[i].wait_status = STATUS_NOT_FOUND << 8;
        job->processes[i].state = PROCESS_ENDED;
    }
}

/*
 * Signals are blocked but in sigsuspend(2), so that none can come between the look for it and the
 * wait. SIGCHLD has a handler for this.
 */
int job_wait(struct shell *sh, struct job *job, bool for_traps)
{
    sigset_t all, before;
    bool forwarded = false;
    int signal = 0;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    jobs_poll(sh);
    while (job_state(job) == PROCESS_RUNNING && !signal) {
        if (children_wait(sh))
            continue;
        if (errno == ECHILD) {
            job_lose(job);
            break;
        }
        if (for_traps)
            signal = sh->interactive && interrupted ? SIGINT : trap_pending(sh);
        else if (sh->interactive && interrupted && job->group && !forwarded)
            forwarded = kill(-job->group, SIGINT) == 0; /* ^C was before the job had the terminal */
        if (!signal)
            sigsuspend(&before);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return signal;
}

/* Signals that ended what ran in the foreground are told, other than those one sends by hand. */
static void end_tell(const struct job *job)
{
    for (size_t i = 0; i < job->count; i++) {
        int wait_status = job->processes[i].wait_status;
        int number = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;

        if (number && number != SIGINT && number != SIGPIPE)
            fprintf(stderr, "%s%s\n", strsignal(number),
                    WCOREDUMP(wait_status) ? " (core dumped)" : "");
    }
}

/* ^C that ended a job at the prompt was meant for the whole line. */
static void interrupt_share(const struct shell *sh, const struct job *job)
{
    int wait_status = job->processes[job->count - 1].wait_status;

    if (sh->interactive && WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGINT)
        raise(SIGINT);
}

int job_foreground(struct shell *sh, struct job *job)
{
    int status;

    job_wait(sh, job, false);
    if (sh->options[OPTION_MONITOR])
        terminal_take(sh, job);
    status = job_status(job);
    if (job->started > 0 && job_state(job) == PROCESS_STOPPED) {
        job_raise(sh, job);
        if (status == STATUS_SIGNAL + SIGTSTP)
            fputc('\n', stderr); /* behind the ^Z on the screen */
        return status;
    }
    if (job->started == job->count) {
        end_tell(job);
        interrupt_share(sh, job);
    }
    job_remove(sh, job);
    return status;
}

int child_wait(struct shell *sh, pid_t pid)
{
    int wait_status;
    pid_t ended;

    (void)sh;
    do
        ended = waitpid(pid, &wait_status, 0);
    while (ended < 0 && errno == EINTR);
    return ended == pid ? status_decode(wait_status) : STATUS_NOT_FOUND;
}

/* Does the JOB have a process called PID? $! is the last one of a pipeline. */
static bool job_has(const struct job *job, long pid)
{
    for (size_t i = 0; i < job->started; i++) {
        if (job->processes[i].pid == pid)
            return true;
    }
    return false;
}

/* %% %+ and % mean the current job, %- the one before, %N by number, %TEXT by its command. */
static bool job_is(const struct shell *sh, const struct job *job, const char *name)
{
    int number = number_read(name, 10);

    if (name[0] == '\0' || strcmp(name, "%") == 0 || strcmp(name, "+") == 0)
        return job == sh->jobs;
    if (strcmp(name, "-") == 0)
        return sh->jobs && job == sh->jobs->next;
    if (number >= 0)
        return job->number == number;
    if (name[0] == '?')
        return strstr(job->text, name + 1) != NULL;
    return strncmp(job->text, name, strlen(name)) == 0;
}

struct job *job_find(const struct shell *sh, const char *name)
{
    int pid = number_read(name, 10);

    for (struct job *job = sh->jobs; job; job = job->next) {
        if (name[0] == '%' ? job_is(sh, job, name + 1) : pid > 0 && job_has(job, pid))
            return job;
    }
    return NULL;
}

static void state_describe(const struct job *job, char state[64])
{
    int wait_status = job->processes[job->count - 1].wait_status;

    if (job_state(job) == PROCESS_RUNNING)
        strcpy(state, "Running");
    else if (job_state(job) == PROCESS_STOPPED)
        strcpy(state, strsignal(job_status(job) - STATUS_SIGNAL));
    else if (WIFSIGNALED(wait_status))
        snprintf(state, 64, "%s%s", strsignal(WTERMSIG(wait_status)),
                 WCOREDUMP(wait_status) ? " (core dumped)" : "");
    else if (WEXITSTATUS(wait_status) != 0)
        snprintf(state, 64, "Done(%d)", WEXITSTATUS(wait_status));
    else
        strcpy(state, "Done");
}

void job_describe(const struct shell *sh, const struct job *job, bool pid, struct text *line)
{
    char mark = job == sh->jobs ? '+' : job == sh->jobs->next ? '-' : ' ';
    char state[64], begin[128], id[16] = "";
    int length;

    state_describe(job, state);
    if (pid)
        snprintf(id, sizeof(id), "%d ", (int)job->processes[0].pid);
    length = snprintf(begin, sizeof(begin), "[%d] %c %s%s", job->number, mark, id, state);
    text_add(line, begin);
    do
        text_add_char(line, ' ');
    while (++length < 33);
    text_add(line, job->text);
    text_add_char(line, '\n');
}

void jobs_report(struct shell *sh)
{
    struct job *job, *next;

    jobs_poll(sh);
    for (job = sh->jobs; job; job = next) {
        struct text line;

        next = job->next;
        if (!job->changed || job_state(job) == PROCESS_RUNNING)
            continue;
        text_begin(&line, &sh->arena);
        job_describe(sh, job, false, &line);
        fputs(line.bytes, stderr);
        job->changed = false;
    }
    for (job = sh->jobs; job; job = next) {
        next = job->next;
        if (job_state(job) == PROCESS_ENDED)
            job_remove(sh, job);
    }
}

bool jobs_may_be_left(struct shell *sh)
{
    jobs_poll(sh);
    for (const struct job *job = sh->jobs; job && !sh->stopped_jobs_told; job = job->next) {
        if (job_state(job) != PROCESS_STOPPED)
            continue;
        fputs("You have stopped jobs.\n", stderr);
        sh->stopped_jobs_told = 2; /* at this prompt and the next */
        return false;
    }
    return true;
}
