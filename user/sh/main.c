/*
 * sh: the command interpreter.
 *
 *   sh [OPTION]... -c STRING [NAME [ARGUMENT]...]   runs STRING
 *   sh [OPTION]... SCRIPT [ARGUMENT]...             runs a file
 *   sh [OPTION]... [-s [ARGUMENT]...]               runs its standard input; a terminal is asked
 *
 * The options are those of `set`, and -i: be interactive, whatever standard input is.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/sh/run.h"

static void message_print(const struct shell *sh, const char *format, va_list arguments)
{
    if (sh->reads_script)
        fprintf(stderr, "%s: line %u: ", sh->name, sh->line);
    else
        fprintf(stderr, "%s: ", sh->name);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void shell_error(const struct shell *sh, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    message_print(sh, format, arguments);
    va_end(arguments);
}

int shell_abandon(struct shell *sh, int status)
{
    sh->status = status;
    sh->failed = true;
    sh->unwind = sh->interactive ? UNWIND_ABANDON : UNWIND_EXIT;
    return status;
}

int shell_fail(struct shell *sh, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    message_print(sh, format, arguments);
    va_end(arguments);
    return shell_abandon(sh, STATUS_ERROR);
}

_Noreturn void shell_end(struct shell *sh)
{
    char *action = sh->traps[0];
    int status = sh->status;

    if (action) {
        sh->traps[0] = NULL;
        sh->unwind = UNWIND_NONE;
        shell_run_text(sh, action);
        if (sh->unwind != UNWIND_EXIT)
            sh->status = status;
    }
    if (sh->options[OPTION_MONITOR] && !sh->is_child)
        terminal_end(sh);
    exit(sh->status);
}

/* Before each command at the prompt: whatever gave up the last one has been undone by now. */
static void prompt_begin(struct shell *sh, struct source *source)
{
    if (sh->unwind == UNWIND_ABANDON) {
        sh->unwind = UNWIND_NONE;
        source_forget(source);
    }
    traps_run(sh);
    jobs_report(sh);
    if (sh->stopped_jobs_told > 0)
        sh->stopped_jobs_told--;
    interrupted = 0;
}

/* Reads a command and runs it; *STATUS becomes its status. False at the end of the source. */
static bool source_step(struct shell *sh, struct source *source, int *status)
{
    struct tree *tree = tree_make();
    struct lexer lexer = {.source = source, .tree = tree};
    struct node *node;
    enum parse_result result = parse_command(&lexer, &node);

    if (result == PARSE_ERROR && !sh->unwind) {
        shell_abandon(sh, STATUS_ERROR);
        if (source->prompting)
            source_skip_line(source);
    } else if (result == PARSE_COMMAND && node) {
        *status = node_execute(sh, node);
    }
    tree_release(tree);
    return result != PARSE_END || sh->unwind == UNWIND_ABANDON;
}

/*
 * Runs each complete command before it reads the next, which may depend on what it did. Returns
 * the status of the last one; 0 if there was none.
 */
static int source_run(struct shell *sh, struct source *source)
{
    int status = 0;

    while (!sh->unwind && source_step(sh, source, &status))
        ;
    return sh->unwind ? sh->status : status;
}

/* Does the end of the input, ^D, end the shell? Not if it would leave stopped jobs behind. */
static bool end_is_refused(struct shell *sh)
{
    if (sh->options[OPTION_IGNOREEOF]) {
        fputs("Use \"exit\" to leave the shell.\n", stderr);
        return true;
    }
    return !jobs_may_be_left(sh);
}

static void prompt_run(struct shell *sh, struct source *source)
{
    int status;

    for (;;) {
        prompt_begin(sh, source);
        if (sh->unwind == UNWIND_EXIT)
            return;
        if (source_step(sh, source, &status))
            continue;
        if (source->prompting)
            fputc('\n', stderr);
        if (!source->prompting || !end_is_refused(sh))
            return;
    }
}

