/* sh: built-in commands about variables and parameters. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/run.h"

static int variable_print(struct shell *sh, const char *command, const struct variable *variable)
{
    struct text line;

    text_begin(&line, &sh->arena);
    text_add(&line, command);
    text_add_char(&line, ' ');
    text_add(&line, variable->name);
    if (variable->value) {
        text_add_char(&line, '=');
        text_add_quoted(&line, variable->value);
    }
    text_add_char(&line, '\n');
    return print(sh, line.bytes);
}

/* Splits NAME[=VALUE]. False, and a message, if that is no name. */
static bool declaration_read(struct shell *sh, const char *command, const char *text, char **name,
                             const char **value)
{
    size_t length = strcspn(text, "=");

    *name = arena_copy(&sh->arena, text, length);
    *value = text[length] ? text + length + 1 : NULL;
    if (is_name(*name))
        return true;
    shell_fail(sh, "%s: %s: not a name", command, text);
    return false;
}

/* export and readonly [-p | NAME[=VALUE]...]; WHICH is the flag they are about. */
static int declare(struct shell *sh, char **arguments, bool read_only)
{
    int status = 0;

    if (!arguments[1] || strcmp(arguments[1], "-p") == 0) {
        for (const struct variable *v = sh->variables; v; v = v->next) {
            if (read_only ? v->read_only : v->exported)
                status |= variable_print(sh, arguments[0], v);
        }
        return status;
    }
    for (char **argument = arguments + 1; *argument; argument++) {
        const char *value;
        char *name;

        if (!declaration_read(sh, arguments[0], *argument, &name, &value))
            return STATUS_ERROR;
        if (value && !variable_set(sh, name, value))
            return STATUS_ERROR;
        *(read_only ? &variable_make(sh, name)->read_only : &variable_make(sh, name)->exported) =
            true;
    }
    return 0;
}

/* export [NAME[=VALUE]]...: puts variables into the environment; without any, lists it. */
int run_export(struct shell *sh, char **arguments)
{
    return declare(sh, arguments, false);
}

/* readonly [NAME[=VALUE]]...: they keep their values for good. */
int run_readonly(struct shell *sh, char **arguments)
{
    return declare(sh, arguments, true);
}

/* local NAME[=VALUE]...: when the function returns, they are what they were (dash). */
int run_local(struct shell *sh, char **arguments)
{
    if (!sh->locals)
        return shell_fail(sh, "local: not in a function");
    for (char **argument = arguments + 1; *argument; argument++) {
        const char *value;
        char *name;

        if (!declaration_read(sh, "local", *argument, &name, &value))
            return STATUS_ERROR;
        variable_save(sh, name, sh->locals);
        if (value && !variable_set(sh, name, value))
            return STATUS_ERROR;
    }
    return 0;
}

/* unset [-v | -f] NAME...: variables, or functions. */
int run_unset(struct shell *sh, char **arguments)
{
    bool functions = false;

    for (arguments++; *arguments && (*arguments)[0] == '-'; arguments++) {
        if (strcmp(*arguments, "-f") != 0 && strcmp(*arguments, "-v") != 0)
            return shell_fail(sh, "unset: %s: unknown option", *arguments);
        functions = (*arguments)[1] == 'f';
    }
    for (; *arguments; arguments++) {
        if (functions) {
            function_remove(sh, *arguments);
            continue;
        }
        if (!is_name(*arguments))
            return shell_fail(sh, "unset: %s: not a name", *arguments);
        if (!variable_find(sh, *arguments))
            continue;
        if (!variable_set(sh, *arguments, NULL))
            return STATUS_ERROR;
        variable_make(sh, *arguments)->exported = false;
    }
    return 0;
}

/* shift [N]: $1 becomes what $(N+1) was */
int run_shift(struct shell *sh, char **arguments)
{
    int count = arguments[1] ? number_read(arguments[1], 10) : 1;

    if (count < 0 || count > sh->parameters.count)
        return shell_fail(sh, "shift: there are not that many parameters");
    for (int i = 0; sh->parameters.owned && i < count; i++)
        free(sh->parameters.owned[i]);
    if (sh->parameters.owned)
        memmove(sh->parameters.values, sh->parameters.values + count,
                (size_t)(sh->parameters.count - count + 1) * sizeof(char *));
    else
        sh->parameters.values += count;
    sh->parameters.count -= count;
    return 0;
}

/* What getopts has to say about one option. */
struct option_found {
    char letter[2];       /* ? for one that is not known */
    const char *argument; /* OPTARG, or NULL */
    const char *message;
};

/*
 * Takes the next option letter of VALUES, of which the *INDEXth is at hand (OPTIND), counted from
 * 1. False where there are no more.
 */
static bool option_take(struct shell *sh, const char *known, char **values, long *index,
                        struct option_found *found)
{
    const char *cluster = values[*index - 1], *place;
    bool silent = known[0] == ':';
    static char letter[2];

    if (sh->getopts_letter == 0) {
        if (!cluster || cluster[0] != '-' || cluster[1] == '\0')
            return false;
        if (strcmp(cluster, "--") == 0) {
            ++*index;
            return false;
        }
        sh->getopts_letter = 1;
    }
    letter[0] = found->letter[0] = cluster[sh->getopts_letter++];
    place = letter[0] == ':' ? NULL : strchr(known, letter[0]);
    if (cluster[sh->getopts_letter] == '\0' || (place && place[1] == ':')) {
        ++*index;
        cluster += sh->getopts_letter;
        sh->getopts_letter = 0;
    }
    if (!place) {
        found->letter[0] = '?';
        found->argument = silent ? letter : NULL;
        found->message = "unknown option";
    } else if (place[1] == ':') {
        found->argument = *cluster ? cluster : values[*index - 1];
        if (!*cluster && found->argument)
            ++*index;
        if (found->argument)
            return true;
        found->letter[0] = silent ? ':' : '?';
        found->argument = silent ? letter : NULL;
        found->message = "its argument is missing";
    }
    if (found->message && !silent)
        shell_error(sh, "-%s: %s", letter, found->message);
    return true;
}

/* getopts LETTERS NAME [ARGUMENT]...: the next option of the parameters, into NAME */
int run_getopts(struct shell *sh, char **arguments)
{
    struct option_found found = {.letter = "?"};
    char **values, *end;
    long index, count = 0;
    size_t letter;
    bool more;

    if (!arguments[1] || !arguments[2]) {
        shell_error(sh, "usage: getopts LETTERS NAME [ARGUMENT]...");
        return STATUS_ERROR;
    }
    values = arguments[3] ? arguments + 3 : sh->parameters.values;
    while (values[count])
        count++;
    index = strtol(variable_get(sh, "OPTIND") ? variable_get(sh, "OPTIND") : "1", &end, 10);
    if (*end || index < 1)
        index = 1;
    if (index > count + 1)
        index = count + 1;
    letter = sh->getopts_letter;
    if (letter > 0 && (!values[index - 1] || letter >= strlen(values[index - 1])))
        sh->getopts_letter = 0; /* these are other arguments than the last time */
    more = option_take(sh, arguments[1], values, &index, &found);
    letter = sh->getopts_letter;
    variable_set_number(sh, "OPTIND", index);
    sh->getopts_letter = letter; /* assigning to OPTIND has cleared it */
    variable_set(sh, "OPTARG", found.argument);
    if (!variable_set(sh, arguments[2], found.letter))
        return STATUS_ERROR;
    return more ? 0 : 1;
}
