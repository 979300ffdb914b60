/*
 * init: process 1. It has no parent, no signal kills it, and every orphan becomes its child: it
 * must wait for all of them, or the dead stay in the process table.
 *
 *   init       greets, and runs /bin/sh on the console; the machine goes off when the shell ends
 *   init run   runs the command that the host asked for (tools/run -- CMD), tells the host how it
 *              ended, and turns the machine off
 *
 * The verdict goes by a device of its own, which can be opened once only. init opens it before any
 * other program runs and closes it in each (O_CLOEXEC), so no command can speak in its place.
 *
 * open(2), setsid(2), ioctl_tty(2), fork(2), execve(2), wait(2), reboot(2).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What /etc/limen/command may hold: the most that Linux takes of arguments (ARG_MAX). */
enum {
    COMMAND_BYTES_MAX = 131072,
    COMMAND_ARGUMENTS_MAX = COMMAND_BYTES_MAX
};

static const char command_path[] = "/etc/limen/command";

static char *init_environment[] = {
    (char[]){"PATH=/bin:/sbin:/usr/bin:/usr/sbin"},
    (char[]){"HOME=/root"},
    (char[]){"TERM=linux"},
    NULL,
};

static _Noreturn void machine_poweroff(void)
{
    sync();
    reboot(RB_POWER_OFF);
    perror("init: reboot");
    for (;;)
        pause();
}

/* Waits until CHILD ends, and buries all orphans that end before it. Returns its wait status. */
static int child_wait(pid_t child)
{
    for (;;) {
        int wait_status;
        pid_t pid = wait(&wait_status);

        if (pid == child)
            return wait_status;
    }
}

/* Opens PATH as descriptor FD, which its programs will have too. */
static bool descriptor_open(int fd, const char *path, int flags)
{
    int opened = open(path, flags | O_NOCTTY);

    if (opened < 0)
        return false;
    if (opened == fd)
        return true;

    bool moved = dup2(opened, fd) == fd;

    close(opened);
    return moved;
}

static void file_print(const char *path)
{
    char text[1024];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t count;

    if (fd < 0)
        return;
    while ((count = read(fd, text, sizeof(text))) > 0) {
        if (write(STDOUT_FILENO, text, (size_t)count) != count)
            break;
    }
    close(fd);
}

/*
 * In the child: becomes the shell. A session of its own lets the console be its controlling
 * terminal, from which ^C comes; where it cannot be, the shell still works.
 */
static _Noreturn void shell_become(void)
{
    setsid();
    ioctl(STDIN_FILENO, TIOCSCTTY, 0);
    execl("/bin/sh", "sh", (char *)NULL);
    perror("init: /bin/sh");
    _exit(127);
}

static _Noreturn void console_run(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        descriptor_open(fd, "/dev/console", O_RDWR);
    file_print("/etc/motd");

    pid_t shell = fork();

    if (shell == 0)
        shell_become();
    if (shell < 0)
        perror("init: fork");
    else
        child_wait(shell);
    machine_poweroff();
}

/*
 * Opens the verdict channel, above the standard descriptors: these may be closed when init begins,
 * and will be given to the command.
 */
static int verdict_open(void)
{
    int opened = open("/dev/verdict", O_WRONLY | O_CLOEXEC);

    if (opened > STDERR_FILENO || opened < 0)
        return opened;

    int fd = fcntl(opened, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

    close(opened);
    return fd;
}

/*
 * Reads the command, each of whose arguments ends with a NUL, into ARGUMENTS. Returns 0 or an
 * error number.
 */
static int command_read(char *arguments[COMMAND_ARGUMENTS_MAX + 1])
{
    static char text[COMMAND_BYTES_MAX + 1];
    size_t length = 0, count = 0;
    ssize_t bytes;
    int fd = open(command_path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return errno;
    while ((bytes = read(fd, text + length, sizeof(text) - length)) > 0)
        length += (size_t)bytes;
    close(fd);
    if (bytes < 0)
        return errno;
    if (length > COMMAND_BYTES_MAX)
        return E2BIG;
    if (length == 0 || text[length - 1] != '\0')
        return EINVAL;
    for (size_t i = 0; i < length; i += strlen(text + i) + 1)
        arguments[count++] = text + i;
    arguments[count] = NULL;
    return 0;
}

/* In the child: becomes the command, or sends the error number to FAILURE_FD and ends. */
static _Noreturn void command_become(char **arguments, int failure_fd)
{
    setsid();
    execvp(arguments[0], arguments);

    int error = errno;

    if (write(failure_fd, &error, sizeof(error)) != sizeof(error))
        perror("init: pipe");
    _exit(127);
}

/*
 * Starts the command and waits until it is one. exec closes the child's end of the pipe, so that
 * the parent reads nothing from it; or the parent reads why there was no exec. Returns the child,
 * or -1 with the error number in *ERROR.
 */
static pid_t command_start(char **arguments, int *error)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0) {
        *error = errno;
        return -1;
    }

    pid_t child = fork();

    if (child == 0)
        command_become(arguments, ends[1]);
    *error = child < 0 ? errno : 0;
    close(ends[1]);
    if (child > 0 && read(ends[0], error, sizeof(*error)) == sizeof(*error)) {
        child_wait(child);
        child = -1;
    }
    close(ends[0]);
    return child;
}

/* Opens the host's channels, runs the command, and writes into LINE how that went. */
static void verdict_reach(char *line, size_t line_bytes)
{
    static char *arguments[COMMAND_ARGUMENTS_MAX + 1];
    int error = command_read(arguments);

    if (error == 0 && (!descriptor_open(STDIN_FILENO, "/dev/hostio", O_RDONLY) ||
                       !descriptor_open(STDOUT_FILENO, "/dev/hostio", O_WRONLY) ||
                       !descriptor_open(STDERR_FILENO, "/dev/hosterr", O_WRONLY)))
        error = EIO;
    if (error != 0) {
        snprintf(line, line_bytes, "norun %d\n", error);
        return;
    }

    pid_t child = command_start(arguments, &error);

    if (child < 0 && error == ENOENT) {
        snprintf(line, line_bytes, "notfound\n");
    } else if (child < 0) {
        snprintf(line, line_bytes, "norun %d\n", error);
    } else {
        int status = child_wait(child);

        if (WIFSIGNALED(status))
            snprintf(line, line_bytes, "signal %d\n", WTERMSIG(status));
        else
            snprintf(line, line_bytes, "exit %d\n", WEXITSTATUS(status));
    }
}

static _Noreturn void command_run(void)
{
    char line[32];
    int verdict = verdict_open();

    if (verdict < 0) {
        perror("init: /dev/verdict");
        machine_poweroff();
    }
    verdict_reach(line, sizeof(line));
    if (write(verdict, line, strlen(line)) != (ssize_t)strlen(line))
        perror("init: /dev/verdict");
    machine_poweroff();
}

int main(int argc, char **argv)
{
    if (getpid() != 1) {
        fprintf(stderr, "init: only the kernel starts me, as process 1\n");
        return 1;
    }
    environ = init_environment;
    umask(022);
    if (argc > 1 && strcmp(argv[1], "run") == 0)
        command_run();
    console_run();
}
