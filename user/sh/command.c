/*
 * sh: from a command's name to the program (POSIX, "Command Search and Execution"). A name with a
 * slash is a path; any other is looked for in the folders of PATH, in order. execve(2).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/sh.h"

/* A file that is executable and no program is a script: the shell runs it (POSIX). */
static void script_become(struct shell *sh, const char *path, char **arguments, char **environment)
{
    size_t count = 0;

    while (arguments[count])
        count++;

    char **script = arena_alloc(&sh->arena, (count + 2) * sizeof(*script));

    script[0] = arguments[0];
    memcpy(script + 2, arguments + 1, count * sizeof(*script));
    script[1] = arena_copy(&sh->arena, path, strlen(path));
    execve("/bin/sh", script, environment);
}

/* Returns only if PATH can't be run; errno says why. */
static void path_become(struct shell *sh, const char *path, char **arguments, char **environment)
{
    execve(path, arguments, environment);
    if (errno == ENOEXEC)
        script_become(sh, path, arguments, environment);
}

/* Tries NAME in each folder of PATH; an empty folder is the current one. Returns as above. */
static void search_become(struct shell *sh, char **arguments, char **environment)
{
    const char *folder = variable_get(sh, "PATH");
    int error = ENOENT;

    while (folder) {
        size_t length = strcspn(folder, ":");
        struct text path;

        text_begin(&path, &sh->arena);
        for (size_t i = 0; i < length; i++)
            text_add_char(&path, folder[i]);
        text_add(&path, length ? "/" : "./");
        text_add(&path, arguments[0]);
        path_become(sh, path.bytes, arguments, environment);
        if (errno != ENOENT && errno != ENOTDIR)
            error = errno;
        folder = folder[length] ? folder + length + 1 : NULL;
    }
    errno = error;
}

int command_exec(struct shell *sh, char **arguments)
{
    char **environment = variables_environment(sh);

    errno = ENOENT;
    if (strchr(arguments[0], '/'))
        path_become(sh, arguments[0], arguments, environment);
    else if (arguments[0][0] != '\0')
        search_become(sh, arguments, environment);
    if (errno == ENOENT || errno == ENOTDIR) {
        shell_error(sh, "%s: not found", arguments[0]);
        return STATUS_NOT_FOUND;
    }
    shell_error(sh, "%s: %s", arguments[0], strerror(errno));
    return STATUS_NOT_EXECUTABLE;
}
