/*
 * What clone(2), clone3(2) and waitid(2) take and refuse; children that end with another signal
 * than SIGCHLD or with none; who may wait for whom.
 */
#include "tests/abi/abi.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#define BAD ((void *)8)
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif

static long make(unsigned long flags)
{
    long pid = syscall(SYS_clone, flags, NULL, NULL, NULL, 0);

    if (pid == 0)
        _exit(3);
    return pid;
}

/* Makes a child and shows what it was; 0 stands for its number. */
static void show_made(const char *what, long pid)
{
    int status;

    if (pid < 0) {
        say("%s: %s", what, errno_name(errno));
        return;
    }
    MUST(waitpid((pid_t)pid, &status, (int)__WALL));
    show_status(what, status);
}

#define MAKE(flags) show_made(#flags, make(flags))

CASE(flags_that_make_no_sense)
{
    MAKE(CLONE_SIGHAND | SIGCHLD);
    MAKE(CLONE_THREAD | CLONE_VM | SIGCHLD);
    MAKE(CLONE_THREAD | CLONE_SIGHAND | SIGCHLD);
    MAKE(CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD);
    MAKE(CLONE_PIDFD | CLONE_DETACHED | SIGCHLD);
    MAKE(CLONE_NEWNS | CLONE_FS | SIGCHLD);
    MAKE(CLONE_NEWUSER | CLONE_FS | SIGCHLD);
    MAKE(CLONE_NEWPID | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM);
    MAKE(CLONE_NEWIPC | CLONE_SYSVSEM | SIGCHLD);
}

CASE(flags_that_do_little)
{
    MAKE(CLONE_DETACHED | SIGCHLD);
    MAKE(CLONE_UNTRACED | SIGCHLD);
    MAKE(CLONE_PTRACE | SIGCHLD);
    MAKE(CLONE_SYSVSEM | SIGCHLD);
    MAKE(CLONE_VFORK | SIGCHLD);
    MAKE(CLONE_FS | CLONE_FILES | SIGCHLD);
    MAKE(1ul << 32 | SIGCHLD);
    MAKE(1ul << 33 | SIGCHLD);
    MAKE(1ul << 63 | SIGCHLD);
    MAKE(CLONE_SETTLS | SIGCHLD);
}

CASE(settls_to_the_kernel)
{
    SHOW(syscall(SYS_clone, CLONE_SETTLS | SIGCHLD, NULL, NULL, NULL, 0xffff800000000000));
    SHOW(syscall(SYS_clone, CLONE_SETTLS | SIGCHLD, NULL, NULL, NULL, 0x7ffffffff000));
    SHOW(syscall(SYS_clone, CLONE_SETTLS | SIGCHLD, NULL, NULL, NULL, -1ul));
}

CASE(numbers_to_nowhere)
{
    long pid = syscall(SYS_clone, CLONE_PARENT_SETTID | SIGCHLD, NULL, BAD, NULL, 0);

    if (pid == 0)
        _exit(4);
    show_made("parent's", pid);
    pid =
        syscall(SYS_clone, CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD, NULL, NULL, BAD, 0);
    if (pid == 0)
        _exit(5);
    show_made("child's", pid);
}

/* --- The signal of the end --- */

static volatile sig_atomic_t last;

static void remember(int signo)
{
    last = signo;
}

static void show_signal_of(unsigned long flags)
{
    struct sigaction action = {.sa_handler = remember};
    int signo = (int)(flags & 0xff), status;
    pid_t pid;

    if (signo > 0 && signo < 32 && signo != SIGKILL && signo != SIGSTOP)
        MUST(sigaction(signo, &action, NULL));
    last = 0;
    pid = (pid_t)MUST(make(flags));
    say("%d, as a child: %s", signo,
        waitpid(pid, &status, 0) == pid ? "waited" : errno_name(errno));
    if (waitpid(pid, &status, (int)__WCLONE) == pid)
        say("%d, as a clone: waited", signo);
    say("%d: last %d", signo, last);
}

