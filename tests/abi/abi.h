/*
 * The frame of the ABI tests. A program of tests/abi holds many cases:
 *
 *     CASE(open_missing)
 *     {
 *         SHOW(open("missing", O_RDONLY));
 *     }
 *
 * and prints for each case its name and then one line for each thing shown, here
 * `open("missing", O_RDONLY) = -1 ENOENT`. The same static binary runs on Linux and on Limen and
 * must print the same bytes; so a case never shows process numbers, times, addresses or anything
 * else that differs between two runs.
 *
 * Each case runs in a child of its own, in a process group of its own and in a fresh empty
 * directory below a fresh one in /tmp; what it leaves behind does not reach the next one.
 *
 *     program              runs all cases
 *     program CASE...      runs these
 *
 * A HELPER is what a case makes another process execute: the program runs it when its argv[0] is
 * the helper's name, or a path to it.
 */
#ifndef LIMEN_TESTS_ABI_H
#define LIMEN_TESTS_ABI_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ABI_UNUSED __attribute__((unused))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* A case that takes longer hangs: it is killed, and says so. */
#ifndef ABI_WATCHDOG_MS
#define ABI_WATCHDOG_MS 120000
#endif

struct abi_case {
    const char *name;
    void (*run)(void);
};

struct abi_helper {
    const char *name;
    int (*run)(int argc, char **argv);
};

