/*
 * sh: runs the tree. A program, each member of a pipeline and what goes to the background run in
 * children; all else in the shell itself. fork(2), pipe(2), dup2(2).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/sh.h"

/* A variable as it was before a command with an assignment of its own. */
struct saved_variable {
    struct saved_variable *next;
    const char *name;
    const char *value;
    bool exported;
};

static void variable_save(struct shell *sh, const char *name, struct saved_variable **saved)
{
    const struct variable *old = variable_find(sh, name);
    struct saved_variable *entry = arena_alloc(&sh->arena, sizeof(*entry));

    *entry = (struct saved_variable){.next = *saved, .name = name};
    entry->exported = old && old->exported;
    if (old && old->value)
        entry->value = arena_copy(&sh->arena, old->value, strlen(old->value));
    *saved = entry;
}

/* Makes ASSIGNMENTS. With SAVED, what they replace is kept there for assignments_undo. */
static void assignments_apply(struct shell *sh, const struct word *assignments, bool exported,
                              struct saved_variable **saved)
{
    for (; assignments; assignments = assignments->next) {
        const char *name = assignment_name(sh, assignments->text);
        const char *value = text_expand(sh, strchr(assignments->text, '=') + 1);

        if (saved)
            variable_save(sh, name, saved);
        variable_set(sh, name, value);
        if (exported)
            variable_export(sh, name, true);
    }
}

static void assignments_undo(struct shell *sh, const struct saved_variable *saved)
{
    for (; saved; saved = saved->next) {
        variable_set(sh, saved->name, saved->value);
        variable_export(sh, saved->name, saved->exported);
    }
}

/* Runs BUILTIN in the shell, with the redirections and assignments of NODE around it. */
static int builtin_execute(struct shell *sh, const struct builtin *builtin, const struct node *node,
                           char **arguments)
{
    struct saved_fd *saved_fds = NULL;
    struct saved_variable *saved_variables = NULL;
    int status;

    if (redirections_apply(sh, node->simple.redirections, builtin->is_exec ? NULL : &saved_fds)) {
        assignments_apply(sh, node->simple.assignments, builtin->is_exec,
                          builtin->special ? NULL : &saved_variables);
        status = builtin->run(sh, arguments);
        assignments_undo(sh, saved_variables);
    } else {
        status = builtin->special ? shell_fail(sh) : STATUS_ERROR;
    }
    redirections_undo(saved_fds);
    return status;
}

/* Becomes the program of NODE in this process, a child; returns the status if it can't. */
static int program_become(struct shell *sh, const struct node *node, char **arguments)
{
    if (!redirections_apply(sh, node->simple.redirections, NULL))
        return STATUS_ERROR;
    assignments_apply(sh, node->simple.assignments, true, NULL);
    return command_exec(sh, arguments);
}

/* A command without a word: its redirections are made and undone, its assignments stay. */
static int assignments_execute(struct shell *sh, const struct node *node)
{
    struct saved_fd *saved = NULL;
    bool redirected = redirections_apply(sh, node->simple.redirections, &saved);

    redirections_undo(saved);
    if (!redirected)
        return STATUS_ERROR;
    assignments_apply(sh, node->simple.assignments, false, NULL);
    return 0;
}

/* Runs a simple command. In a child that has nothing else to do a program takes its place. */
static int simple_execute(struct shell *sh, const struct node *node, bool in_child)
{
    const struct builtin *builtin;
    char **arguments;
    pid_t pid;

    sh->line = node->line;
    arguments = words_expand(sh, node->simple.words);
    if (!arguments[0])
        return assignments_execute(sh, node);
    builtin = builtin_find(arguments[0]);
    if (builtin)
        return builtin_execute(sh, builtin, node, arguments);
    if (in_child)
        return program_become(sh, node, arguments);
    pid = child_fork(sh, false);
    if (pid == 0)
        shell_exit(sh, program_become(sh, node, arguments));
    return child_wait(sh, pid);
}

