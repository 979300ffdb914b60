/* popen: a stream from or to a shell command. */
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libc/stdio/file.h"

/* The child: its end of the pipe becomes standard input or output; earlier popens are closed. */
static _Noreturn void run_command(const char *command, int fd, int target)
{
    for (FILE *file = __stdio_files; file; file = file->next) {
        if (file->child)
            close(file->fd);
    }
    if (fd == target)
        fcntl(fd, F_SETFD, 0);
    else
        dup2(fd, target);
    execl(_PATH_BSHELL, "sh", "-c", command, (char *)NULL);
    _exit(127);
}

FILE *popen(const char *command, const char *mode)
{
    bool reads = *mode == 'r';
    FILE *file;
    int fds[2];

    if ((!reads && *mode != 'w') || strchr(mode, '+')) {
        errno = EINVAL;
        return NULL;
    }
    if (pipe2(fds, O_CLOEXEC) < 0)
        return NULL;
    file = fdopen(reads ? fds[0] : fds[1], reads ? "r" : "w");
    if (!file)
        goto close_pipe;
    file->child = fork();
    if (file->child == 0)
        run_command(command, reads ? fds[1] : fds[0], reads ? STDOUT_FILENO : STDIN_FILENO);
    if (file->child < 0)
        goto free_file;
    close(reads ? fds[1] : fds[0]);
    if (!strchr(mode, 'e'))
        fcntl(file->fd, F_SETFD, 0);
    return file;

free_file:
    __file_unlink(file);
    __file_free(file);
close_pipe:
    close(fds[0]);
    close(fds[1]);
    return NULL;
}

int pclose(FILE *file)
{
    pid_t child = file->child;
    int status;

    if (child <= 0) {
        errno = EINVAL;
        return -1;
    }
    fclose(file);
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return status;
}