#define CASE(name)                                                                           \
    static void case_##name(void);                                                           \
    static const struct abi_case abi_case_##name                                             \
        __attribute__((section("abi_cases"), used, no_reorder, aligned(8))) = {#name,        \
                                                                               case_##name}; \
    static void case_##name(void)

#define HELPER(name)                                                                             \
    static int helper_##name(int argc, char **argv);                                             \
    static const struct abi_helper abi_helper_##name                                             \
        __attribute__((section("abi_helpers"), used, no_reorder, aligned(8))) = {#name,          \
                                                                                 helper_##name}; \
    static int helper_##name(int argc ABI_UNUSED, char **argv ABI_UNUSED)

/* Made by the linker. The weak ones are null in a program that has no helper. */
extern const struct abi_case __start_abi_cases[], __stop_abi_cases[];
extern const struct abi_helper __start_abi_helpers[] __attribute__((weak));
extern const struct abi_helper __stop_abi_helpers[] __attribute__((weak));

/* The program's own file, absolute: what a case executes to start a helper. */
static const char *abi_program ABI_UNUSED;

/* Prints one line, whole, at once: what a dying process has said is not lost in a buffer. */
static __attribute__((format(printf, 1, 2))) ABI_UNUSED void say(const char *format, ...)
{
    char line[1024];
    va_list arguments;
    int saved = errno, length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof(line) - 1, format, arguments);
    va_end(arguments);
    if (length > (int)sizeof(line) - 2)
        length = sizeof(line) - 2;
    line[length++] = '\n';
    if (write(STDOUT_FILENO, line, (size_t)length) != length)
        _exit(99);
    errno = saved;
}

static ABI_UNUSED const char *errno_name(int error)
{
    static const char *const names[] = {
        "0",       "EPERM",        "ENOENT", "ESRCH",  "EINTR",     "EIO",     "ENXIO",
        "E2BIG",   "ENOEXEC",      "EBADF",  "ECHILD", "EAGAIN",    "ENOMEM",  "EACCES",
        "EFAULT",  "ENOTBLK",      "EBUSY",  "EEXIST", "EXDEV",     "ENODEV",  "ENOTDIR",
        "EISDIR",  "EINVAL",       "ENFILE", "EMFILE", "ENOTTY",    "ETXTBSY", "EFBIG",
        "ENOSPC",  "ESPIPE",       "EROFS",  "EMLINK", "EPIPE",     "EDOM",    "ERANGE",
        "EDEADLK", "ENAMETOOLONG", "ENOLCK", "ENOSYS", "ENOTEMPTY", "ELOOP",
    };
    static char number[16];

    if (error >= 0 && (size_t)error < ARRAY_SIZE(names))
        return names[error];
    if (error == EOPNOTSUPP)
        return "EOPNOTSUPP";
    if (error == EOVERFLOW)
        return "EOVERFLOW";
    if (error == ETIMEDOUT)
        return "ETIMEDOUT";
    snprintf(number, sizeof(number), "E%d", error);
    return number;
}

static ABI_UNUSED const char *signal_name(int signo)
{
    static const char *const names[] = {
        "0",         "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",
        "SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM",
        "SIGSTKFLT", "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",
        "SIGXCPU",   "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS",
    };
    static char number[16];

    if (signo >= 0 && (size_t)signo < ARRAY_SIZE(names))
        return names[signo];
    snprintf(number, sizeof(number), "signal %d", signo);
    return number;
}

static ABI_UNUSED void show_value(const char *what, long value)
{
    if (value == -1)
        say("%s = -1 %s", what, errno_name(errno));
    else
        say("%s = %ld", what, value);
}

/* Shows what a call returned, and errno if that is -1. */
#define SHOW(call) (errno = 0, show_value(#call, (long)(call)))

/* Shows a value that is no result of a call. */
#define VALUE(expression) say("%s: %ld", #expression, (long)(expression))

/* Shows whether something holds. */
#define HOLDS(condition) say("%s: %s", #condition, (condition) ? "yes" : "no")

/* What a case cannot go on without. It is not shown as long as it works. */
#define MUST(call) must_value(#call, (long)(call))

static ABI_UNUSED long must_value(const char *what, long value)
{
    if (value == -1) {
        say("needed, but failed: %s: %s", what, errno_name(errno));
        _exit(98);
    }
    return value;
}

static ABI_UNUSED void show_status(const char *what, int status)
{
    if (WIFEXITED(status))
        say("%s: exited %d", what, WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        say("%s: killed by %s", what, signal_name(WTERMSIG(status)));
    else if (WIFSTOPPED(status))
        say("%s: stopped by %s", what, signal_name(WSTOPSIG(status)));
    else if (WIFCONTINUED(status))
        say("%s: continued", what);
    else
        say("%s: status %#x", what, (unsigned)status);
}

/* Waits for the child, and shows how it ended. */
static ABI_UNUSED void show_end(const char *what, pid_t pid)
{
    int status;
    pid_t waited;

    do
        waited = waitpid(pid, &status, 0);
    while (waited < 0 && errno == EINTR);
    if (waited == pid)
        show_status(what, status);
    else
        say("%s: waitpid: %s", what, errno_name(errno));
}

/* Starts a child that runs a block and exits 0. Gives its process number. */
#define SPAWN(...)                            \
    ({                                        \
        pid_t spawned_ = (pid_t)MUST(fork()); \
        if (spawned_ == 0) {                  \
            __VA_ARGS__;                      \
            _exit(0);                         \
        }                                     \
        spawned_;                             \
    })

/* Runs a block in a child and shows how that ended. */
#define IN_CHILD(what, ...) show_end(what, SPAWN(__VA_ARGS__))

/* Sleeps. Only to let another process get to where it waits; no result may depend on it. */
static ABI_UNUSED void nap_ms(long ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};

    while (nanosleep(&left, &left) < 0 && errno == EINTR)
        continue;
}

static ABI_UNUSED long monotonic_ms(void)
{
    struct timespec now;

    MUST(clock_gettime(CLOCK_MONOTONIC, &now));
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Runs a block; again if it took so long, for then the machine stood still meanwhile. */
#define WITHIN_MS(limit_ms, ...)                                               \
    do {                                                                       \
        long start_ms_, tries_ = 0;                                            \
        do {                                                                   \
            start_ms_ = monotonic_ms();                                        \
            __VA_ARGS__;                                                       \
        } while (monotonic_ms() - start_ms_ >= (limit_ms) && ++tries_ < 1000); \
    } while (0)

/* Waits until a process or thread sleeps in the kernel (proc(5), stat), or has ended. */
static ABI_UNUSED void await_sleep(pid_t tid)
{
    char path[64], text[256] = "";
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/stat", tid);
    while (strstr(text, ") S ") == NULL && strstr(text, ") Z ") == NULL) {
        nap_ms(1);
        fd = (int)MUST(open(path, O_RDONLY));
        MUST(read(fd, text, sizeof(text) - 1));
        close(fd);
    }
}

/* Waits until a child has ended; it stays to be waited for. */
static ABI_UNUSED void await_end(pid_t pid)
{
    siginfo_t info;

    MUST(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT));
}

/* Waits until a file that changes gets a later time than any that changed before: files' times are
 * those of the last tick, or finer. */
static ABI_UNUSED void await_new_time(void)
{
    struct timespec before, now;

    MUST(clock_gettime(CLOCK_REALTIME, &before));
    do {
        nap_ms(1);
        MUST(clock_gettime(CLOCK_REALTIME_COARSE, &now));
    } while (now.tv_sec < before.tv_sec ||
             (now.tv_sec == before.tv_sec && now.tv_nsec <= before.tv_nsec));
}

/* Starts a process that sends us a signal again and again: one of them comes while we wait. */
static ABI_UNUSED pid_t pester(int signo)
{
    pid_t victim = getpid();

    return SPAWN(for (;;) {
        nap_ms(10);
        kill(victim, signo);
    });
}

static ABI_UNUSED void end_pester(pid_t pid)
{
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

/* A handler that does nothing but interrupt. */
static ABI_UNUSED void only_interrupt(int signo)
{
    (void)signo;
}

static ABI_UNUSED void *wait_for_ever(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static ABI_UNUSED unsigned long free_bytes(void)
{
    struct sysinfo info;

    MUST(sysinfo(&info));
    return info.freeram * info.mem_unit;
}

static ABI_UNUSED void make_file(const char *path, const char *text, mode_t mode)
{
    int fd = (int)MUST(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600));

    if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        say("needed, but failed: write to %s: %s", path, errno_name(errno));
    MUST(fchmod(fd, mode));
    MUST(close(fd));
}

/* Makes a copy of this program, which a case may give another owner and mode. */
static ABI_UNUSED void copy_program(const char *path)
{
    static char block[65536];
    int in = (int)MUST(open(abi_program, O_RDONLY));
    int out = (int)MUST(open(path, O_WRONLY | O_CREAT | O_EXCL, 0755));
    ssize_t got;

    while ((got = read(in, block, sizeof(block))) > 0)
        MUST(write(out, block, (size_t)got));
    MUST(close(in));
    MUST(close(out));
}

/* Shows what is in a file, up to 200 bytes; others than printable ones as dots. */
static ABI_UNUSED void show_file(const char *path)
{
    char text[201];
    int fd = open(path, O_RDONLY);
    ssize_t count = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

    if (count < 0) {
        say("%s: %s", path, errno_name(errno));
    } else {
        for (ssize_t i = 0; i < count; i++)
            if (text[i] < ' ' || text[i] > '~')
                text[i] = '.';
        text[count] = '\0';
        say("%s: \"%s\"", path, text);
    }
    if (fd >= 0)
        close(fd);
}

/* Reads a whole file of text, up to `size` - 1 bytes. "ok", or the error's name. */
static ABI_UNUSED const char *read_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY);
    size_t length = 0;
    ssize_t got;

    text[0] = '\0';
    if (fd < 0)
        return errno_name(errno);
    while ((got = read(fd, text + length, size - 1 - length)) > 0)
        length += (size_t)got;
    close(fd);
    if (got < 0)
        return errno_name(errno);
    text[length] = '\0';
    return "ok";
}

