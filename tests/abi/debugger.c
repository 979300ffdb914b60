/*
 * A debugger in little, from ptrace(2) alone: it sets a breakpoint, steps over it, changes a
 * register, lets the program go on, and watches what its child executes.
 */
#include "tests/abi/tracer.h"

#include <sys/user.h>

#define BREAKPOINT 0xcc /* INT3 */

static __attribute__((noinline)) int square(int number)
{
    __asm__ volatile("" : "+r"(number));
    return number * number;
}

static struct user_regs_struct registers(pid_t pid)
{
    struct user_regs_struct regs;

    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    return regs;
}

/* Puts INT3 at `place`; returns what stood there. */
static long breakpoint_set(pid_t pid, unsigned long place)
{
    long code;

    MUST(trace(PTRACE_PEEKTEXT, pid, place, (unsigned long)&code));
    MUST(trace(PTRACE_POKETEXT, pid, place, ((unsigned long)code & ~0xfful) | BREAKPOINT));
    return code;
}

/* The program stands behind the breakpoint at `place`: it shall be as if none had been there. */
static void breakpoint_leave(pid_t pid, unsigned long place, long code)
{
    struct user_regs_struct regs = registers(pid);

    HOLDS(regs.rip == place + 1);
    regs.rip = place;
    MUST(trace(PTRACE_SETREGS, pid, 0, (unsigned long)&regs));
    MUST(trace(PTRACE_POKETEXT, pid, place, (unsigned long)code));
}

CASE(breakpoint_step_change_go_on)
{
    unsigned long place = (unsigned long)square;
    pid_t pid = TRACEE(_exit(square(3)));
    long code = breakpoint_set(pid, place);

    go("at square", PTRACE_CONT, pid, 0);
    breakpoint_leave(pid, place, code);

    struct user_regs_struct regs = registers(pid);

    say("square(%d)", (int)regs.rdi);
    regs.rdi = 7;
    MUST(trace(PTRACE_SETREGS, pid, 0, (unsigned long)&regs));
    go("a step", PTRACE_SINGLESTEP, pid, 0);
    regs = registers(pid);
    HOLDS(regs.rip > place && regs.rip <= place + 15);
    say("square(%d)", (int)regs.rdi);
    go("goes on", PTRACE_CONT, pid, 0);
}

CASE(each_call_of_three)
{
    unsigned long place = (unsigned long)square;
    pid_t pid = TRACEE(_exit(square(1) + square(2) + square(3)));
    long code = breakpoint_set(pid, place);

    for (int i = 0; i < 3; i++) {
        go("at square", PTRACE_CONT, pid, 0);
        breakpoint_leave(pid, place, code);
        say("square(%d)", (int)registers(pid).rdi);
        go("a step", PTRACE_SINGLESTEP, pid, 0);
        breakpoint_set(pid, place);
    }
    go("goes on", PTRACE_CONT, pid, 0);
}

HELPER(exits_42)
{
    return 42;
}

/* The parent: starts the program as its child, and ends as that did. */
static void run_child(void)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        execl(abi_program, "exits_42", NULL);
        _exit(97);
    }
    MUST(waitpid(child, &status, 0));
    _exit(WEXITSTATUS(status));
}

CASE(a_child_executes)
{
    unsigned long child;
    pid_t pid = TRACEE(run_child());

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC));
    go("parent", PTRACE_CONT, pid, 0);
    MUST(trace(PTRACE_GETEVENTMSG, pid, 0, (unsigned long)&child));
    show_wait("child begins", (pid_t)child);
    MUST(trace(PTRACE_CONT, pid, 0, 0));
    go("child executes", PTRACE_CONT, (pid_t)child, 0);
    HOLDS(registers((pid_t)child).orig_rax == SYS_execve);
    go("child ends", PTRACE_CONT, (pid_t)child, 0);
    show_wait("parent is told", pid);
    go("parent ends", PTRACE_CONT, pid, SIGCHLD);
}
