/* daemon: goes on in the background, without a terminal. */
#include <fcntl.h>
#include <paths.h>
#include <unistd.h>

static int files_to_null(void)
{
    int fd = open(_PATH_DEVNULL, O_RDWR);

    if (fd < 0)
        return -1;
    for (int i = 0; i <= STDERR_FILENO; i++)
        dup2(fd, i);
    return fd > STDERR_FILENO ? close(fd) : 0;
}

int daemon(int stays_here, int keeps_files)
{
    pid_t pid = fork();

    if (pid < 0)
        return -1;
    if (pid > 0)
        _exit(0);
    if (setsid() < 0 || (!stays_here && chdir("/") < 0))
        return -1;
    return keeps_files ? 0 : files_to_null();
}