CASE(signal_of_the_end)
{
    show_signal_of(SIGCHLD);
    show_signal_of(SIGUSR1);
    show_signal_of(0);
    show_signal_of(65);
    show_signal_of(200);
    show_signal_of(255);
}

/* Whatever it was to be: after an execve it is SIGCHLD. */
HELPER(end)
{
    return 6;
}

CASE(signal_of_the_end_after_exec)
{
    struct sigaction action = {.sa_handler = remember};
    long pid;

    MUST(sigaction(SIGUSR1, &action, NULL));
    pid = syscall(SYS_clone, SIGUSR1, NULL, NULL, NULL, 0);
    if (pid == 0) {
        execl(abi_program, "end", NULL);
        _exit(9);
    }
    MUST(waitpid((pid_t)pid, NULL, (int)__WALL));
    VALUE(last);
}

CASE(sibling)
{
    int status;

    IN_CHILD("maker", MUST(make(CLONE_PARENT | SIGUSR1)); SHOW(waitpid(-1, NULL, 0)));
    MUST(waitpid(-1, &status, (int)__WALL));
    show_status("its sibling", status);
}

/* --- clone3 --- */

struct args {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    uint64_t set_tid, set_tid_size, cgroup, more;
};

static void make3(const char *what, const struct args *args, size_t size)
{
    long pid = syscall(SYS_clone3, args, size);

    if (pid == 0)
        _exit(3);
    show_made(what, pid);
}

#define MAKE3(size, ...) make3(#size ", " #__VA_ARGS__, &(struct args){__VA_ARGS__}, size)

CASE(clone3_forms)
{
    MAKE3(88, .exit_signal = SIGCHLD);
    MAKE3(64, .exit_signal = SIGCHLD);
    MAKE3(63, .exit_signal = SIGCHLD);
    MAKE3(80, .exit_signal = SIGCHLD);
    MAKE3(96, .exit_signal = SIGCHLD);
    MAKE3(96, .exit_signal = SIGCHLD, .more = 1);
    MAKE3(68, .exit_signal = SIGCHLD);
    MAKE3(64, .exit_signal = SIGCHLD, .set_tid = 1);
    MAKE3(88, .exit_signal = 64);
    MAKE3(88, .exit_signal = 65);
    MAKE3(88, .exit_signal = 256 + SIGCHLD);
    MAKE3(88, .exit_signal = 1ul << 32);
    MAKE3(88, .flags = 1);
    MAKE3(88, .flags = CLONE_DETACHED, .exit_signal = SIGCHLD);
    MAKE3(88, .flags = CLONE_PARENT, .exit_signal = SIGCHLD);
    MAKE3(88, .flags = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, .exit_signal = SIGCHLD);
    MAKE3(88, .flags = 1ul << 32, .exit_signal = SIGCHLD);
    MAKE3(88, .flags = 1ul << 34, .exit_signal = SIGCHLD);
    MAKE3(88, .flags = 1ul << 63, .exit_signal = SIGCHLD);
    MAKE3(88, .flags = 1ul << 32 | CLONE_SIGHAND | CLONE_VM, .exit_signal = SIGCHLD);
    MAKE3(88, .exit_signal = SIGCHLD, .stack = 8);
    MAKE3(88, .exit_signal = SIGCHLD, .stack_size = 8);
    MAKE3(88, .exit_signal = SIGCHLD, .stack = 0xffff800000000000, .stack_size = 4096);
    MAKE3(88, .exit_signal = SIGCHLD, .stack = 4096, .stack_size = -4096ul);
    MAKE3(88, .exit_signal = SIGCHLD, .set_tid_size = 1);
    MAKE3(88, .exit_signal = SIGCHLD, .set_tid = 8);
    MAKE3(88, .exit_signal = SIGCHLD, .set_tid = 8, .set_tid_size = 33);
    MAKE3(88, .exit_signal = SIGCHLD, .cgroup = 1ul << 40);
    MAKE3(88, .flags = CLONE_SETTLS, .exit_signal = SIGCHLD, .tls = -1ul);
    MAKE3(88, .flags = CLONE_PIDFD | CLONE_DETACHED, .exit_signal = SIGCHLD);
}

