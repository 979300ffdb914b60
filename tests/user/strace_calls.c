/*
 * Calls of many kinds, for test_strace.py to see what strace prints of them. What they give must
 * be the same on Linux and on Limen.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#define FUTEX_WAIT 0
#define FUTEX_WAKE 1
#define FUTEX_PRIVATE_FLAG 128

static void handler(int signal)
{
    (void)signal;
}

static void pipes(void)
{
    char text[100];
    int fds[2];

    pipe(fds);
    write(fds[1], "ab\1\0012\n\xff\"\\", 9);
    struct pollfd polled[] = {{fds[0], POLLIN, 0}, {fds[1], POLLIN | POLLOUT, 0}};
    poll(polled, 2, 100);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(fds[0], &set);
    struct timeval limit = {0, 0};
    syscall(SYS_select, fds[0] + 1, &set, NULL, NULL, &limit);
    read(fds[0], text, sizeof(text));
    poll(polled, 1, 0);
    syscall(SYS_select, fds[0] + 1, &set, NULL, NULL, &limit);
    struct iovec pieces[] = {{"hello", 5}, {"world world world world world world", 35}};
    writev(fds[1], pieces, 2);
    struct iovec places[] = {{text, 3}, {text + 3, 50}};
    readv(fds[0], places, 2);
    int queue = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {EPOLLIN | EPOLLET, {.u64 = 7}};
    epoll_ctl(queue, EPOLL_CTL_ADD, fds[0], &event);
    write(fds[1], "x", 1);
    epoll_wait(queue, &event, 1, -1);
    eventfd(3, EFD_NONBLOCK);
    dup2(fds[0], 20);
    dup(20);
    close(99);
}

static void signals(void)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct timespec zero = {0, 0};
    siginfo_t info;
    sigset_t set;
    stack_t stack;

    sigaddset(&action.sa_mask, SIGINT);
    sigaction(SIGUSR1, &action, NULL);
    kill(getpid(), SIGUSR1);
    signal(SIGALRM, SIG_IGN);
    alarm(100);
    alarm(0);
    sigfillset(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGINT);
    sigtimedwait(&set, &info, &zero);
    sigtimedwait(&set, &info, &zero);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_SETMASK, &set, &set);
    sigpending(&set);
    sigaltstack(NULL, &stack);
    struct sigevent event = {.sigev_signo = SIGUSR1, .sigev_value.sival_int = 7};
    struct itimerspec once = {{0, 0}, {100, 0}};
    int id;
    syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id);
    syscall(SYS_timer_settime, id, 0, &once, NULL);
    syscall(SYS_timer_gettime, id, &once);
    syscall(SYS_timer_delete, id);
    sigqueue(getpid(), SIGUSR1, event.sigev_value);
    struct itimerval timer = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &timer, &timer);
}

static void children(void)
{
    struct rusage usage;
    siginfo_t info;
    sigset_t set, old;
    int status;

    /* When the news of a child's end comes is chance: not before it is asked for. */
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, &old);

    pid_t pid = fork();

    if (pid == 0)
        raise(SIGKILL);
    wait4(pid, &status, 0, &usage);
    pid = fork();
    if (pid == 0)
        _exit(3);
    waitid(P_PID, pid, &info, WEXITED);
    /* clone3: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls. */
    int pidfd, child, parent;
    unsigned long args[8] = {CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_PIDFD,
                             (unsigned long)&pidfd, (unsigned long)&child, (unsigned long)&parent,
                             SIGCHLD};
    if (syscall(SYS_clone3, args, sizeof(args)) == 0)
        _exit(4);
    wait(NULL);
    args[0] = CLONE_THREAD | CLONE_SETTLS;
    syscall(SYS_clone3, args, sizeof(args));
    syscall(SYS_clone3, args, 7);
    waitpid(-1, &status, WNOHANG | WUNTRACED);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void files(void)
{
    char text[100];
    struct stat status;
    struct timespec times[] = {{1, 2}, {0, UTIME_NOW}};
    struct timeval old_times[] = {{1, 2}, {3, 4}};
    struct utimbuf stamps = {5, 6};
    off_t offset = 3;
    int fds[2], file = open("/data/poem", O_RDWR | O_CLOEXEC);

    stat("/data/poem", &status);
    stat("/missing", &status);
    lstat("/link", &status);
    stat("/dev/null", &status);
    utimensat(AT_FDCWD, "/missing", times, AT_SYMLINK_NOFOLLOW);
    syscall(SYS_utimes, "/missing", old_times);
    syscall(SYS_utime, "/missing", &stamps);
    syscall(SYS_open, "/missing", O_WRONLY | O_CREAT | O_EXCL | O_DIRECTORY, 0600);
    openat(AT_FDCWD, "/missing/a", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    mkdirat(AT_FDCWD, "/missing/a\n\"b", 0755);
    unsigned long how[3] = {O_RDONLY | O_CLOEXEC, 0, 8 /* RESOLVE_BENEATH */};
    syscall(SYS_openat2, AT_FDCWD, "missing", how, sizeof(how));
    how[0] = O_CREAT | O_WRONLY;
    how[1] = 0600;
    syscall(SYS_openat2, AT_FDCWD, "missing/a", how, sizeof(how));
    mknod("/missing/x", S_IFIFO | 0600, 0);
    mknod("/missing/x", S_IFCHR | 0600, 0x103);
    chmod("/missing", 04755);
    chown("/missing", -1, 5);
    rename("/missing", "/elsewhere");
    unlinkat(AT_FDCWD, "/missing", AT_REMOVEDIR);
    linkat(AT_FDCWD, "/missing", 3, "b", 0);
    symlink("target", "/missing/link");
    readlink("/link", text, sizeof(text));
    access("/data", R_OK | X_OK);
    umask(022);
    pipe(fds);
    sendfile(fds[1], file, &offset, 5);
    pread(file, text, 5, 2);
    lseek(file, -5, SEEK_END);
    flock(file, LOCK_EX | LOCK_NB);
    fsync(file);
    struct flock lock = {F_WRLCK, SEEK_SET, 0, 10, 0};
    fcntl(file, F_SETLK, &lock);
    fcntl(file, F_GETLK, &lock);
    fcntl(file, F_GETFL);
    fcntl(file, F_SETFL, O_NONBLOCK | O_APPEND);
    fcntl(file, F_GETFD);
    fcntl(file, F_DUPFD_CLOEXEC, 30);
    mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
    int watch = inotify_init1(IN_CLOEXEC);
    inotify_add_watch(watch, "/data", IN_CREATE | IN_DELETE);
    getcwd(text, sizeof(text));
    chdir("/missing");
    ioctl(file, TIOCGWINSZ, text);
    ioctl(file, TCGETS, text);
    ioctl(file, 0x5678, 5);
}

static void terminal(void)
{
    int unlock = 0, master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    struct winsize size = {24, 80, 0, 0};
    struct termios modes;

    ioctl(master, TIOCSPTLCK, &unlock);
    ioctl(master, TCGETS, &modes);
    modes.c_lflag &= ~(unsigned)ECHO;
    ioctl(master, TCSETSW, &modes);
    ioctl(master, TIOCSWINSZ, &size);
    ioctl(master, TIOCGWINSZ, &size);
    ioctl(master, TCFLSH, TCIFLUSH);
}

static void process(void)
{
    char name[16];
    struct rlimit limit;
    struct sched_param param = {0};
    struct timespec nap = {0, 1000}, resolution;
    unsigned char *memory =
        mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int word = 5;

    mprotect(memory, 4096, PROT_NONE);
    madvise(memory + 4096, 4096, MADV_DONTNEED);
    msync(memory + 4096, 4096, MS_SYNC);
    memory[4096] = 1;
    mincore(memory + 4096, 4096, (unsigned char *)name);
    memory = mremap(memory, 8192, 16384, MREMAP_MAYMOVE);
    munmap(memory, 16384);
    prctl(PR_SET_NAME, "hello");
    prctl(PR_GET_NAME, name);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    prctl(PR_GET_DUMPABLE);
    syscall(SYS_getrlimit, RLIMIT_CORE, &limit);
    limit.rlim_cur = 4096;
    syscall(SYS_setrlimit, RLIMIT_CORE, &limit);
    setpriority(PRIO_PROCESS, 0, 19); /* whatever it was */
    getpriority(PRIO_PROCESS, 0);
    sched_yield();
    syscall(SYS_sched_getscheduler, 0);
    syscall(SYS_sched_getparam, 0, &param);
    nanosleep(&nap, NULL);
    syscall(SYS_clock_getres, CLOCK_MONOTONIC, &resolution);
    syscall(SYS_futex, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1);
    syscall(SYS_futex, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 4, NULL);
    getuid();
    setuid(0);
    syscall(SYS_getresuid, &word, &word, &word);
    getpgid(-1);
    syscall(SYS_close_range, 40, 50, 0);
    syscall(999, 1, 2, 3);
}

int main(void)
{
    pipes();
    signals();
    children();
    files();
    terminal();
    process();
    kill(getpid(), SIGTERM);
}
