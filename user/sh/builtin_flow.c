/*
 * sh: built-in commands that change what runs next: break, continue, return, exit, eval, `.`,
 * exec, command, type.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/run.h"

/* The number in TEXT, or what stands for it if there is none; -1, and a message, if it is wrong. */
static int count_read(struct shell *sh, char **arguments, int standard, int least)
{
    int number = arguments[1] ? number_read(arguments[1], 10) : standard;

    if (number >= least)
        return number;
    shell_fail(sh, "%s: %s: not a number that fits", arguments[0], arguments[1]);
    return -1;
}

static int loops_leave(struct shell *sh, char **arguments, enum unwind unwind)
{
    int count = count_read(sh, arguments, 1, 1);

    if (count < 0)
        return STATUS_ERROR;
    if (sh->loops == 0)
        return 0;
    sh->unwind = unwind;
    sh->unwind_loops = (unsigned)count < sh->loops ? (unsigned)count : sh->loops;
    return 0;
}

/* break [N]: out of N loops */
int run_break(struct shell *sh, char **arguments)
{
    return loops_leave(sh, arguments, UNWIND_BREAK);
}

/* continue [N]: on with the next round of the Nth loop */
int run_continue(struct shell *sh, char **arguments)
{
    return loops_leave(sh, arguments, UNWIND_CONTINUE);
}

/* return [STATUS]: out of a function or a file; elsewhere, out of the shell (dash). */
int run_return(struct shell *sh, char **arguments)
{
    int status = count_read(sh, arguments, sh->status, 0);

    if (status < 0)
        return STATUS_ERROR;
    sh->unwind = sh->sources > 0 ? UNWIND_RETURN : UNWIND_EXIT;
    return status;
}

/* exit [STATUS] */
int run_exit(struct shell *sh, char **arguments)
{
    int status = count_read(sh, arguments, sh->status, 0);

    if (status < 0)
        return STATUS_ERROR;
    if (sh->interactive && !jobs_may_be_left(sh))
        return sh->status;
    sh->unwind = UNWIND_EXIT;
    return status & 0xff;
}

/* eval [WORD]...: reads the words, with blanks between them, as commands */
int run_eval(struct shell *sh, char **arguments)
{
    struct text text;

    text_begin(&text, &sh->arena);
    for (arguments++; *arguments; arguments++) {
        text_add(&text, *arguments);
        if (arguments[1])
            text_add_char(&text, ' ');
    }
    return shell_run_text(sh, text.bytes);
}

/* . FILE: runs it in this shell. Without a slash it is looked for along PATH. */
int run_dot(struct shell *sh, char **arguments)
{
    const char *name = arguments[1];
    const char *path;
    int fd, status;

    if (!name)
        return shell_fail(sh, ".: which file?");
    path = command_path(sh, name, variable_get(sh, "PATH"), R_OK);
    fd = open(path ? path : name, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        fd = fd_make_private(fd);
    if (fd < 0)
        return shell_fail(sh, ".: %s: %s", name, strerror(errno));
    sh->sources++;
    status = shell_run_file(sh, fd);
    sh->sources--;
    if (sh->unwind == UNWIND_RETURN)
        sh->unwind = UNWIND_NONE;
    return status;
}

/* exec [PROGRAM...]: the shell becomes the program; without one, its redirections stay. */
int run_exec(struct shell *sh, char **arguments)
{
    int status;

    if (!arguments[1])
        return 0;
    signals_release(sh);
    status = command_exec(sh, arguments + 1, variable_get(sh, "PATH"));
    signals_resume(sh);
    return sh->interactive ? status : shell_abandon(sh, status);
}

/* What NAME is when it stands where a command does. With VERBOSE, in words. */
static bool name_describe(struct shell *sh, const char *name, const char *folders, bool verbose,
                          struct text *text)
{
    const struct alias *alias = alias_find(sh, name);
    const struct builtin *builtin = builtin_find(name);
    const char *what = NULL, *path;

    text_add(text, !verbose && alias ? "alias " : "");
    if (is_reserved(name))
        what = " is a shell keyword";
    else if (alias)
        what = " is an alias for ";
    else if (builtin && builtin->special)
        what = " is a special shell builtin";
    else if (function_find(sh, name))
        what = " is a shell function";
    else if (builtin)
        what = " is a shell builtin";
    path = what ? name : command_path(sh, name, folders, X_OK);
    if (!path)
        return false;
    if (verbose) {
        text_add(text, name);
        text_add(text, what ? what : " is ");
    }
    if (!verbose || !what)
        text_add(text, path);
    if (alias && !is_reserved(name)) {
        text_add(text, verbose ? "" : "=");
        if (verbose)
            text_add(text, alias->value);
        else
            text_add_quoted(text, alias->value);
    }
    text_add_char(text, '\n');
    return true;
}

static int not_found(struct shell *sh, const char *name)
{
    return print(sh, name) | print(sh, ": not found\n") ? 1 : STATUS_NOT_FOUND;
}

/* type NAME... */
int run_type(struct shell *sh, char **arguments)
{
    int status = 0;

    for (arguments++; *arguments; arguments++) {
        struct text text;

        text_begin(&text, &sh->arena);
        if (name_describe(sh, *arguments, variable_get(sh, "PATH"), true, &text)) {
            status |= print(sh, text.bytes);
            continue;
        }
        status = not_found(sh, *arguments);
    }
    return status;
}

/* command [-p] NAME [ARGUMENT]...: runs it, functions aside; command -v or -V NAME tells of it. */
int run_command(struct shell *sh, char **arguments)
{
    const char *folders = variable_get(sh, "PATH");
    char describe = '\0';
    struct text text;

    for (arguments++; *arguments && (*arguments)[0] == '-'; arguments++) {
        if (strcmp(*arguments, "--") == 0) {
            arguments++;
            break;
        }
        for (const char *letter = *arguments + 1; *letter; letter++) {
            if (*letter == 'p')
                folders = command_standard_path;
            else if (*letter == 'v' || *letter == 'V')
                describe = *letter;
            else
                return option_unknown(sh, "command", *letter);
        }
    }
    if (!*arguments)
        return 0;
    if (!describe)
        return arguments_execute(sh, arguments, folders);
    text_begin(&text, &sh->arena);
    if (name_describe(sh, *arguments, folders, describe == 'V', &text))
        return print(sh, text.bytes);
    return describe == 'V' ? not_found(sh, *arguments) : STATUS_NOT_FOUND;
}
