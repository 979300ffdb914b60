/*
 * sh: the programs whose places are remembered (POSIX, hash): once found along PATH, a program is
 * not looked for again. All is forgotten when PATH changes. A program that is no longer where it
 * was is looked for after all (command_exec). Only absolute paths are kept: the others mean another
 * file after a cd.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/run.h"

struct remembered {
    struct remembered *next; /* the last one found first */
    char *name, *path;
};

const char *hash_find(const struct shell *sh, const char *name)
{
    const struct remembered *program = sh->remembered;

    while (program && strcmp(program->name, name) != 0)
        program = program->next;
    return program ? program->path : NULL;
}

bool hash_learn(struct shell *sh, const char *name)
{
    struct remembered *program;
    const char *path;

    if (strchr(name, '/') || hash_find(sh, name))
        return true;
    path = command_path(sh, name, variable_get(sh, "PATH"), X_OK);
    if (!path)
        return false;
    if (path[0] != '/')
        return true;
    program = memory_alloc(sizeof(*program));
    *program = (struct remembered){sh->remembered, string_copy(name), string_copy(path)};
    sh->remembered = program;
    return true;
}

static void remembered_drop(struct remembered **place)
{
    struct remembered *program = *place;

    *place = program->next;
    free(program->name);
    free(program->path);
    free(program);
}

void hash_forget(struct shell *sh)
{
    while (sh->remembered)
        remembered_drop(&sh->remembered);
}

/* Looks for NAME anew. One that the shell runs itself is found and has no place. */
static int name_hash(struct shell *sh, const char *name)
{
    struct remembered **place = &sh->remembered;

    while (*place && strcmp((*place)->name, name) != 0)
        place = &(*place)->next;
    if (*place)
        remembered_drop(place);
    if (builtin_find(name) || function_find(sh, name) || hash_learn(sh, name))
        return 0;
    shell_error(sh, "hash: %s: not found", name);
    return 1;
}

static int remembered_print(const struct shell *sh, struct text *text)
{
    for (const struct remembered *program = sh->remembered; program; program = program->next) {
        text_add(text, program->path);
        text_add_char(text, '\n');
    }
    return print(sh, text->bytes);
}

/* hash [-r] [NAME]...: looks where these are; without any, what is known; -r forgets that first */
int run_hash(struct shell *sh, char **arguments)
{
    bool forget = false;
    struct text text;
    int status = 0;

    for (arguments++; *arguments && (*arguments)[0] == '-'; arguments++) {
        if (strcmp(*arguments, "--") == 0) {
            arguments++;
            break;
        }
        if (strcmp(*arguments, "-r") != 0)
            return option_unknown(sh, "hash", (*arguments)[1]);
        forget = true;
    }
    if (forget)
        hash_forget(sh);
    text_begin(&text, &sh->arena);
    if (!*arguments && !forget)
        return remembered_print(sh, &text);
    for (; *arguments; arguments++)
        status |= name_hash(sh, *arguments);
    return status;
}
