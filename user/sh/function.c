/*
 * sh: functions (POSIX, "Function Definition Command"). A function keeps the tree in which it was
 * defined for as long as it is defined, or runs.
 */
#include <stdlib.h>
#include <string.h>

#include "user/sh/run.h"

enum {
    CALLS_MAX = 1000 /* the shell's own stack is not to run out */
};

struct function *function_find(const struct shell *sh, const char *name)
{
    struct function *function = sh->functions;

    while (function && strcmp(function->name, name) != 0)
        function = function->next;
    return function;
}

void function_remove(struct shell *sh, const char *name)
{
    struct function **place = &sh->functions;

    while (*place && strcmp((*place)->name, name) != 0)
        place = &(*place)->next;

    struct function *function = *place;

    if (!function)
        return;
    *place = function->next;
    tree_release(function->tree);
    free(function->name);
    free(function);
}

void function_define(struct shell *sh, const struct node *node)
{
    struct function *function = memory_alloc(sizeof(*function));

    function_remove(sh, node->function.name);
    *function = (struct function){.next = sh->functions, .name = string_copy(node->function.name)};
    function->body = node->function.body;
    function->tree = node->tree;
    function->tree->references++;
    sh->functions = function;
}

/* The body may define the function anew, or remove it: then only its tree is left. */
int function_call(struct shell *sh, struct function *function, char **arguments)
{
    struct parameters outer = sh->parameters;
    struct saved_variable **outer_locals = sh->locals, *locals = NULL;
    struct tree *tree = function->tree;
    unsigned outer_loops = sh->loops, line = sh->line;
    int status;

    if (sh->sources >= CALLS_MAX)
        return shell_fail(sh, "%s: functions are too deep in one another", function->name);
    sh->parameters = (struct parameters){.values = arguments + 1};
    while (arguments[sh->parameters.count + 1])
        sh->parameters.count++;
    sh->locals = &locals;
    sh->loops = 0;
    sh->sources++;
    tree->references++;
    status = node_execute(sh, function->body);
    tree_release(tree);
    sh->sources--;
    if (sh->unwind == UNWIND_RETURN)
        sh->unwind = UNWIND_NONE;
    variables_restore(sh, locals);
    sh->locals = outer_locals;
    sh->loops = outer_loops;
    sh->line = line;
    parameters_drop(&sh->parameters);
    sh->parameters = outer;
    return status;
}
