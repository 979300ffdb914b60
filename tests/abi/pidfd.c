/*
 * Descriptors of processes: pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2), CLONE_PIDFD,
 * waitid(2) with P_PIDFD.
 */
#include "tests/abi/watch.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>

static int pidfd_open(pid_t pid, unsigned flags)
{
    return (int)syscall(SYS_pidfd_open, pid, flags);
}

static int send_signal(int fd, int signo, siginfo_t *info, unsigned flags)
{
    return (int)syscall(SYS_pidfd_send_signal, fd, signo, info, flags);
}

static int get_fd(int pidfd, int fd, unsigned flags)
{
    return (int)syscall(SYS_pidfd_getfd, pidfd, fd, flags);
}

static int wait_fd(int fd, int options)
{
    siginfo_t info;
    int result;

    memset(&info, 0, sizeof(info));
    result = waitid((idtype_t)3, (id_t)fd, &info, options);
    if (result == 0)
        say("waitid: signal %d, code %d, status %d", info.si_signo, info.si_code, info.si_status);
    else
        say("waitid: %s", errno_name(errno));
    return result;
}

static void show_poll(const char *what, int fd)
{
    struct pollfd wanted = {fd, -1, 0};

    MUST(poll(&wanted, 1, 0));
    say("%s: %#x", what, (unsigned)wanted.revents);
}

static pid_t sleeper(void)
{
    return SPAWN(pause());
}

CASE(opening)
{
    pid_t pid = sleeper();

    SHOW(pidfd_open(getpid(), 0));
    SHOW(pidfd_open(pid, O_NONBLOCK));
    SHOW(fcntl(3, F_GETFD));
    SHOW(fcntl(3, F_GETFL));
    SHOW(fcntl(4, F_GETFL));
    SHOW(pidfd_open(0, 0));
    SHOW(pidfd_open(-1, 0));
    SHOW(pidfd_open(4194304, 0));
    SHOW(pidfd_open(pid, 1));
    SHOW(pidfd_open(pid, O_CLOEXEC));
    SHOW(pidfd_open(-1, 1));
    end_pester(pid);
    SHOW(pidfd_open(pid, 0));
}

CASE(its_own_operations)
{
    int fd = (int)MUST(pidfd_open(getpid(), 0));
    char byte;

    SHOW(read(fd, &byte, 1));
    SHOW(write(fd, "x", 1));
    SHOW(send_signal(fd, 0, NULL, 0));
}

CASE(polled)
{
    pid_t pid = sleeper();
    int fd = (int)MUST(pidfd_open(pid, 0)), other = (int)MUST(pidfd_open(pid, 0));
    struct pollfd wanted = {fd, POLLIN, 0};

    show_poll("alive", fd);
    MUST(kill(pid, SIGTERM));
    SHOW(poll(&wanted, 1, -1));
    show_poll("a zombie", fd);
    show_end("child", pid);
    show_poll("gone", fd);
    show_poll("gone", other);
}

CASE(watched)
{
    int epfd = make_epoll(), fd, go[2];
    pid_t pid;

    MUST(pipe(go));
    pid = SPAWN(take(go[0]); nap_ms(30));
    fd = (int)MUST(pidfd_open(pid, 0));
    SHOW(add(epfd, fd, EPOLLIN));
    look("alive", epfd);
    put(go[1]);
    SHOW(epoll_wait(epfd, events, 1, -1));
    VALUE(events[0].events);
    show_end("child", pid);
    MUST(close(fd));
    look("closed", epfd);
}

CASE(nobody_waits_for_it)
{
    int fd, go[2];
    pid_t pid;
    struct pollfd wanted = {0, POLLIN, 0};

    handle(SIGCHLD, SIG_IGN, 0);
    MUST(pipe(go));
    pid = SPAWN(take(go[0]); nap_ms(30));
    fd = (int)MUST(pidfd_open(pid, 0));
    wanted.fd = fd;
    put(go[1]);
    SHOW(poll(&wanted, 1, -1));
    while (kill(pid, 0) == 0) /* it has ended, and is gone soon */
        nap_ms(1);
    show_poll("gone", fd);
    SHOW(send_signal(fd, 0, NULL, 0));
    wait_fd(fd, WEXITED);
}

CASE(signals)
{
    pid_t pid = sleeper();
    int fd = (int)MUST(pidfd_open(pid, 0)), ends[2];

    MUST(pipe(ends));
    SHOW(send_signal(fd, 0, NULL, 0));
    SHOW(send_signal(fd, 65, NULL, 0));
    SHOW(send_signal(fd, -1, NULL, 0));
    SHOW(send_signal(fd, SIGTERM, NULL, 0x100));
    SHOW(send_signal(77, SIGTERM, NULL, 0));
    SHOW(send_signal(ends[0], SIGTERM, NULL, 0));
    SHOW(send_signal(fd, SIGTERM, (void *)8, 0));
    SHOW(send_signal(fd, SIGTERM, NULL, 0));
    nap_ms(20);
    SHOW(send_signal(fd, SIGTERM, NULL, 0));
    show_end("child", pid);
    SHOW(send_signal(fd, SIGTERM, NULL, 0));
}

