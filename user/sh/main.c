/*
 * sh: the command interpreter.
 *
 *   sh -c STRING [NAME [ARGUMENT]...]   runs STRING
 *   sh SCRIPT [ARGUMENT]...             runs a file
 *   sh                                  runs its standard input; a terminal is asked by a prompt
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/sh.h"

/* An interactive shell outlives these; its commands don't (POSIX, sh, "ASYNCHRONOUS EVENTS"). */
static const int ignored_signals[SHELL_SIGNALS] = {SIGINT, SIGQUIT, SIGTERM};

void shell_error(const struct shell *sh, const char *format, ...)
{
    va_list arguments;

    if (sh->reads_script)
        fprintf(stderr, "%s: line %u: ", sh->name, sh->line);
    else
        fprintf(stderr, "%s: ", sh->name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

void shell_exit(struct shell *sh, int status)
{
    (void)sh;
    exit(status);
}

int shell_fail(struct shell *sh)
{
    if (!sh->interactive)
        shell_exit(sh, STATUS_ERROR);
    return STATUS_ERROR;
}

void signals_ignore(struct shell *sh)
{
    for (int i = 0; sh->interactive && i < SHELL_SIGNALS; i++)
        sh->signal_handlers[i] = signal(ignored_signals[i], SIG_IGN);
}

void signals_restore(struct shell *sh)
{
    for (int i = 0; sh->interactive && i < SHELL_SIGNALS; i++)
        signal(ignored_signals[i], sh->signal_handlers[i]);
}

/* Runs each complete command before it reads the next, which may depend on what it did. */
static void source_run(struct shell *sh, struct source *source)
{
    struct node *node;

    for (;;) {
        struct arena_mark mark = arena_mark(&sh->arena);
        struct lexer lexer = {.source = source, .arena = &sh->arena};

        if (sh->interactive)
            jobs_report(sh);

        enum parse_result result = parse_command(&lexer, &node);

        if (result == PARSE_END)
            break;
        if (result == PARSE_ERROR) {
            sh->status = shell_fail(sh);
            source_skip_line(source);
        } else if (node) {
            node_execute(sh, node);
        }
        arena_release(&sh->arena, mark);
    }
    if (source->prompting)
        fputc('\n', stderr);
}

static int script_open(struct shell *sh, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd >= 0)
        fd = fd_make_private(fd);
    if (fd < 0) {
        int status = errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;

        shell_error(sh, "%s: %s", path, strerror(errno));
        shell_exit(sh, status);
    }
    return fd;
}

static void variables_begin(struct shell *sh)
{
    char folder[PATH_MAX];

    variables_import(sh, environ);
    if (!variable_get(sh, "PATH"))
        variable_set(sh, "PATH", "/bin:/sbin:/usr/bin:/usr/sbin");
    if (getcwd(folder, sizeof(folder)))
        variable_set(sh, "PWD", folder);
    if (!sh->interactive)
        return;
    if (!variable_get(sh, "PS1"))
        variable_set(sh, "PS1", geteuid() == 0 ? "limen# " : "limen$ ");
    if (!variable_get(sh, "PS2"))
        variable_set(sh, "PS2", "> ");
}

/* $0 and the parameters after it, from what is left of the command line. */
static void parameters_begin(struct shell *sh, char **arguments)
{
    if (arguments[0]) {
        sh->name = arguments[0];
        sh->parameters = arguments + 1;
    }
    while (sh->parameters[sh->parameter_count])
        sh->parameter_count++;
}

int main(int argc, char **argv)
{
    static struct source source;
    char **arguments = argv + (argc > 0), *none[] = {NULL};
    const char *command = NULL;
    struct shell sh = {.name = argc > 0 ? argv[0] : "sh", .parameters = none, .pid = getpid()};

    if (*arguments && strcmp(*arguments, "-c") == 0) {
        command = arguments[1];
        if (!command) {
            shell_error(&sh, "-c: a string is missing");
            return STATUS_ERROR;
        }
        arguments += 2;
    } else if (*arguments && (strcmp(*arguments, "--") == 0 || strcmp(*arguments, "-") == 0)) {
        arguments++;
    } else if (*arguments && (*arguments)[0] == '-') {
        shell_error(&sh, "%s: unknown option", *arguments);
        return STATUS_ERROR;
    }
    /* Who started the shell may have ignored it; then nothing would tell how a child ended. */
    signal(SIGCHLD, SIG_DFL);
    sh.interactive = !command && !*arguments && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    signals_ignore(&sh);
    variables_begin(&sh);
    if (command)
        source_open_text(&source, &sh, command);
    else
        source_open_fd(&source, &sh, *arguments ? script_open(&sh, *arguments) : STDIN_FILENO);
    sh.reads_script = !command && *arguments;
    parameters_begin(&sh, arguments);
    source_run(&sh, &source);
    return sh.status;
}
