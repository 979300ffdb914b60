/*
 * init: process 1. It has no parent, no signal kills it, and every orphan becomes its child: it
 * must wait for all of them, or the dead stay in the process table.
 *
 *   init       greets, and runs /bin/sh on the console; the machine goes off when the shell ends.
 *              Other terminals have a shell too, and a new one when it ends
 *   init size=LINESxCOLUMNS
 *              the same, and the serial line's terminal, which can't say it itself, has that size
 *   init run   runs the command that the host asked for (tools/run -- CMD), tells the host how it
 *              ended, and turns the machine off
 *
 * The verdict goes by a device of its own, which can be opened once only. init opens it before any
 * other program runs and closes it in each (O_CLOEXEC), so no command can speak in its place.
 *
 * mount(2), open(2), setsid(2), ioctl_tty(2), fork(2), execve(2), wait(2), reboot(2).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
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

/* TERM is the kernel's to say: the one who boots knows what terminal there is. */
static char *init_environment[] = {
    (char[]){"PATH=/bin:/sbin:/usr/bin:/usr/sbin"},
    (char[]){"HOME=/root"},
    (char[]){"TERM=linux"},
    NULL,
};

enum {
    ENVIRONMENT_TERM = 2,
    SHELL_MISSING = 127
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

/* Where there is a shell; on several that are one terminal, the first. */
static struct seat {
    const char *path;
    dev_t terminal;
    pid_t shell;
} seats[] = {{.path = "/dev/console"}, {.path = "/dev/tty1"}, {.path = "/dev/ttyS0"}};

enum {
    SEATS = sizeof(seats) / sizeof(seats[0])
};

/* Which terminal is behind a name: /dev/console stands for another one. 0: none. */
static dev_t terminal_behind(const char *path)
{
    int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    unsigned number = 0;

    if (fd < 0)
        return 0;
    if (ioctl(fd, TIOCGDEV, &number) < 0)
        number = 0;
    close(fd);
    return number;
}

static bool seat_is_taken(const struct seat *seat)
{
    for (const struct seat *other = seats; other < seat; other++)
        if (other->terminal == seat->terminal)
            return true;
    return false;
}

/*
 * In the child: becomes the shell. A session of its own lets the terminal be its controlling one,
 * from which ^C comes; where it cannot be, the shell still works.
 */
static _Noreturn void shell_become(const struct seat *seat)
{
    setsid();
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        descriptor_open(fd, seat->path, O_RDWR);
    ioctl(STDIN_FILENO, TIOCSCTTY, 0);
    if (seat != seats)
        init_environment[ENVIRONMENT_TERM] = (char[]){"TERM=linux"};
    file_print("/etc/motd");
    execl("/bin/sh", "sh", (char *)NULL);
    perror("init: /bin/sh");
    _exit(SHELL_MISSING);
}

static void shell_start(struct seat *seat)
{
    seat->shell = fork();
    if (seat->shell == 0)
        shell_become(seat);
    if (seat->shell < 0)
        perror("init: fork");
}

/* Runs the shells until the console's has ended. */
static _Noreturn void shells_run(void)
{
    int status;

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        descriptor_open(fd, seats[0].path, O_RDWR);
    for (struct seat *seat = seats; seat < seats + SEATS; seat++) {
        seat->terminal = terminal_behind(seat->path);
        if (seat == seats || (seat->terminal != 0 && !seat_is_taken(seat)))
            shell_start(seat);
    }
    while (seats[0].shell > 0) {
        pid_t ended = wait(&status);

        if (ended == seats[0].shell)
            break;
        for (struct seat *seat = seats; seat < seats + SEATS; seat++)
            if (ended == seat->shell &&
                !(WIFEXITED(status) && WEXITSTATUS(status) == SHELL_MISSING))
                shell_start(seat);
    }
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

/* A serial line doesn't tell how large the terminal at its other end is: the host does. */
static void terminal_size_set(const char *word)
{
    struct winsize size = {0};
    int fd;

    if (sscanf(word, "size=%hux%hu", &size.ws_row, &size.ws_col) != 2)
        return;
    fd = open("/dev/ttyS0", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || ioctl(fd, TIOCSWINSZ, &size) < 0)
        perror("init: /dev/ttyS0");
    if (fd >= 0)
        close(fd);
}

/* What every program expects to be mounted. */
static const struct {
    const char *type, *folder, *options;
    unsigned long flags;
    const char *sign; /* what is there when it is mounted already: by who started init on Linux */
} first_mounts[] = {
    {"proc", "/proc", "", MS_NOSUID | MS_NODEV | MS_NOEXEC, "/proc/self"},
    {"devpts", "/dev/pts", "gid=5,mode=620,ptmxmode=666", MS_NOSUID | MS_NOEXEC, "/dev/pts/ptmx"},
    {"tmpfs", "/dev/shm", "mode=1777", MS_NOSUID | MS_NODEV, "/dev/shm"},
    {"tracefs", "/sys/kernel/tracing", "", MS_NOSUID | MS_NODEV | MS_NOEXEC,
     "/sys/kernel/tracing/trace"},
};

/* What belongs into /dev besides the kernel's devices. */
static const struct {
    const char *target, *name;
} first_links[] = {
    {"/proc/self/fd", "/dev/fd"},
    {"/proc/self/fd/0", "/dev/stdin"},
    {"/proc/self/fd/1", "/dev/stdout"},
    {"/proc/self/fd/2", "/dev/stderr"},
};

static void mount_all(void)
{
    for (size_t i = 0; i < sizeof(first_mounts) / sizeof(first_mounts[0]); i++) {
        const char *folder = first_mounts[i].folder;

        if (access(first_mounts[i].sign, F_OK) == 0 || (mkdir(folder, 0755) < 0 && errno != EEXIST))
            continue;
        if (mount(first_mounts[i].type, folder, first_mounts[i].type, first_mounts[i].flags,
                  first_mounts[i].options) < 0)
            fprintf(stderr, "init: %s: %s\n", folder, strerror(errno));
    }
}

static void link_all(void)
{
    for (size_t i = 0; i < sizeof(first_links) / sizeof(first_links[0]); i++)
        if (symlink(first_links[i].target, first_links[i].name) < 0 && errno != EEXIST)
            fprintf(stderr, "init: %s: %s\n", first_links[i].name, strerror(errno));
}

int main(int argc, char **argv)
{
    if (getpid() != 1) {
        fprintf(stderr, "init: only the kernel starts me, as process 1\n");
        return 1;
    }
    for (char **entry = environ; *entry; entry++) {
        if (strncmp(*entry, "TERM=", 5) == 0)
            init_environment[ENVIRONMENT_TERM] = *entry;
    }
    environ = init_environment;
    umask(022);
    mount_all();
    link_all();
    if (argc > 1 && strcmp(argv[1], "run") == 0)
        command_run();
    if (argc > 1)
        terminal_size_set(argv[1]);
    shells_run();
}