/* When memory runs out a case is to die of it, not who runs the cases (proc(5), oom_score_adj). No
 * harm if we may not. */
static ABI_UNUSED void abi_adjust_oom_score(const char *text)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY);

    if (fd < 0)
        return;
    (void)!write(fd, text, strlen(text));
    close(fd);
}

/* In the case's child: a directory and a process group of its own. */
static ABI_UNUSED void abi_enter(const struct abi_case *test)
{
    setpgid(0, 0);
    abi_adjust_oom_score("0");
    if (mkdir(test->name, 0777) < 0 || chmod(test->name, 0777) < 0 || chdir(test->name) < 0) {
        say("cannot make the directory %s: %s", test->name, errno_name(errno));
        _exit(97);
    }
}

/* Waits for the case's child, but not for ever. Returns false if it had to be killed. */
static ABI_UNUSED bool abi_await(pid_t pid, int *status)
{
    long step_ms = 1; /* the longer a case takes, the less it is disturbed */

    for (long ms = 0; ms < ABI_WATCHDOG_MS; ms += step_ms) {
        if (waitpid(pid, status, WNOHANG) == pid)
            return true;
        nap_ms(step_ms);
        step_ms += step_ms < 50;
    }
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
    waitpid(pid, status, 0);
    return false;
}

static ABI_UNUSED void abi_run_case(const struct abi_case *test)
{
    int status;
    pid_t pid;

    say("[%s]", test->name);
    pid = fork();
    if (pid < 0) {
        say("cannot fork: %s", errno_name(errno));
        return;
    }
    if (pid == 0) {
        abi_enter(test);
        test->run();
        _exit(0);
    }
    if (!abi_await(pid, &status))
        say("the case hung");
    else if (status != 0)
        show_status("the case", status);
    kill(-pid, SIGKILL);
}

/* The helper whose name the program was started under, or NULL. */
static ABI_UNUSED const struct abi_helper *abi_find_helper(const char *path)
{
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    const struct abi_helper *helper;

    for (helper = __start_abi_helpers; helper < __stop_abi_helpers; helper++)
        if (strcmp(helper->name, name) == 0)
            return helper;
    return NULL;
}

static ABI_UNUSED bool abi_wanted(const char *name, char **names)
{
    if (!*names)
        return true;
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    const struct rlimit no_core = {0, 0};
    char directory[] = "/tmp/abi.XXXXXX";
    const struct abi_helper *helper;
    const struct abi_case *test;

    if (argc > 0 && (helper = abi_find_helper(argv[0])) != NULL)
        return helper->run(argc, argv);
    if (argc == 0 || argv[0][0] != '/') {
        say("start me by an absolute path, not as \"%s\"", argc == 0 ? "(null)" : argv[0]);
        return 94;
    }
    abi_program = argv[0];
    umask(022);
    abi_adjust_oom_score("-1000");
    setrlimit(RLIMIT_CORE, &no_core);
    if (!mkdtemp(directory) || chmod(directory, 0777) < 0 || chdir(directory) < 0) {
        say("cannot make a directory in /tmp: %s", errno_name(errno));
        return 95;
    }
    for (test = __start_abi_cases; test < __stop_abi_cases; test++)
        if (abi_wanted(test->name, argv + 1))
            abi_run_case(test);
    return 0;
}

#endif