CASE(clone3_at_the_end_of_memory)
{
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct args *args = (struct args *)(page + 4096 - 88);

    MUST(munmap(page + 4096, 4096));
    args->exit_signal = SIGCHLD;
    make3("ends there", args, 88);
    make3("goes on", args, 96);
    make3("too long", args, 4097);
    make3("a page", args, 4096);
}

/* --- waitid --- */

static void show_info(const char *what, long result, const siginfo_t *info, pid_t pid)
{
    say("%s: %s, signo %d errno %d code %d pid %s uid %u status %d", what,
        result == 0 ? "0" : errno_name(errno), info->si_signo, info->si_errno, info->si_code,
        info->si_pid == pid ? "child's"
        : info->si_pid == 0 ? "0"
                            : "?",
        info->si_uid, info->si_status);
}

#define WAITID(which, id, options)                                        \
    ({                                                                    \
        siginfo_t info_;                                                  \
        long result_;                                                     \
        memset(&info_, 0x55, sizeof(info_));                              \
        result_ = syscall(SYS_waitid, which, id, &info_, options, NULL);  \
        show_info(#which ", " #id ", " #options, result_, &info_, child); \
    })

CASE(waitid_events)
{
    int ends[2];
    char byte;
    pid_t child;

    MUST(pipe(ends));
    child = SPAWN(MUST(setresuid(11, 12, 12)); MUST(write(ends[1], "", 1)); pause());
    MUST(read(ends[0], &byte, 1));
    WAITID(P_ALL, 0, WEXITED | WNOHANG);
    WAITID(P_PID, child, WEXITED | WSTOPPED | WCONTINUED | WNOHANG);
    kill(child, SIGSTOP);
    WAITID(P_PID, child, WSTOPPED | WNOWAIT);
    WAITID(P_PID, child, WEXITED | WNOHANG);
    WAITID(P_PID, child, WCONTINUED | WNOHANG);
    WAITID(P_ALL, 77, WSTOPPED);
    WAITID(P_ALL, 0, WSTOPPED | WNOHANG);
    kill(child, SIGCONT);
    WAITID(P_PGID, getpgrp(), WCONTINUED | WNOWAIT);
    WAITID(P_PGID, 0, WCONTINUED);
    WAITID(P_PGID, 0, WCONTINUED | WNOHANG);
    kill(child, SIGTERM);
    WAITID(P_PID, child, WEXITED | WNOWAIT);
    WAITID(P_PID, child, WEXITED | WSTOPPED);
    WAITID(P_PID, child, WEXITED);
    WAITID(P_ALL, 0, WEXITED | WNOHANG);
}

CASE(waitid_refuses)
{
    pid_t child = SPAWN(pause());

    WAITID(P_ALL, 0, 0);
    WAITID(P_ALL, 0, WNOHANG | WNOWAIT);
    WAITID(P_ALL, 0, WEXITED | 0x10);
    WAITID(P_ALL, 0, WEXITED | 0x10000000);
    WAITID(4, 0, WEXITED | WNOHANG);
    WAITID(-1, 0, WEXITED | WNOHANG);
    WAITID(P_PID, 0, WEXITED | WNOHANG);
    WAITID(P_PID, -1, WEXITED | WNOHANG);
    WAITID(P_PID, 999999, WEXITED | WNOHANG);
    WAITID(P_PGID, -1, WEXITED | WNOHANG);
    WAITID(P_PGID, 999999, WEXITED | WNOHANG);
    WAITID(3, -1, WEXITED | WNOHANG);
    WAITID(3, 999, WEXITED | WNOHANG);
    WAITID(3, 1, WEXITED | WNOHANG);
    WAITID(P_ALL, 0, WEXITED | WNOHANG | __WCLONE);
    WAITID(P_ALL, 0, WEXITED | WNOHANG | __WALL);
    kill(child, SIGKILL);
    show_end("child", child);
}

/* --- Who waits for whom --- */

static void *wait_in_thread(void *data)
{
    pid_t child = *(pid_t *)data;

    SHOW(waitpid(child, NULL, __WNOTHREAD));
    SHOW(waitpid(child, NULL, WNOHANG));
    return NULL;
}

CASE(wait_by_another_thread)
{
    pid_t child = SPAWN(pause());
    pthread_t thread;

    pthread_create(&thread, NULL, wait_in_thread, &child);
    pthread_join(thread, NULL);
    kill(child, SIGKILL);
    show_end("child", child);
}

CASE(wait_for_a_group_that_changes)
{
    pid_t child = SPAWN(pause());

    SHOW(waitpid(-child, NULL, WNOHANG));
    MUST(setpgid(child, child));
    SHOW(waitpid(-child, NULL, WNOHANG));
    SHOW(waitpid(0, NULL, WNOHANG));
    kill(child, SIGKILL);
    HOLDS(waitpid(-child, NULL, 0) == child);
}

/* --- Groups and sessions --- */

CASE(setpgid_of_a_zombie)
{
    pid_t child = SPAWN(_exit(0));

    MUST(waitid(P_PID, (id_t)child, &(siginfo_t){0}, WEXITED | WNOWAIT));
    SHOW(setpgid(child, child));
    HOLDS(getpgid(child) == child);
    HOLDS(getsid(child) == getsid(0));
    SHOW(setpgid(0, child));
    MUST(waitpid(child, NULL, 0));
    SHOW(setpgid(0, child));
    SHOW(getpgid(child));
    SHOW(getsid(child));
}

CASE(setpgid_of_a_thread)
{
    pid_t grandchild;
    int ends[2];

    MUST(pipe(ends));
    IN_CHILD("child", pid_t maker = fork(); if (maker == 0) pause();
             MUST(write(ends[1], &maker, sizeof(maker))); nap_ms(20); kill(maker, SIGKILL));
    MUST(read(ends[0], &grandchild, sizeof(grandchild)));
    SHOW(setpgid(grandchild, 0));
    SHOW(setpgid(1, 1));
    SHOW(setpgid(INT32_MIN, 0));
    SHOW(setpgid(0, INT32_MIN));
    SHOW(setpgid(getpid(), getpid()));
    SHOW(getpgid(INT32_MIN));
    SHOW(getsid(1) >= 0);
}

CASE(setsid_when_the_group_lives)
{
    pid_t child = fork(), member;

    if (child == 0) {
        MUST(setpgid(0, 0));
        member = fork();
        if (member == 0)
            pause();
        SHOW(setsid());
        MUST(setpgid(0, getppid()));
        SHOW(setsid());
        kill(member, SIGKILL);
        MUST(waitpid(member, NULL, 0));
        HOLDS(setsid() == getpid());
        SHOW(setsid());
        _exit(0);
    }
    show_end("child", child);
}

/* --- Thread ids --- */

CASE(tkill_edges)
{
    const int most = INT32_MAX;

    SHOW(syscall(SYS_tkill, most, 0));
    SHOW(syscall(SYS_tkill, getpid(), -1));
    SHOW(syscall(SYS_tkill, INT32_MIN, 0));
    SHOW(syscall(SYS_tgkill, -1, getpid(), 0));
    SHOW(syscall(SYS_tgkill, getpid(), -1, 0));
    SHOW(syscall(SYS_tgkill, getpid(), getppid(), 0));
    SHOW(syscall(SYS_tgkill, most, getpid(), 0));
    SHOW(syscall(SYS_tgkill, getpid(), getpid(), -1));
    SHOW(syscall(SYS_tgkill, getppid(), getppid(), 65));
    IN_CHILD("stranger", MUST(setresuid(4711, 4711, 4711));
             SHOW(syscall(SYS_tgkill, getppid(), getppid(), 65));
             SHOW(syscall(SYS_tgkill, getppid(), getppid(), 0));
             SHOW(syscall(SYS_tkill, getppid(), SIGCONT)); SHOW(syscall(SYS_tkill, getppid(), 65)));
}

CASE(set_tid_address_to_nowhere)
{
    IN_CHILD("child", HOLDS(syscall(SYS_set_tid_address, BAD) == getpid()));
    IN_CHILD("child", HOLDS(syscall(SYS_set_tid_address, -1) == getpid()));
}