CASE(signals_with_information)
{
    siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE}, got;
    pid_t pid = sleeper();
    int fd = (int)MUST(pidfd_open(pid, 0)), self = (int)MUST(pidfd_open(getpid(), 0));
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    MUST(sigprocmask(SIG_BLOCK, &set, NULL));
    info.si_value.sival_int = 77;
    SHOW(send_signal(self, SIGUSR1, &info, 0));
    MUST(sigwaitinfo(&set, &got));
    say("code %d, value %d", got.si_code, got.si_value.sival_int);
    SHOW(send_signal(self, SIGUSR2, &info, 0));
    info.si_code = SI_USER;
    SHOW(send_signal(self, SIGUSR1, &info, 0));
    MUST(sigwaitinfo(&set, &got));
    SHOW(send_signal(fd, SIGUSR1, &info, 0));
    info.si_code = SI_TKILL;
    SHOW(send_signal(fd, SIGUSR1, &info, 0));
    SHOW(send_signal(self, SIGUSR1, NULL, 0));
    MUST(sigwaitinfo(&set, &got));
    HOLDS(got.si_code == SI_USER && got.si_pid == getpid());
    end_pester(pid);
}

CASE(signals_without_permission)
{
    pid_t pid = sleeper();
    int fd = (int)MUST(pidfd_open(pid, 0));

    MUST(setgid(4711));
    MUST(setuid(4711));
    SHOW(send_signal(fd, SIGTERM, NULL, 0));
    SHOW(send_signal(fd, SIGCONT, NULL, 0));
    SHOW(send_signal(fd, 0, NULL, 0));
    SHOW(get_fd(fd, 1, 0));
}

CASE(waited_for)
{
    pid_t pid = SPAWN(_exit(7)), other = sleeper();
    int fd = (int)MUST(pidfd_open(pid, 0)), waiting = (int)MUST(pidfd_open(other, O_NONBLOCK));
    int self = (int)MUST(pidfd_open(getpid(), 0));

    wait_fd(fd, WEXITED | WNOWAIT);
    wait_fd(fd, WEXITED);
    wait_fd(fd, WEXITED);
    wait_fd(waiting, WEXITED);
    wait_fd(waiting, WEXITED | WNOHANG);
    wait_fd(self, WEXITED);
    wait_fd(1, WEXITED);
    wait_fd(77, WEXITED);
    wait_fd(-1, WEXITED);
    MUST(kill(other, SIGKILL));
    await_end(other);
    wait_fd(waiting, WEXITED);
    wait_fd(waiting, WEXITED);
}

CASE(getting_descriptors)
{
    int ends[2], told[2], got;
    char text[4];
    struct pollfd wanted;
    pid_t pid;

    MUST(pipe(told));
    pid = SPAWN(MUST(pipe(ends)); MUST(dup2(ends[0], 40)); MUST(write(ends[1], "abc", 3));
                MUST(write(told[1], "x", 1)); pause());
    wanted = (struct pollfd){(int)MUST(pidfd_open(pid, 0)), POLLIN, 0};
    MUST(read(told[0], text, 1));
    got = get_fd(wanted.fd, 40, 0);
    say("got %d", got);
    SHOW(read(got, text, 4));
    SHOW(fcntl(got, F_GETFD));
    SHOW(get_fd(wanted.fd, 41, 0));
    SHOW(get_fd(wanted.fd, -1, 0));
    SHOW(get_fd(wanted.fd, 40, 1));
    SHOW(get_fd(1, 40, 0));
    SHOW(get_fd(77, 40, 0));
    MUST(kill(pid, SIGKILL));
    MUST(poll(&wanted, 1, -1));
    show_end("child", pid);
    SHOW(get_fd(wanted.fd, 40, 0));
}

CASE(from_clone)
{
    int fd = -1;
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, &fd, NULL, 0);

    if (pid == 0) {
        _exit(fcntl(3, F_GETFD) == -1 ? 5 : 6);
    }
    VALUE(fd);
    wait_fd(fd, WEXITED);
    SHOW(fcntl(fd, F_GETFD));
    SHOW(syscall(SYS_clone, CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, NULL, &fd, NULL, 0));
    SHOW(syscall(SYS_clone, CLONE_PIDFD | CLONE_DETACHED | SIGCHLD, NULL, &fd, NULL, 0));
    SHOW(syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, (void *)8, NULL, 0));
    SHOW(waitpid(-1, NULL, 0));
    SHOW(dup(1));
}

struct clone3_args {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

CASE(from_clone3)
{
    int fd = -1, tid = -1;
    struct clone3_args args = {.flags = CLONE_PIDFD | CLONE_PARENT_SETTID,
                               .pidfd = (uintptr_t)&fd,
                               .parent_tid = (uintptr_t)&tid,
                               .exit_signal = SIGCHLD};
    pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

    if (pid == 0)
        _exit(6);
    VALUE(fd);
    HOLDS(tid == pid);
    wait_fd(fd, WEXITED);
    args.pidfd = args.parent_tid;
    SHOW(syscall(SYS_clone3, &args, sizeof(args)));
}

CASE(too_many_descriptors)
{
    struct rlimit limit = {4, 4};
    int fd = -1, copy = (int)MUST(dup(1));

    VALUE(copy);
    MUST(setrlimit(RLIMIT_NOFILE, &limit));
    SHOW(pidfd_open(getpid(), 0));
    SHOW(syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, &fd, NULL, 0));
    SHOW(waitpid(-1, NULL, 0));
}

CASE(in_proc)
{
    pid_t pid = sleeper();
    int fd = (int)MUST(pidfd_open(pid, 0));
    char path[40], text[600], wanted[60];

    snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
    read_text(path, text, sizeof(text));
    snprintf(wanted, sizeof(wanted), "Pid:\t%d\nNSpid:\t%d\n", pid, pid);
    HOLDS(strstr(text, wanted) != NULL);
    end_pester(pid);
    read_text(path, text, sizeof(text));
    HOLDS(strstr(text, "Pid:\t-1\n") != NULL);
}
