/*
 * sh: from a command's name to the program (POSIX, "Command Search and Execution"). A name with a
 * slash is a path; any other is looked for in the folders of PATH, in order. execve(2).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/sh/run.h"

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

const char command_standard_path[] = "/bin:/sbin:/usr/bin:/usr/sbin";

/* The path of NAME in the first of FOLDERS, of which an empty one is the current one. */
static const char *path_make(struct shell *sh, const char *folders, const char *name)
{
    size_t length = strcspn(folders, ":");
    struct text path;

    text_begin(&path, &sh->arena);
    if (length > 0) {
        text_add(&path, arena_copy(&sh->arena, folders, length));
        text_add_char(&path, '/');
    }
    text_add(&path, name);
    return path.bytes;
}

static const char *folder_next(const char *folders)
{
    size_t length = strcspn(folders, ":");

    return folders[length] ? folders + length + 1 : NULL;
}

/* Tries ARGUMENTS[0] in each of FOLDERS. Returns as above. */
static void search_become(struct shell *sh, char **arguments, char **environment,
                          const char *folders)
{
    int error = ENOENT;

    for (; folders; folders = folder_next(folders)) {
        path_become(sh, path_make(sh, folders, arguments[0]), arguments, environment);
        if (errno != ENOENT && errno != ENOTDIR)
            error = errno;
    }
    errno = error;
}

int command_exec(struct shell *sh, char **arguments, const char *folders)
{
    char **environment = variables_environment(sh);
    const char *known = folders == command_standard_path ? NULL : hash_find(sh, arguments[0]);

    if (known)
        path_become(sh, known, arguments, environment);
    errno = ENOENT;
    if (strchr(arguments[0], '/'))
        path_become(sh, arguments[0], arguments, environment);
    else if (arguments[0][0] != '\0')
        search_become(sh, arguments, environment, folders);
    if (errno == ENOENT || errno == ENOTDIR) {
        shell_error(sh, "%s: not found", arguments[0]);
        return STATUS_NOT_FOUND;
    }
    shell_error(sh, "%s: %s", arguments[0], strerror(errno));
    return STATUS_NOT_EXECUTABLE;
}

static bool is_usable(const char *path, int mode)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, mode) == 0;
}

const char *command_path(struct shell *sh, const char *name, const char *folders, int mode)
{
    if (strchr(name, '/'))
        return is_usable(name, mode) ? name : NULL;
    for (; folders && *name; folders = folder_next(folders)) {
        const char *path = path_make(sh, folders, name);

        if (is_usable(path, mode))
            return path;
    }
    return NULL;
}