int shell_run_text(struct shell *sh, const char *text)
{
    struct source source;
    bool reads_script = sh->reads_script;
    int status;

    source_open_text(&source, sh, text);
    source.line = sh->line ? sh->line : 1;
    status = source_run(sh, &source);
    sh->reads_script = reads_script;
    source_close(&source);
    return status;
}

int shell_run_file(struct shell *sh, int fd)
{
    struct source source;
    int status;

    source_open_fd(&source, sh, fd);
    status = source_run(sh, &source);
    source_close(&source);
    return status;
}

static int script_open(struct shell *sh, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd >= 0)
        fd = fd_make_private(fd);
    if (fd < 0) {
        sh->status = errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
        shell_error(sh, "%s: %s", path, strerror(errno));
        shell_end(sh);
    }
    return fd;
}

/* PWD is taken over if it is a path to where the shell is, without . and .. (POSIX, "PWD"). */
static void folder_begin(struct shell *sh)
{
    const char *given = variable_get(sh, "PWD");
    struct stat here, there;
    char folder[PATH_MAX];

    if (given && given[0] == '/' && !strstr(given, "/./") && !strstr(given, "/../") &&
        stat(given, &there) == 0 && stat(".", &here) == 0 && here.st_ino == there.st_ino &&
        here.st_dev == there.st_dev)
        return;
    if (getcwd(folder, sizeof(folder)))
        variable_set(sh, "PWD", folder);
}

static void variable_begin(struct shell *sh, const char *name, const char *value)
{
    if (!variable_get(sh, name))
        variable_set(sh, name, value);
}

static void variables_begin(struct shell *sh)
{
    variables_import(sh, environ);
    variable_begin(sh, "PATH", command_standard_path);
    variable_set(sh, "IFS", " \t\n");
    variable_set(sh, "OPTIND", "1");
    variable_set_number(sh, "PPID", getppid());
    variable_begin(sh, "PS1", geteuid() == 0 ? "limen# " : "limen$ ");
    variable_begin(sh, "PS2", "> ");
    variable_begin(sh, "PS4", "+ ");
    folder_begin(sh);
}

static void interaction_begin(struct shell *sh)
{
    sh->interactive = sh->options[OPTION_INTERACTIVE];
    signals_begin(sh);
    if (sh->interactive || sh->options[OPTION_MONITOR])
        terminal_begin(sh);
}

/* The command line. Returns where commands come from: the text of -c, a script, or NULL. */
static const char *arguments_read(struct shell *sh, char **arguments, bool *has_command)
{
    const char *from = NULL;

    if (!options_read(sh, &arguments, true, has_command))
        shell_end(sh);
    if (*arguments && (strcmp(*arguments, "--") == 0 || strcmp(*arguments, "-") == 0))
        arguments++;
    if (*has_command && !*arguments) {
        sh->status = STATUS_ERROR;
        shell_error(sh, "-c: a string is missing");
        shell_end(sh);
    }
    if (*has_command || (*arguments && !sh->options[OPTION_STDIN]))
        from = *arguments++;
    if (*has_command && *arguments)
        sh->name = *arguments++;
    parameters_set(sh, arguments);
    sh->options[OPTION_STDIN] = !from;
    sh->options[OPTION_INTERACTIVE] |= !from && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    return from;
}

int main(int argc, char **argv)
{
    struct shell sh = {.name = argc > 0 ? argv[0] : "sh", .pid = getpid(), .terminal = -1};
    struct source source;
    bool has_command = false;
    const char *from = arguments_read(&sh, argv + (argc > 0), &has_command);

    variables_begin(&sh);
    interaction_begin(&sh);
    if (has_command)
        source_open_text(&source, &sh, from);
    else
        source_open_fd(&source, &sh, from ? script_open(&sh, from) : STDIN_FILENO);
    sh.reads_script = from && !has_command;
    sh.name = sh.reads_script ? from : sh.name;
    if (sh.interactive)
        prompt_run(&sh, &source);
    else
        source_run(&sh, &source);
    shell_end(&sh);
}
