/*
 * sh: runs the tree (POSIX, "Shell Commands"). What needs a child is in process.c, what begins with
 * a word in simple.c. After each command traps are run, and `set -e` looks at the status.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "user/sh/run.h"

/* Runs NODE where its status is looked at: `set -e` then does nothing in it. */
static int condition_execute(struct shell *sh, const struct node *node)
{
    int status;

    sh->tested++;
    status = node_execute(sh, node);
    sh->tested--;
    return status;
}

static int not_execute(struct shell *sh, const struct node *node)
{
    int status = condition_execute(sh, node->single.body);

    return sh->unwind ? status : status == 0;
}

static int pair_execute(struct shell *sh, const struct node *node)
{
    int status = condition_execute(sh, node->pair.left);

    if (!sh->unwind && (node->kind == NODE_AND) == (status == 0))
        status = node_execute(sh, node->pair.right);
    return status;
}

static int sequence_execute(struct shell *sh, const struct node *node)
{
    int status = 0;

    for (; node && !sh->unwind; node = node->pair.right)
        status = node_execute(sh, node->pair.left);
    return status;
}

static int if_execute(struct shell *sh, const struct node *node)
{
    int status = condition_execute(sh, node->branch.condition);

    if (sh->unwind)
        return status;
    if (status == 0)
        return node_execute(sh, node->branch.body);
    return node->branch.otherwise ? node_execute(sh, node->branch.otherwise) : 0;
}

/* After a loop's body: does the loop go on? `break` and `continue` count down the loops they leave.
 */
static bool loop_goes_on(struct shell *sh)
{
    if (sh->unwind == UNWIND_NONE)
        return true;
    if (sh->unwind != UNWIND_BREAK && sh->unwind != UNWIND_CONTINUE)
        return false;
    if (--sh->unwind_loops > 0)
        return false;

    bool goes_on = sh->unwind == UNWIND_CONTINUE;

    sh->unwind = UNWIND_NONE;
    return goes_on;
}

static int while_execute(struct shell *sh, const struct node *node)
{
    int status = 0;

    sh->loops++;
    for (;;) {
        int condition = condition_execute(sh, node->branch.condition);

        if (sh->unwind) {
            status = condition;
            if (!loop_goes_on(sh))
                break;
            continue;
        }
        if ((condition == 0) != (node->kind == NODE_WHILE))
            break;
        status = node_execute(sh, node->branch.body);
        if (!loop_goes_on(sh))
            break;
    }
    sh->loops--;
    return status;
}

static int for_execute(struct shell *sh, const struct node *node)
{
    size_t count = (size_t)sh->parameters.count;
    char **values;
    int status = 0;

    if (node->loop.has_words) {
        values = words_expand(sh, node->loop.words, &count);
    } else {
        values = arena_alloc(&sh->arena, (count + 1) * sizeof(*values));
        for (size_t i = 0; i < count; i++)
            values[i] =
                arena_copy(&sh->arena, sh->parameters.values[i], strlen(sh->parameters.values[i]));
    }
    if (sh->unwind)
        return sh->status;
    sh->loops++;
    for (size_t i = 0; i < count; i++) {
        if (!variable_set(sh, node->loop.name, values[i])) {
            status = STATUS_ERROR;
            break;
        }
        status = node_execute(sh, node->loop.body);
        if (!loop_goes_on(sh))
            break;
    }
    sh->loops--;
    return status;
}

static bool arm_matches(struct shell *sh, const struct arm *arm, const char *text)
{
    for (const struct word *pattern = arm->patterns; pattern; pattern = pattern->next) {
        const char *expanded = pattern_expand(sh, pattern->parts);

        if (sh->unwind)
            return false;
        if (fnmatch(expanded, text, 0) == 0)
            return true;
    }
    return false;
}

static int case_execute(struct shell *sh, const struct node *node)
{
    const char *text = parts_expand(sh, node->choice.word);

    for (const struct arm *arm = node->choice.arms; arm && !sh->unwind; arm = arm->next) {
        if (arm_matches(sh, arm, text))
            return arm->body ? node_execute(sh, arm->body) : 0;
    }
    return sh->unwind ? sh->status : 0;
}

static int function_execute(struct shell *sh, const struct node *node)
{
    function_define(sh, node);
    return 0;
}

static int kind_execute(struct shell *sh, const struct node *node)
{
    switch (node->kind) {
    case NODE_SIMPLE:
        return simple_execute(sh, node, false);
    case NODE_PIPELINE:
        return pipeline_execute(sh, node);
    case NODE_NOT:
        return not_execute(sh, node);
    case NODE_AND:
    case NODE_OR:
        return pair_execute(sh, node);
    case NODE_SEQUENCE:
        return sequence_execute(sh, node);
    case NODE_BACKGROUND:
        return background_execute(sh, node->single.body);
    case NODE_SUBSHELL:
        return subshell_execute(sh, node);
    case NODE_GROUP:
        return node_execute(sh, node->single.body);
    case NODE_IF:
        return if_execute(sh, node);
    case NODE_WHILE:
    case NODE_UNTIL:
        return while_execute(sh, node);
    case NODE_FOR:
        return for_execute(sh, node);
    case NODE_CASE:
        return case_execute(sh, node);
    case NODE_FUNCTION:
        return function_execute(sh, node);
    }
    return STATUS_ERROR;
}

/* Runs a compound command with its redirections around it. */
static int redirected_execute(struct shell *sh, const struct node *node)
{
    struct saved_fd *saved = NULL;
    int status = STATUS_ERROR;

    sh->line = node->line;
    if (redirections_apply(sh, node->redirections, &saved))
        status = kind_execute(sh, node);
    else if (sh->unwind)
        status = sh->status;
    redirections_undo(saved);
    return status;
}

/* Is NODE one whose failure, if nothing looks at it, ends a shell with `set -e`? */
static bool can_end_shell(const struct node *node)
{
    return node->kind == NODE_SIMPLE || node->kind == NODE_PIPELINE ||
           node->kind == NODE_SUBSHELL || node->redirections;
}

int node_execute(struct shell *sh, const struct node *node)
{
    struct arena_mark mark = arena_mark(&sh->arena);
    bool compound = node->kind != NODE_SIMPLE && node->kind != NODE_SUBSHELL;

    if (sh->options[OPTION_NOEXEC] && !sh->interactive)
        return 0;
    if (compound && node->redirections)
        sh->status = redirected_execute(sh, node);
    else
        sh->status = kind_execute(sh, node);
    arena_release(&sh->arena, mark);
    if (sh->interactive && interrupted && !sh->unwind) {
        fputc('\n', stderr); /* behind the ^C on the screen */
        shell_abandon(sh, STATUS_SIGNAL + SIGINT);
    }
    if (!sh->unwind)
        traps_run(sh);
    if (sh->status != 0 && sh->options[OPTION_ERREXIT] && sh->tested == 0 && !sh->unwind &&
        can_end_shell(node))
        sh->unwind = UNWIND_EXIT;
    return sh->status;
}

_Noreturn void node_become(struct shell *sh, const struct node *node)
{
    if (node->kind == NODE_SUBSHELL)
        subshell_become(sh, node); /* a child is a subshell already */
    if (node->kind == NODE_SIMPLE)
        sh->status = simple_execute(sh, node, true);
    else
        node_execute(sh, node);
    shell_end(sh);
}
