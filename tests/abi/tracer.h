/*
 * What the tests of ptrace(2) share: a tracee, going on, showing its stops.
 */
#ifndef LIMEN_TESTS_TRACER_H
#define LIMEN_TESTS_TRACER_H

#include "tests/abi/abi.h"

#include <sys/ptrace.h>

#ifndef PTRACE_SYSEMU
#define PTRACE_SYSEMU 31
#endif

/* The raw call: libc's PEEK* answers otherwise. */
static long trace(long request, pid_t pid, unsigned long addr, unsigned long data)
{
    return syscall(SYS_ptrace, request, pid, addr, data);
}

/* A ptrace-stop as the status says it. */
static ABI_UNUSED void show_stop(const char *what, int status)
{
    if (WIFSTOPPED(status) && status >> 16 != 0)
        say("%s: event %d with %s", what, status >> 16, signal_name(WSTOPSIG(status)));
    else if (WIFSTOPPED(status) && WSTOPSIG(status) == (SIGTRAP | 0x80))
        say("%s: system call", what);
    else
        show_status(what, status);
}

static ABI_UNUSED int wait_for(pid_t pid)
{
    int status;

    MUST(waitpid(pid, &status, __WALL));
    return status;
}

static ABI_UNUSED void show_wait(const char *what, pid_t pid)
{
    show_stop(what, wait_for(pid));
}

/* Goes on by `request` and shows how that ends. */
static ABI_UNUSED void go(const char *what, long request, pid_t pid, int signo)
{
    MUST(trace(request, pid, 0, (unsigned long)signo));
    show_wait(what, pid);
}

/* As raise(3), but no more than the one call. */
static ABI_UNUSED void send_self(int signo)
{
    syscall(SYS_tgkill, getpid(), gettid(), signo);
}

/* A child that is traced and stops by SIGSTOP before it runs the block. */
#define TRACEE(...)                                       \
    ({                                                    \
        pid_t tracee_ = (pid_t)MUST(fork());              \
        if (tracee_ == 0) {                               \
            MUST(trace(PTRACE_TRACEME, 0, 0, 0));         \
            send_self(SIGSTOP);                           \
            __VA_ARGS__;                                  \
            _exit(0);                                     \
        }                                                 \
        if (wait_for(tracee_) != ((SIGSTOP << 8) | 0x7f)) \
            say("the tracee did not stop");               \
        tracee_;                                          \
    })

static ABI_UNUSED void finish(pid_t pid)
{
    MUST(kill(pid, SIGKILL));
    show_wait("the end", pid);
}

static ABI_UNUSED void show_call(pid_t pid)
{
    struct __ptrace_syscall_info info;
    long size;

    memset(&info, 0xee, sizeof(info));
    size = trace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), (unsigned long)&info);
    if (size >= 0 && info.op == PTRACE_SYSCALL_INFO_ENTRY)
        say("entry %ld: %lu(%ld, %ld) arch %x", size, (unsigned long)info.entry.nr,
            (long)info.entry.args[0], (long)info.entry.args[1], info.arch);
    else if (size >= 0 && info.op == PTRACE_SYSCALL_INFO_EXIT)
        say("exit %ld: %ld, %d", size, (long)info.exit.rval, info.exit.is_error);
    else
        say("%ld: op %d", size, info.op);
}

#endif
