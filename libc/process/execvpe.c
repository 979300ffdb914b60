/*
 * execvpe: another program, sought in PATH, with an environment. A file without a known format is
 * a script for the shell, as POSIX has it.
 */
#include <errno.h>
#include <limits.h>
#include <paths.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The shell takes the path where argv[0] was; the other arguments stay. */
static void exec_script(const char *path, char *const argv[], char *const envp[])
{
    size_t count = 0;
    char **shell_argv;

    while (argv[count])
        count++;
    shell_argv = calloc(count + 3, sizeof(void *));
    if (!shell_argv)
        return;
    shell_argv[0] = (char *)_PATH_BSHELL;
    shell_argv[1] = (char *)path;
    for (size_t i = 1; i < count; i++)
        shell_argv[i + 1] = argv[i];
    execve(_PATH_BSHELL, shell_argv, envp);
    free(shell_argv);
}

static void exec_one(const char *path, char *const argv[], char *const envp[])
{
    execve(path, argv, envp);
    if (errno == ENOEXEC)
        exec_script(path, argv, envp);
}

/* Errors that say "not here", after which the next directory is tried. */
static bool is_not_here(int error)
{
    return error == ENOENT || error == ENOTDIR || error == EACCES || error == ENAMETOOLONG;
}

static int exec_search(const char *file, const char *place, char *const argv[], char *const envp[])
{
    char path[PATH_MAX];
    bool denied = false;

    for (;;) {
        size_t length = strcspn(place, ":");

        if (length + strlen(file) + 2 <= sizeof(path)) {
            memcpy(path, place, length);
            strcpy(stpcpy(path + length, length ? "/" : ""), file);
            exec_one(path, argv, envp);
            if (!is_not_here(errno))
                return -1;
            denied = denied || errno == EACCES;
        }
        if (!place[length])
            break;
        place += length + 1;
    }
    errno = denied ? EACCES : ENOENT;
    return -1;
}

int execvpe(const char *file, char *const argv[], char *const envp[])
{
    const char *path = getenv("PATH");

    if (!*file) {
        errno = ENOENT;
        return -1;
    }
    if (strchr(file, '/')) {
        exec_one(file, argv, envp);
        return -1;
    }
    return exec_search(file, path ? path : _PATH_DEFPATH, argv, envp);
}