/* In a child: NODE is all that it runs. */
static _Noreturn void node_become(struct shell *sh, const struct node *node)
{
    if (node->kind == NODE_SIMPLE)
        shell_exit(sh, simple_execute(sh, node, true));
    shell_exit(sh, node_execute(sh, node));
}

/* A pipe that no program inherits, and whose ends are never 0, 1 or 2, even where these are free.
 */
static bool pipe_open(struct shell *sh, int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) < 0) {
        shell_error(sh, "cannot make a pipe: %s", strerror(errno));
        return false;
    }
    for (int i = 0; i < 2; i++) {
        if (ends[i] <= STDERR_FILENO)
            ends[i] = fd_make_private(ends[i]);
    }
    return true;
}

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

/*
 * Starts the members of a pipeline, each with a pipe to the next, and stores their pids. Returns
 * how many there are; fewer than members where there was no pipe or process for all.
 */
static int pipeline_start(struct shell *sh, const struct node *member, bool background, pid_t *pids)
{
    int input = -1, count = 0;

    for (; member; member = member->next) {
        int ends[2] = {-1, -1};

        if (member->next && !pipe_open(sh, ends))
            break;
        pids[count] = child_fork(sh, background);
        if (pids[count] == 0) {
            fd_drop(ends[0]);
            fd_install(input, STDIN_FILENO);
            fd_install(ends[1], STDOUT_FILENO);
            node_become(sh, member);
        }
        fd_drop(input);
        fd_drop(ends[1]);
        input = ends[0];
        if (pids[count++] < 0)
            break;
    }
    fd_drop(input);
    return count;
}

static int members_count(const struct node *member)
{
    int count = 0;

    for (; member; member = member->next)
        count++;
    return count;
}

/* All members are waited for; the last one's status is the pipeline's. */
static int pipeline_execute(struct shell *sh, const struct node *first)
{
    int members = members_count(first), status = STATUS_ERROR;
    pid_t *pids = arena_alloc(&sh->arena, (size_t)members * sizeof(*pids));
    int started = pipeline_start(sh, first, false, pids);

    for (int i = 0; i < started; i++)
        status = child_wait(sh, pids[i]);
    return started == members ? status : STATUS_ERROR;
}

static int background_execute(struct shell *sh, const struct node *body)
{
    const struct node *first = body->kind == NODE_PIPELINE ? body->pipeline.members : body;
    pid_t *pids = arena_alloc(&sh->arena, (size_t)members_count(first) * sizeof(*pids));
    int started = pipeline_start(sh, first, true, pids);

    for (int i = 0; i < started && pids[i] > 0; i++) {
        job_add(sh, pids[i]);
        sh->background = pids[i];
    }
    if (started == 0 || pids[started - 1] < 0)
        return STATUS_ERROR;
    if (sh->interactive)
        fprintf(stderr, "[%d]\n", (int)sh->background);
    return 0;
}

static int pair_execute(struct shell *sh, const struct node *node)
{
    int status = node_execute(sh, node->pair.left);

    if ((node->kind == NODE_AND) == (status == 0))
        status = node_execute(sh, node->pair.right);
    return status;
}

static int sequence_execute(struct shell *sh, const struct node *node)
{
    int status = 0;

    for (; node; node = node->pair.right)
        status = node_execute(sh, node->pair.left);
    return status;
}

int node_execute(struct shell *sh, const struct node *node)
{
    switch (node->kind) {
    case NODE_SIMPLE:
        sh->status = simple_execute(sh, node, false);
        break;
    case NODE_PIPELINE:
        sh->status = pipeline_execute(sh, node->pipeline.members);
        break;
    case NODE_NOT:
        sh->status = node_execute(sh, node->single.body) == 0;
        break;
    case NODE_AND:
    case NODE_OR:
        sh->status = pair_execute(sh, node);
        break;
    case NODE_SEQUENCE:
        sh->status = sequence_execute(sh, node);
        break;
    case NODE_BACKGROUND:
        sh->status = background_execute(sh, node->single.body);
        break;
    }
    return sh->status;
}
