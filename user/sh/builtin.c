/*
 * sh: the table of the built-in commands, and what they share. They print by write(2): nothing of
 * theirs is left in a buffer when the shell forks.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/run.h"

int print_bytes(const struct shell *sh, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, count);

        if (written < 0 && errno != EINTR) {
            shell_error(sh, "standard output: %s", strerror(errno));
            return 1;
        }
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        }
    }
    return 0;
}

int print(const struct shell *sh, const char *text)
{
    return print_bytes(sh, text, strlen(text));
}

int option_unknown(const struct shell *sh, const char *command, char letter)
{
    shell_error(sh, "%s: -%c: unknown option", command, letter);
    return STATUS_ERROR;
}

int number_read(const char *text, int base)
{
    char *end;
    unsigned long number;

    errno = 0;
    number = strtoul(text, &end, base);
    if (*text < '0' || *text > '9' || *end || errno || number > INT_MAX)
        return -1;
    return (int)number;
}

static int run_true(struct shell *sh, char **arguments)
{
    (void)sh;
    (void)arguments;
    return 0;
}

static int run_false(struct shell *sh, char **arguments)
{
    (void)sh;
    (void)arguments;
    return 1;
}

static int run_help(struct shell *sh, char **arguments);

/* One line for each program (tools/gen_help has made it). */
static const char programs_path[] = "/etc/help";

static const struct builtin builtins[] = {
    {".", run_dot, "runs a file in this shell", true},
    {":", run_true, "does nothing, well", true},
    {"[", run_test, "is the expression up to ] true?", false},
    {"alias", run_alias, "a short name for a command", false},
    {"bg", run_bg, "lets a stopped job go on in the background", false},
    {"break", run_break, "out of a loop", true},
    {"cd", run_cd, "changes the folder", false},
    {"command", run_command, "runs a command, or with -v tells what it is", false},
    {"continue", run_continue, "on with a loop's next round", true},
    {"echo", run_echo, "prints its arguments", false},
    {"eval", run_eval, "reads its arguments as a command", true},
    {"exec", run_exec, "becomes a program, or keeps redirections", true},
    {"exit", run_exit, "ends the shell", true},
    {"export", run_export, "gives variables to programs", true},
    {"false", run_false, "does nothing, and fails", false},
    {"fc", run_fc, "lists lines typed before, edits them, runs them again", false},
    {"fg", run_fg, "lets a job have the terminal", false},
    {"getopts", run_getopts, "reads a script's options", false},
    {"hash", run_hash, "where programs were found", false},
    {"help", run_help, "this list", false},
    {"history", run_history, "the lines typed at the prompt", false},
    {"jobs", run_jobs, "what runs, and what is stopped", false},
    {"kill", run_kill, "sends a signal to a process or a job", false},
    {"local", run_local, "a variable of this function's own", false},
    {"printf", run_printf, "prints by a format", false},
    {"pwd", run_pwd, "where am I?", false},
    {"read", run_read, "reads a line into variables", false},
    {"readonly", run_readonly, "variables that no longer change", true},
    {"return", run_return, "out of a function", true},
    {"set", run_set, "options, and parameters", true},
    {"shift", run_shift, "drops the first parameters", true},
    {"test", run_test, "is an expression true?", false},
    {"times", run_times, "what time was used", true},
    {"trap", run_trap, "what to do when a signal comes", true},
    {"true", run_true, "does nothing, well", false},
    {"type", run_type, "what is a command?", false},
    {"ulimit", run_ulimit, "what a process may use", false},
    {"umask", run_umask, "permissions that new files don't get", false},
    {"unalias", run_unalias, "forgets an alias", false},
    {"unset", run_unset, "forgets variables or functions", true},
    {"wait", run_wait, "until jobs have ended", false},
};

enum {
    BUILTINS = sizeof(builtins) / sizeof(builtins[0])
};

const struct builtin *builtin_find(const char *name)
{
    for (size_t i = 0; i < BUILTINS; i++) {
        if (strcmp(name, builtins[i].name) == 0)
            return &builtins[i];
    }
    return NULL;
}

const char *builtin_name(size_t number)
{
    return number < BUILTINS ? builtins[number].name : NULL;
}

/* Adds NAME to a paragraph of lines up to 76 characters long. */
static void name_add(struct text *text, size_t *column, const char *name)
{
    size_t length = strlen(name) + 1;

    if (*column + length > 76) {
        text_add(text, "\n ");
        *column = 1;
    }
    text_add_char(text, ' ');
    text_add(text, name);
    *column += length;
}

/* Adds what programs_path has to say; of NAME only, if that isn't NULL. False if that is nothing.
 */
static bool programs_add(struct text *text, const char *name)
{
    FILE *file = fopen(programs_path, "re");
    size_t before = text->length;
    char line[256];

    while (file && fgets(line, sizeof(line), file)) {
        size_t blanks = strspn(line, " ");
        size_t length = strcspn(line + blanks, " ");

        if (!name || (strlen(name) == length && strncmp(line + blanks, name, length) == 0))
            text_add(text, line);
    }
    if (file)
        fclose(file);
    return text->length > before;
}

static void builtin_add(struct text *text, const struct builtin *builtin)
{
    char line[128];

    snprintf(line, sizeof(line), "  %-9s%s\n", builtin->name, builtin->help);
    text_add(text, line);
}

/* help: the programs, a line each, and the built-in commands; help NAME: the line of one */
static int run_help(struct shell *sh, char **arguments)
{
    const struct builtin *builtin = arguments[1] ? builtin_find(arguments[1]) : NULL;
    size_t column = 1;
    struct text text;

    text_begin(&text, &sh->arena);
    if (builtin) {
        builtin_add(&text, builtin);
    } else if (!programs_add(&text, arguments[1]) && arguments[1]) {
        shell_error(sh, "help: nothing is known of %s", arguments[1]);
        return 1;
    }
    if (arguments[1])
        return print(sh, text.bytes);
    text_add(&text, "Built into the shell (help NAME tells more):\n ");
    for (size_t i = 0; i < BUILTINS; i++)
        name_add(&text, &column, builtins[i].name);
    text_add(&text, "\n");
    return print(sh, text.bytes);
}
