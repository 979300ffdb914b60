/*
 * Waiting for the next stop of any tracee, showing what it is, and letting it go on. ptrace(2),
 * "Stopped states".
 */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/abi/signal.h"
#include "user/strace/strace.h"

#define ANY_THREAD 0x40000000 /* __WALL */
#define CALL_STOP (SIGTRAP | 0x80)

int interrupted;
static int exit_status;

static void tracee_resume(const struct tracee *tracee, int request, int signal)
{
    /* It fails only if the tracee was killed in its stop: its end is what comes next. */
    syscall(SYS_ptrace, (long)request, (long)tracee->pid, 0ul, (unsigned long)signal);
}

static void call_stop(struct tracee *tracee, long system_us)
{
    struct ptrace_syscall_info info = {0};

    if (syscall(SYS_ptrace, PTRACE_GET_SYSCALL_INFO, (long)tracee->pid, sizeof(info), &info) <= 0)
        return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        tracee->number = (long)info.entry.nr;
        memcpy(tracee->args, info.entry.args, sizeof(tracee->args));
        tracee->sp = info.sp;
        tracee->is_foreign = info.arch != AUDIT_ARCH_X86_64;
        tracee->system_us = system_us;
        /* Ours is shown from the program's own execve on. */
        if (tracee->number == SYS_execve)
            tracee->is_hidden = false;
        call_enter(tracee);
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && tracee->in_call) {
        call_leave(tracee, &info);
        if (options.count)
            count_call(tracee, system_us - tracee->system_us);
    }
}

static void signal_stop(struct tracee *tracee, int signal)
{
    struct siginfo info;
    bool is_known =
        syscall(SYS_ptrace, PTRACE_GETSIGINFO, (long)tracee->pid, 0ul, (unsigned long)&info) == 0;

    if (!is_known || tracee->is_hidden || !options.print || !filter_signal(signal))
        return;
    line_begin(tracee);
    print("--- ");
    print_signal(signal);
    print(" ");
    print_siginfo(&info);
    print(" ---");
    line_end();
}

/* The whole process stands still; it stays so until SIGCONT comes (PTRACE_LISTEN). */
static void group_stop(struct tracee *tracee, int signal)
{
    if (!options.print || !filter_signal(signal))
        return;
    line_begin(tracee);
    print("--- stopped by ");
    print_signal(signal);
    print(" ---");
    line_end();
}

/* A thread that ran execve has the process's pid from now on; the others are gone. */
static struct tracee *exec_event(struct tracee *tracee, pid_t pid)
{
    unsigned long former;

    if (syscall(SYS_ptrace, PTRACE_GETEVENTMSG, (long)pid, 0ul, (unsigned long)&former) < 0 ||
        (pid_t)former == pid)
        return tracee;

    struct tracee *caller = tracee_find((pid_t)former);

    if (!caller)
        return tracee;
    if (options.print) {
        line_begin(tracee);
        print("+++ superseded by execve in pid %d +++", (pid_t)former);
        line_end();
    }
    caller->is_ours = tracee->is_ours;
    tracee_remove(tracee);
    caller->pid = pid;
    return caller;
}

/* A stop that is told by its event. Returns how to go on. */
static int event_stop(struct tracee *tracee, int event, int signal)
{
    switch (event) {
    case PTRACE_EVENT_EXEC:
        exec_event(tracee, tracee->pid);
        break;
    case PTRACE_EVENT_EXIT:
        call_interrupted(tracee);
        break;
    case PTRACE_EVENT_STOP:
        if (signal == SIGTRAP)
            break;
        group_stop(tracee, signal);
        return PTRACE_LISTEN;
    default:
        break; /* a child: its own first stop makes it known */
    }
    return PTRACE_SYSCALL;
}

static void end_print(struct tracee *tracee, int status)
{
    call_interrupted(tracee);
    if (!options.print || tracee->is_hidden || (WIFEXITED(status) && options.quiet > 1))
        return;
    if (WIFSIGNALED(status) && !filter_signal(WTERMSIG(status)))
        return;
    line_begin(tracee);
    if (WIFEXITED(status)) {
        print("+++ exited with %d +++", WEXITSTATUS(status));
    } else {
        print("+++ killed by ");
        print_signal(WTERMSIG(status));
        print("%s +++", WCOREDUMP(status) ? " (core dumped)" : "");
    }
    line_end();
}

static void tracee_ended(struct tracee *tracee, int status)
{
    end_print(tracee, status);
    if (tracee->is_ours)
        exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0x100 | WTERMSIG(status);
    tracee_remove(tracee);
}

static struct tracee *child_add(pid_t pid)
{
    if (!options.file && !options.quiet)
        notice("Process %d attached", pid);
    return tracee_add(pid);
}

static void tracee_stopped(struct tracee *tracee, int status, long system_us)
{
    int event = status >> 16, signal = WSTOPSIG(status);
    int request = PTRACE_SYSCALL, deliver = 0;
    pid_t pid = tracee->pid;

    if (event) {
        request = event_stop(tracee, event, signal);
        tracee = tracee_find(pid);
    } else if (signal == CALL_STOP) {
        call_stop(tracee, system_us);
    } else {
        signal_stop(tracee, signal);
        deliver = signal;
    }
    tracee_resume(tracee, request, deliver);
}

/* The next that happened; 0: none, or we are to end. Both are signals, and none can be missed. */
static pid_t next_wait(int *status, struct rusage *usage)
{
    sigset_t awaited;
    pid_t pid;

    deadly_signals(&awaited);
    sigaddset(&awaited, SIGCHLD);
    while ((pid = wait4(-1, status, ANY_THREAD | WNOHANG, usage)) == 0) {
        int signal = sigwaitinfo(&awaited, NULL);

        if (signal > 0 && signal != SIGCHLD) {
            interrupted = signal;
            return 0;
        }
    }
    return pid > 0 ? pid : 0;
}

/* Until no tracee is left, or a signal tells us to end. Returns what our own child ended with. */
int loop_run(void)
{
    struct rusage usage = {0};
    int status;
    pid_t pid;

    while (tracees && (pid = next_wait(&status, &usage)) > 0) {
        struct tracee *tracee = tracee_find(pid);

        if (!tracee && !WIFSTOPPED(status))
            continue;
        if (!tracee)
            tracee = child_add(pid);
        if (WIFSTOPPED(status))
            tracee_stopped(tracee, status,
                           usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec);
        else
            tracee_ended(tracee, status);
    }
    return exit_status;
}
