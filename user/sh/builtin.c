/*
 * sh: the built-in commands: those that change the shell itself, which no child could, and a few
 * that are quicker so. They print by write(2): nothing of theirs is left in a buffer when the
 * shell forks. chdir(2), umask(2), getcwd(2).
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/sh/sh.h"

static int print(const struct shell *sh, const char *text)
{
    for (size_t left = strlen(text); left > 0;) {
        ssize_t written = write(STDOUT_FILENO, text, left);

        if (written < 0 && errno != EINTR) {
            shell_error(sh, "standard output: %s", strerror(errno));
            return 1;
        }
        if (written > 0) {
            text += written;
            left -= (size_t)written;
        }
    }
    return 0;
}

/* Reads all of TEXT as a number in BASE, from 0 to INT_MAX; -1 if it is none. */
static int number_read(const char *text, int base)
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

/* cd [FOLDER]: to HOME without one; `cd -` goes back to where it last came from, and says where. */
static int run_cd(struct shell *sh, char **arguments)
{
    bool back = arguments[1] && strcmp(arguments[1], "-") == 0;
    const char *variable = back ? "OLDPWD" : "HOME";
    const char *folder = arguments[1] && !back ? arguments[1] : variable_get(sh, variable);
    char before[PATH_MAX], after[PATH_MAX];

    if (!folder) {
        shell_error(sh, "cd: %s is not set", variable);
        return STATUS_ERROR;
    }
    if (!getcwd(before, sizeof(before)))
        before[0] = '\0';
    if (chdir(folder) < 0 || !getcwd(after, sizeof(after))) {
        shell_error(sh, "cd: %s: %s", folder, strerror(errno));
        return STATUS_ERROR;
    }
    variable_set(sh, "OLDPWD", before);
    variable_set(sh, "PWD", after);
    if (!back)
        return 0;
    return print(sh, after) | print(sh, "\n");
}

static int run_pwd(struct shell *sh, char **arguments)
{
    char folder[PATH_MAX];

    (void)arguments;
    if (!getcwd(folder, sizeof(folder))) {
        shell_error(sh, "pwd: %s", strerror(errno));
        return 1;
    }
    return print(sh, folder) | print(sh, "\n");
}

/* exec [PROGRAM...]: the shell becomes the program; without one, its redirections stay. */
static int run_exec(struct shell *sh, char **arguments)
{
    int status;

    if (!arguments[1])
        return 0;
    signals_restore(sh);
    status = command_exec(sh, arguments + 1);
    if (!sh->interactive)
        shell_exit(sh, status);
    signals_ignore(sh);
    return status;
}

static int run_exit(struct shell *sh, char **arguments)
{
    int status = arguments[1] ? number_read(arguments[1], 10) : sh->status;

    if (status < 0) {
        shell_error(sh, "exit: %s: not a number", arguments[1]);
        return shell_fail(sh);
    }
    shell_exit(sh, status & 0xff);
}

/* Prints a variable so that the shell can read it again: a quote in it stands as '\''. */
static int export_print(struct shell *sh, const struct variable *variable)
{
    struct text line;

    text_begin(&line, &sh->arena);
    text_add(&line, "export ");
    text_add(&line, variable->name);
    if (variable->value) {
        text_add(&line, "='");
        for (const char *c = variable->value; *c; c++) {
            if (*c == '\'')
                text_add(&line, "'\\''");
            else
                text_add_char(&line, *c);
        }
        text_add_char(&line, '\'');
    }
    text_add_char(&line, '\n');
    return print(sh, line.bytes);
}

/* export [NAME[=VALUE]]...: puts variables into the environment; without any, lists it. */
static int run_export(struct shell *sh, char **arguments)
{
    int status = 0;

    if (!arguments[1] || strcmp(arguments[1], "-p") == 0) {
        for (const struct variable *v = sh->variables; v; v = v->next)
            status |= v->exported ? export_print(sh, v) : 0;
        return status;
    }
    for (arguments++; *arguments; arguments++) {
        const char *name = assignment_name(sh, *arguments);

        if (name_length(name) == 0 || name_length(name) != strlen(name)) {
            shell_error(sh, "export: %s: not a name", name);
            return shell_fail(sh);
        }
        if (is_assignment(*arguments))
            variable_set(sh, name, strchr(*arguments, '=') + 1);
        variable_export(sh, name, true);
    }
    return 0;
}

static int run_umask(struct shell *sh, char **arguments)
{
    char text[16];
    int mask;

    if (!arguments[1]) {
        mode_t current = umask(0);

        umask(current);
        snprintf(text, sizeof(text), "%04o\n", (unsigned)current);
        return print(sh, text);
    }
    mask = number_read(arguments[1], 8);
    if (mask < 0 || mask > 0777) {
        shell_error(sh, "umask: %s: not an octal number up to 777", arguments[1]);
        return STATUS_ERROR;
    }
    umask((mode_t)mask);
    return 0;
}

/* wait [PID]...: for these processes of the background, or for all; the last one's status. */
static int run_wait(struct shell *sh, char **arguments)
{
    int status = 0;

    if (!arguments[1])
        jobs_wait(sh);
    for (arguments++; *arguments; arguments++) {
        int pid = number_read(*arguments, 10);

        if (pid < 0) {
            shell_error(sh, "wait: %s: not a process id", *arguments);
            return STATUS_ERROR;
        }
        status = job_wait(sh, pid);
    }
    return status;
}

static int run_help(struct shell *sh, char **arguments);

static const struct builtin builtins[] = {
    {.name = ":", .run = run_true, .special = true},
    {.name = "cd", .run = run_cd},
    {.name = "exec", .run = run_exec, .special = true, .is_exec = true},
    {.name = "exit", .run = run_exit, .special = true},
    {.name = "export", .run = run_export, .special = true},
    {.name = "false", .run = run_false},
    {.name = "help", .run = run_help},
    {.name = "pwd", .run = run_pwd},
    {.name = "true", .run = run_true},
    {.name = "umask", .run = run_umask},
    {.name = "wait", .run = run_wait},
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

static int name_compare(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The names in /bin, in order, in the arena. */
static size_t programs_list(struct shell *sh, char ***names)
{
    size_t count = 0, capacity = 64;
    DIR *stream = opendir("/bin");
    struct dirent *entry;

    *names = arena_alloc(&sh->arena, capacity * sizeof(**names));
    while (stream && (entry = readdir(stream))) {
        if (entry->d_name[0] == '.')
            continue;
        if (count == capacity) {
            char **more = arena_alloc(&sh->arena, 2 * capacity * sizeof(*more));

            *names = memcpy(more, *names, capacity * sizeof(*more));
            capacity *= 2;
        }
        (*names)[count++] = arena_copy(&sh->arena, entry->d_name, strlen(entry->d_name));
    }
    if (stream)
        closedir(stream);
    qsort(*names, count, sizeof(**names), name_compare);
    return count;
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

static int run_help(struct shell *sh, char **arguments)
{
    struct text text;
    char **programs;
    size_t count = programs_list(sh, &programs), column = 1;

    (void)arguments;
    text_begin(&text, &sh->arena);
    text_add(&text, "Built into the shell:\n ");
    for (size_t i = 0; i < BUILTINS; i++)
        name_add(&text, &column, builtins[i].name);
    text_add(&text, "\nPrograms in /bin:\n ");
    column = 1;
    for (size_t i = 0; i < count; i++)
        name_add(&text, &column, programs[i]);
    text_add(&text, "\nThey go together with  |  <  >  >>  2>&1  ;  &&  ||  &  $NAME  'quotes'.\n");
    return print(sh, text.bytes);
}
