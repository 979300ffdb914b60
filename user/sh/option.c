/*
 * sh: the shell's options: the letters and names that `set` and the command line know, and what it
 * takes to turn one on. `set -o` (POSIX, "set"; "sh", OPTIONS).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/sh/run.h"

static const struct {
    char letter;
    const char *name;
} options[OPTIONS] = {
    [OPTION_ERREXIT] = {'e', "errexit"},     [OPTION_NOGLOB] = {'f', "noglob"},
    [OPTION_IGNOREEOF] = {'I', "ignoreeof"}, [OPTION_INTERACTIVE] = {'i', "interactive"},
    [OPTION_MONITOR] = {'m', "monitor"},     [OPTION_NOEXEC] = {'n', "noexec"},
    [OPTION_STDIN] = {'s', "stdin"},         [OPTION_XTRACE] = {'x', "xtrace"},
    [OPTION_VERBOSE] = {'v', "verbose"},     [OPTION_NOCLOBBER] = {'C', "noclobber"},
    [OPTION_ALLEXPORT] = {'a', "allexport"}, [OPTION_NOUNSET] = {'u', "nounset"},
};

/* Those that only the command line sets. */
static bool is_fixed(enum option option)
{
    return option == OPTION_INTERACTIVE || option == OPTION_STDIN;
}

static bool option_set(struct shell *sh, enum option option, bool on, bool begins)
{
    if (is_fixed(option) && !begins) {
        shell_fail(sh, "-%c: only for the command line", options[option].letter);
        return false;
    }
    if (option == OPTION_MONITOR && !begins && on != sh->options[option] && !sh->is_child) {
        if (on)
            terminal_begin(sh);
        else
            terminal_end(sh);
        return true;
    }
    sh->options[option] = on;
    return true;
}

static bool letter_set(struct shell *sh, char letter, bool on, bool begins)
{
    for (int i = 0; i < OPTIONS; i++) {
        if (options[i].letter == letter)
            return option_set(sh, (enum option)i, on, begins);
    }
    shell_fail(sh, "%c%c: unknown option", on ? '-' : '+', letter);
    return false;
}

static bool name_set(struct shell *sh, const char *name, bool on, bool begins)
{
    for (int i = 0; i < OPTIONS; i++) {
        if (strcmp(options[i].name, name) == 0)
            return option_set(sh, (enum option)i, on, begins);
    }
    shell_fail(sh, "%co %s: unknown option", on ? '-' : '+', name);
    return false;
}

/* set -o: as a table; set +o: as commands that set them so again. */
static int options_print(struct shell *sh, bool table)
{
    struct text text;
    char line[64];

    text_begin(&text, &sh->arena);
    if (table)
        text_add(&text, "Current option settings\n");
    for (int i = 0; i < OPTIONS; i++) {
        if (table)
            snprintf(line, sizeof(line), "%-16s%s\n", options[i].name,
                     sh->options[i] ? "on" : "off");
        else
            snprintf(line, sizeof(line), "set %co %s\n", sh->options[i] ? '-' : '+',
                     options[i].name);
        text_add(&text, line);
    }
    return print(sh, text.bytes);
}

void options_letters(const struct shell *sh, char letters[OPTIONS + 1])
{
    for (int i = 0; i < OPTIONS; i++) {
        if (sh->options[i])
            *letters++ = options[i].letter;
    }
    *letters = '\0';
}

bool options_read(struct shell *sh, char ***arguments, bool begins, bool *has_command)
{
    for (; **arguments && ((**arguments)[0] == '-' || (**arguments)[0] == '+'); ++*arguments) {
        const char *letters = **arguments + 1;
        bool on = letters[-1] == '-';

        if (*letters == '\0' || strcmp(letters, "-") == 0)
            return true;
        for (; *letters; letters++) {
            if (begins && *letters == 'c') {
                *has_command = true;
            } else if (*letters == 'o') {
                if (!(*arguments)[1])
                    return options_print(sh, on) == 0;
                if (!name_set(sh, *++*arguments, on, begins))
                    return false;
                break;
            } else if (!letter_set(sh, *letters, on, begins)) {
                return false;
            }
        }
    }
    return true;
}

void parameters_drop(struct parameters *parameters)
{
    for (char **value = parameters->owned; value && *value; value++)
        free(*value);
    free(parameters->owned);
    parameters->owned = NULL;
}

void parameters_set(struct shell *sh, char **values)
{
    size_t count = 0;

    while (values[count])
        count++;

    char **copies = memory_alloc((count + 1) * sizeof(*copies));

    for (size_t i = 0; i < count; i++)
        copies[i] = string_copy(values[i]);
    copies[count] = NULL;
    parameters_drop(&sh->parameters);
    sh->parameters = (struct parameters){.values = copies, .count = (int)count, .owned = copies};
}

static int variables_print(struct shell *sh)
{
    int status = 0;

    for (const struct variable *v = sh->variables; v; v = v->next) {
        struct arena_mark mark = arena_mark(&sh->arena);
        struct text line;

        text_begin(&line, &sh->arena);
        text_add(&line, v->name);
        text_add_char(&line, '=');
        text_add_quoted(&line, v->value ? v->value : "");
        text_add_char(&line, '\n');
        status |= v->value ? print(sh, line.bytes) : 0;
        arena_release(&sh->arena, mark);
    }
    return status;
}

/* set [OPTION]... [--] [PARAMETER]...; without any, lists the variables */
int run_set(struct shell *sh, char **arguments)
{
    char **rest = arguments + 1;
    bool ended;

    if (!*rest)
        return variables_print(sh);
    if (!options_read(sh, &rest, false, NULL))
        return STATUS_ERROR;
    ended = *rest && ((*rest)[0] == '-' || (*rest)[0] == '+');
    if (ended && strcmp(*rest, "-") == 0)
        sh->options[OPTION_XTRACE] = sh->options[OPTION_VERBOSE] = false;
    if (ended && strcmp(*rest, "-o") != 0 && strcmp(*rest, "+o") != 0)
        rest++;
    else if (ended)
        return 0;
    if (*rest || (ended && strcmp(rest[-1], "--") == 0))
        parameters_set(sh, rest);
    return 0;
}
