/*
 * sh: what runs in children: the members of a pipeline, ( ), what goes to the background, and
 * $( ). fork(2), pipe(2), dup2(2).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/run.h"

static void fd_install(int fd, int place)
{
    if (fd >= 0) {
        dup2(fd, place);
        close(fd);
    }
}

static void fd_drop(int fd)
{
    if (fd >= 0)
        close(fd);
}

/* Starts the members of a pipeline, each with a pipe to the next, as far as there are any. */
static void pipeline_start(struct shell *sh, struct job *job, const struct node *member,
                           bool background)
{
    int input = -1;

    for (; member; member = member->next) {
        int ends[2] = {-1, -1};
        pid_t pid;

        if (member->next && !pipe_open(sh, ends))
            break;
        pid = job_fork(sh, job, background);
        if (pid == 0) {
            fd_drop(ends[0]);
            fd_install(input, STDIN_FILENO);
            fd_install(ends[1], STDOUT_FILENO);
            node_become(sh, member);
        }
        fd_drop(input);
        fd_drop(ends[1]);
        input = ends[0];
        if (pid < 0)
            break;
    }
    fd_drop(input);
}

static size_t members_count(const struct node *member)
{
    size_t count = 0;

    for (; member; member = member->next)
        count++;
    return count;
}

/* All members are waited for; the last one's status is the pipeline's. */
int pipeline_execute(struct shell *sh, const struct node *node)
{
    const struct node *first = node->pipeline.members;
    struct job *job = job_make(sh, node, members_count(first));

    pipeline_start(sh, job, first, false);
    return job_foreground(sh, job);
}

/* A pipeline is one job; anything else, however long, runs in one child. */
int background_execute(struct shell *sh, const struct node *node)
{
    const struct node *first = node->kind == NODE_PIPELINE ? node->pipeline.members : node;
    struct job *job = job_make(sh, node, node->kind == NODE_PIPELINE ? members_count(first) : 1);

    pipeline_start(sh, job, first, true);
    if (job->started < job->count) {
        job_remove(sh, job);
        return STATUS_ERROR;
    }
    sh->background = job->processes[job->count - 1].pid;
    return 0;
}

_Noreturn void subshell_become(struct shell *sh, const struct node *node)
{
    if (redirections_apply(sh, node->redirections, NULL))
        node_become(sh, node->single.body);
    if (!sh->unwind)
        sh->status = STATUS_ERROR;
    shell_end(sh);
}

int subshell_execute(struct shell *sh, const struct node *node)
{
    struct job *job;

    sh->line = node->line;
    job = job_make(sh, node, 1);
    if (job_fork(sh, job, false) == 0)
        subshell_become(sh, node);
    return job_foreground(sh, job);
}

/* Adds all that can be read from FD to TEXT, except NULs. */
static void output_read(struct shell *sh, int fd, struct text *text)
{
    char buffer[4096];
    ssize_t count;

    while ((count = read(fd, buffer, sizeof(buffer))) > 0 || (count < 0 && errno == EINTR)) {
        for (ssize_t i = 0; i < count; i++) {
            if (buffer[i])
                text_add_char(text, buffer[i]);
        }
        if (sh->interactive && interrupted)
            break;
    }
    while (text->length > 0 && text->bytes[text->length - 1] == '\n')
        text->bytes[--text->length] = '\0';
}

void substitution_run(struct shell *sh, const struct node *command, struct text *text)
{
    int ends[2];
    pid_t pid;

    if (!pipe_open(sh, ends)) {
        shell_abandon(sh, STATUS_ERROR);
        return;
    }
    pid = job_fork(sh, NULL, false);
    if (pid == 0) {
        close(ends[0]);
        fd_install(ends[1], STDOUT_FILENO);
        sh->tested = 0;
        node_become(sh, command);
    }
    close(ends[1]);
    if (pid > 0)
        output_read(sh, ends[0], text);
    close(ends[0]);
    if (pid < 0) {
        shell_abandon(sh, STATUS_ERROR);
        return;
    }
    sh->substitution = child_wait(sh, pid);
}
