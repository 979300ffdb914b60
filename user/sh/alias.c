/*
 * sh: aliases (POSIX, "Alias Substitution"): a word in the place of a command that is the name of
 * one is read as if its meaning had been typed instead. The parser asks, source.c reads it.
 */
#include <stdlib.h>
#include <string.h>

#include "user/sh/run.h"

struct alias *alias_find(const struct shell *sh, const char *name)
{
    struct alias *alias = sh->aliases;

    while (alias && strcmp(alias->name, name) != 0)
        alias = alias->next;
    return alias;
}

static void alias_free(struct alias *alias)
{
    free(alias->name);
    free(alias->value);
    free(alias);
}

void alias_release(struct alias *alias)
{
    alias->in_use = false;
    if (alias->removed)
        alias_free(alias);
}

static bool alias_remove(struct shell *sh, const char *name)
{
    struct alias **place = &sh->aliases;

    while (*place && strcmp((*place)->name, name) != 0)
        place = &(*place)->next;

    struct alias *alias = *place;

    if (!alias)
        return false;
    *place = alias->next;
    alias->removed = true;
    if (!alias->in_use)
        alias_free(alias);
    return true;
}

static void alias_set(struct shell *sh, const char *name, const char *value)
{
    struct alias **place = &sh->aliases, *alias = memory_alloc(sizeof(*alias));

    alias_remove(sh, name);
    while (*place && strcmp((*place)->name, name) < 0)
        place = &(*place)->next;
    *alias = (struct alias){.next = *place, .name = string_copy(name)};
    alias->value = string_copy(value);
    *place = alias;
}

static int alias_print(struct shell *sh, const struct alias *alias)
{
    struct text line;

    text_begin(&line, &sh->arena);
    text_add(&line, alias->name);
    text_add_char(&line, '=');
    text_add_quoted(&line, alias->value);
    text_add_char(&line, '\n');
    return print(sh, line.bytes);
}

/* alias [NAME[=MEANING]]... */
int run_alias(struct shell *sh, char **arguments)
{
    int status = 0;

    if (!arguments[1]) {
        for (const struct alias *alias = sh->aliases; alias; alias = alias->next)
            status |= alias_print(sh, alias);
        return status;
    }
    for (arguments++; *arguments; arguments++) {
        const char *equals = strchr(*arguments + (**arguments != '\0'), '=');
        const struct alias *alias;

        if (equals) {
            size_t length = (size_t)(equals - *arguments);

            alias_set(sh, arena_copy(&sh->arena, *arguments, length), equals + 1);
        } else if ((alias = alias_find(sh, *arguments))) {
            status |= alias_print(sh, alias);
        } else {
            shell_error(sh, "alias: %s: not found", *arguments);
            status = 1;
        }
    }
    return status;
}

/* unalias NAME..., or -a for all */
int run_unalias(struct shell *sh, char **arguments)
{
    int status = 0;

    if (arguments[1] && strcmp(arguments[1], "-a") == 0) {
        while (sh->aliases)
            alias_remove(sh, sh->aliases->name);
        return 0;
    }
    for (arguments++; *arguments; arguments++) {
        if (!alias_remove(sh, *arguments)) {
            shell_error(sh, "unalias: %s: not found", *arguments);
            status = 1;
        }
    }
    return status;
}
