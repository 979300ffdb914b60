/*
 * execvpe: another program, sought in PATH, with an environment. A file without a known format is
 * a script for the shell, as POSIX has it.
 */
#include <errno.h>
#include <paths.h>
#include <stdlib.h>
#include <unistd.h>

#include "libc/process/exec_path.h"

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

static int exec_one(const char *path, char *const argv[], char *const envp[])
{
    execve(path, argv, envp);
    if (errno == ENOEXEC)
        exec_script(path, argv, envp);
    return -1;
}

int execvpe(const char *file, char *const argv[], char *const envp[])
{
    return __exec_path(file, argv, envp, exec_one);
}
