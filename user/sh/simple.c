/*
 * sh: a simple command (POSIX, "Simple Commands"). Its words are expanded; the first one is a
 * function, a built-in command or a program, in this order, special built-in commands before all.
 * Without a word its assignments stay.
 */
#include <stdio.h>
#include <string.h>

#include "user/sh/run.h"

/* `set -x`: writes the command, as it would have to be typed. */
static void trace_write(struct shell *sh, char **assigned, char **arguments)
{
    struct text line;

    text_begin(&line, &sh->arena);
    text_add(&line, prompt_expand(sh, "PS4"));
    for (; *assigned; assigned++) {
        text_add(&line, *assigned);
        text_add_char(&line, assigned[1] || *arguments ? ' ' : '\0');
    }
    for (; *arguments; arguments++) {
        bool plain =
            **arguments && (*arguments)[strcspn(*arguments, " \t\n|&;<>()$`\\\"'*?[#~")] == '\0';

        if (plain)
            text_add(&line, *arguments);
        else
            text_add_quoted(&line, *arguments);
        if (arguments[1])
            text_add_char(&line, ' ');
    }
    fprintf(stderr, "%s\n", line.bytes);
}

static size_t assignments_count(const struct assignment *assignment)
{
    size_t count = 0;

    for (; assignment; assignment = assignment->next)
        count++;
    return count;
}

/*
 * Makes ASSIGNMENTS. With SAVED, what they replace is kept there to be put back. What was assigned
 * is stored in TRACE, as NAME=value.
 */
static bool assignments_apply(struct shell *sh, const struct assignment *assignments, bool exported,
                              struct saved_variable **saved, char **trace)
{
    for (; assignments; assignments = assignments->next) {
        const char *value = value_expand(sh, assignments->value);
        struct text text;

        if (sh->unwind)
            return false;
        if (saved)
            variable_save(sh, assignments->name, saved);
        if (!variable_set(sh, assignments->name, value))
            return false;
        if (exported)
            variable_make(sh, assignments->name)->exported = true;
        text_begin(&text, &sh->arena);
        text_add(&text, assignments->name);
        text_add_char(&text, '=');
        text_add(&text, value);
        *trace++ = text.bytes;
    }
    *trace = NULL;
    return true;
}

static char **trace_make(struct shell *sh, const struct assignment *assignments)
{
    char **trace = arena_alloc(&sh->arena, (assignments_count(assignments) + 1) * sizeof(*trace));

    *trace = NULL;
    return trace;
}

/* A command without a word: its redirections are made and undone, its assignments stay. */
static int assignments_execute(struct shell *sh, const struct node *node)
{
    char **trace = trace_make(sh, node->simple.assignments), *none[] = {NULL};
    struct saved_fd *saved = NULL;
    bool redirected = redirections_apply(sh, node->redirections, &saved);

    redirections_undo(saved);
    if (!redirected)
        return sh->unwind ? sh->status : STATUS_ERROR;
    if (!assignments_apply(sh, node->simple.assignments, false, NULL, trace))
        return sh->status;
    if (sh->options[OPTION_XTRACE] && *trace)
        trace_write(sh, trace, none);
    return sh->substitution;
}

/* Becomes the program of NODE in this process, a child; returns the status if it can't. */
static int program_become(struct shell *sh, const struct node *node, char **arguments)
{
    char **trace = trace_make(sh, node->simple.assignments);

    if (!redirections_apply(sh, node->redirections, NULL))
        return STATUS_ERROR;
    if (!assignments_apply(sh, node->simple.assignments, true, NULL, trace))
        return STATUS_ERROR;
    if (sh->options[OPTION_XTRACE])
        trace_write(sh, trace, arguments);
    return command_exec(sh, arguments, variable_get(sh, "PATH"));
}

static bool assigns(const struct node *node, const char *name)
{
    const struct assignment *assignment = node->simple.assignments;

    while (assignment && strcmp(assignment->name, name) != 0)
        assignment = assignment->next;
    return assignment != NULL;
}

static int program_execute(struct shell *sh, const struct node *node, char **arguments)
{
    struct job *job = job_make(sh, node, 1);

    if (!assigns(node, "PATH"))
        hash_learn(sh, arguments[0]);
    if (job_fork(sh, job, false) == 0) {
        sh->status = program_become(sh, node, arguments);
        shell_end(sh);
    }
    return job_foreground(sh, job);
}

/* Runs a built-in command or a function in the shell, its redirections and assignments around it.
 */
static int inside_execute(struct shell *sh, const struct node *node, char **arguments,
                          const struct builtin *builtin)
{
    bool special = builtin->special, is_exec = builtin->run == run_exec;
    char **trace = trace_make(sh, node->simple.assignments);
    struct saved_variable *variables = NULL;
    struct saved_fd *fds = NULL;
    int status = STATUS_ERROR;

    if (!redirections_apply(sh, node->redirections, is_exec ? NULL : &fds)) {
        if (special && !sh->unwind)
            shell_abandon(sh, STATUS_ERROR);
    } else if (assignments_apply(sh, node->simple.assignments, is_exec || !special,
                                 special ? NULL : &variables, trace)) {
        if (sh->options[OPTION_XTRACE])
            trace_write(sh, trace, arguments);
        status = builtin->run(sh, arguments);
    }
    variables_restore(sh, variables);
    redirections_undo(fds);
    return status;
}

static int run_function(struct shell *sh, char **arguments)
{
    struct function *function = function_find(sh, arguments[0]);

    return function ? function_call(sh, function, arguments) : STATUS_NOT_FOUND;
}

/* A function is called like a built-in command. */
static const struct builtin function_caller = {.name = "function", .run = run_function};

int simple_execute(struct shell *sh, const struct node *node, bool in_child)
{
    const struct builtin *builtin;
    char **arguments;
    size_t count;

    sh->line = node->line;
    sh->substitution = 0;
    arguments = words_expand(sh, node->simple.words, &count);
    if (sh->unwind)
        return sh->status;
    if (count == 0)
        return assignments_execute(sh, node);
    builtin = builtin_find(arguments[0]);
    if (!(builtin && builtin->special) && function_find(sh, arguments[0]))
        builtin = &function_caller;
    if (builtin)
        return inside_execute(sh, node, arguments, builtin);
    if (in_child)
        return program_become(sh, node, arguments);
    return program_execute(sh, node, arguments);
}

int arguments_execute(struct shell *sh, char **arguments, const char *folders)
{
    const struct builtin *builtin = builtin_find(arguments[0]);
    struct job *job;
    int status;

    if (builtin) {
        sh->failed = false;
        status = builtin->run(sh, arguments);
        if (sh->failed)
            sh->unwind = UNWIND_NONE; /* called like this, special ones are as any other */
        return status;
    }
    job = job_make(sh, NULL, 1);
    if (folders != command_standard_path)
        hash_learn(sh, arguments[0]);
    if (job_fork(sh, job, false) == 0) {
        sh->status = command_exec(sh, arguments, folders);
        shell_end(sh);
    }
    return job_foreground(sh, job);
}
