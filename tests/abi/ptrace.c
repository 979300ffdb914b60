/*
 * ptrace(2): what can be seen and changed of a tracee, and its stops at signals and system calls.
 * Who traces whom, and what events there are: tracing.c.
 */
#include "tests/abi/tracer.h"

#include <elf.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/user.h>

#define PAGE 4096

static volatile int word = 11;
static volatile int hits;

/* Where the breakpoints are. */
static void (*volatile reached)(int) = only_interrupt;

static void count_hit(int signo)
{
    (void)signo;
    hits++;
}

CASE(traceme_and_cont)
{
    pid_t pid = TRACEE(_exit(7));

    go("cont", PTRACE_CONT, pid, 0);
    SHOW(trace(PTRACE_CONT, pid, 0, 0));
}

CASE(traceme_twice)
{
    pid_t pid = SPAWN(SHOW(trace(PTRACE_TRACEME, 0, 0, 0)); SHOW(trace(PTRACE_TRACEME, 0, 0, 0)));

    show_end("child", pid);
}

CASE(errors)
{
    pid_t pid = SPAWN(pause()), stranger = getppid();

    SHOW(trace(PTRACE_CONT, pid, 0, 0));
    SHOW(trace(PTRACE_PEEKDATA, pid, 0, 0));
    SHOW(trace(PTRACE_CONT, 999999, 0, 0));
    SHOW(trace(PTRACE_CONT, stranger, 0, 0));
    SHOW(trace(PTRACE_ATTACH, 999999, 0, 0));
    SHOW(trace(PTRACE_ATTACH, getpid(), 0, 0));
    SHOW(trace(12345, pid, 0, 0));
    SHOW(trace(-1, pid, 0, 0));
    SHOW(trace(PTRACE_SEIZE, pid, 1, 0));
    SHOW(trace(PTRACE_SEIZE, pid, 0, 0x10000));
    SHOW(trace(PTRACE_INTERRUPT, pid, 0, 0));
    MUST(kill(pid, SIGKILL));
    show_end("child", pid);
}

CASE(a_running_tracee_refuses)
{
    pid_t pid = TRACEE(for (;;) pause());

    MUST(trace(PTRACE_CONT, pid, 0, 0));
    SHOW(trace(PTRACE_CONT, pid, 0, 0));
    SHOW(trace(PTRACE_PEEKDATA, pid, (unsigned long)&word, (unsigned long)&word));
    SHOW(trace(PTRACE_DETACH, pid, 0, 0));
    SHOW(trace(PTRACE_ATTACH, pid, 0, 0));
    finish(pid);
}

CASE(cont_with_bad_signal)
{
    pid_t pid = TRACEE(_exit(0));

    SHOW(trace(PTRACE_CONT, pid, 0, 65));
    SHOW(trace(PTRACE_CONT, pid, 0, (unsigned long)-1));
    SHOW(trace(PTRACE_SYSCALL, pid, 0, 1000));
    SHOW(trace(PTRACE_DETACH, pid, 0, 65));
    finish(pid);
}

CASE(peek_and_poke)
{
    pid_t pid = TRACEE(_exit(word));
    long value = 0;

    SHOW(trace(PTRACE_PEEKDATA, pid, (unsigned long)&word, (unsigned long)&value));
    VALUE((int)value);
    SHOW(trace(PTRACE_POKEDATA, pid, (unsigned long)&word, 42));
    VALUE(word);
    SHOW(trace(PTRACE_PEEKDATA, pid, 0, (unsigned long)&value));
    SHOW(trace(PTRACE_POKEDATA, pid, 0, 1));
    SHOW(trace(PTRACE_PEEKDATA, pid, -8UL, (unsigned long)&value));
    SHOW(trace(PTRACE_PEEKDATA, pid, 0x7fffffffffff, (unsigned long)&value));
    SHOW(trace(PTRACE_PEEKDATA, pid, (unsigned long)&word, 0));
    go("cont", PTRACE_CONT, pid, 0);
}

/* Text is read-only, and shared with us: the tracee gets a copy. */
CASE(poke_text)
{
    pid_t pid = TRACEE(reached(0); _exit(3));
    unsigned long at = (unsigned long)reached, old = 0, now = 0;

    MUST(trace(PTRACE_PEEKTEXT, pid, at, (unsigned long)&old));
    HOLDS(memcmp(&old, (const void *)at, sizeof(old)) == 0);
    SHOW(trace(PTRACE_POKETEXT, pid, at, (old & ~0xfful) | 0xcc));
    MUST(trace(PTRACE_PEEKTEXT, pid, at, (unsigned long)&now));
    HOLDS(now == ((old & ~0xfful) | 0xcc));
    HOLDS(memcmp(&old, (const void *)at, sizeof(old)) == 0);
    go("breakpoint", PTRACE_CONT, pid, 0);
    SHOW(trace(PTRACE_POKETEXT, pid, at, old));
    go("dies of it", PTRACE_CONT, pid, SIGTRAP);
}

CASE(memory_without_rights)
{
    char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *shared = mmap(NULL, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    long value = 0;
    pid_t pid;

    p[0] = 1;
    MUST(mprotect(p, PAGE, PROT_NONE));
    MUST(munmap(p + PAGE, PAGE));
    pid = TRACEE(_exit(0));
    SHOW(trace(PTRACE_PEEKDATA, pid, (unsigned long)p, (unsigned long)&value));
    VALUE(value);
    SHOW(trace(PTRACE_POKEDATA, pid, (unsigned long)p, 2));
    SHOW(trace(PTRACE_PEEKDATA, pid, (unsigned long)p, (unsigned long)&value));
    VALUE(value);
    SHOW(trace(PTRACE_PEEKDATA, pid, (unsigned long)p + PAGE - 4, (unsigned long)&value));
    SHOW(trace(PTRACE_POKEDATA, pid, (unsigned long)shared, 2));
    finish(pid);
}

/* A breakpoint as a debugger makes it: put in, hit, taken out, stepped over. */
CASE(registers)
{
    pid_t pid = TRACEE(reached(5); _exit(0));
    unsigned long at = (unsigned long)reached, old = 0;
    struct user_regs_struct regs;

    MUST(trace(PTRACE_PEEKTEXT, pid, at, (unsigned long)&old));
    MUST(trace(PTRACE_POKETEXT, pid, at, (old & ~0xfful) | 0xcc));
    go("breakpoint", PTRACE_CONT, pid, 0);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    HOLDS(regs.rip == at + 1);
    HOLDS((int)regs.rdi == 5);
    HOLDS(regs.orig_rax == -1UL);
    VALUE(regs.cs);
    VALUE(regs.ss);
    VALUE(regs.ds | regs.es | regs.fs | regs.gs);
    HOLDS(regs.fs_base != 0);
    VALUE(regs.gs_base);
    HOLDS((regs.eflags & 0x202) == 0x202);
    MUST(trace(PTRACE_POKETEXT, pid, at, old));
    regs.rip = at;
    SHOW(trace(PTRACE_SETREGS, pid, 0, (unsigned long)&regs));
    go("step", PTRACE_SINGLESTEP, pid, 0);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    HOLDS(regs.rip != at);
    VALUE(regs.eflags & 0x100);
    go("cont", PTRACE_CONT, pid, 0);
}

static void set_one(pid_t pid, const char *what, size_t offset, unsigned long value)
{
    struct user_regs_struct before, after;
    long result;

    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&before));
    errno = 0;
    result = trace(PTRACE_POKEUSER, pid, offset, value);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&after));
    say("%s = %#lx: %ld %s, %s", what, value, result, errno_name(errno),
        memcmp(&before, &after, sizeof(before)) == 0           ? "nothing changed"
        : *(unsigned long *)((char *)&after + offset) == value ? "taken"
                                                               : "taken in part");
    MUST(trace(PTRACE_SETREGS, pid, 0, (unsigned long)&before));
}

#define SET_ONE(pid, field, value) \
    set_one(pid, #field, offsetof(struct user_regs_struct, field), value)

CASE(registers_that_are_no_good)
{
    pid_t pid = TRACEE(_exit(0));

    SET_ONE(pid, cs, 0);
    SET_ONE(pid, cs, 0x10);
    SET_ONE(pid, ss, 0);
    SET_ONE(pid, ss, 0x18);
    SET_ONE(pid, ds, 1);
    SET_ONE(pid, ds, 0x2b);
    SET_ONE(pid, gs, 8);
    SET_ONE(pid, fs_base, 0x800000000000);
    SET_ONE(pid, fs_base, -1UL);
    SET_ONE(pid, gs_base, 0x1000);
    SET_ONE(pid, gs_base, 0xffff888000000000);
    SET_ONE(pid, eflags, 0x3000);
    SET_ONE(pid, eflags, 0);
    SET_ONE(pid, rip, 0x8000000000000000);
    SET_ONE(pid, rsp, 0x8000000000000000);
    SET_ONE(pid, rax, 1);
    finish(pid);
}

/* What IRET would fault on in ring 0. */
CASE(to_where_nothing_is)
{
    struct user_regs_struct regs;
    siginfo_t info;
    pid_t pid = TRACEE(_exit(0));

    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    regs.rip = 0xffff800000000000;
    MUST(trace(PTRACE_SETREGS, pid, 0, (unsigned long)&regs));
    go("kernel's", PTRACE_CONT, pid, 0);
    MUST(trace(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info));
    say("%s", signal_name(info.si_signo));
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    regs.rip = 0x0123456789abcdef;
    MUST(trace(PTRACE_SETREGS, pid, 0, (unsigned long)&regs));
    go("not canonical", PTRACE_CONT, pid, 0);
    go("and dies", PTRACE_CONT, pid, SIGSEGV);
}

CASE(user_area)
{
    pid_t pid = TRACEE(_exit(0));
    unsigned long value = 0;

    SHOW(trace(PTRACE_PEEKUSER, pid, 8 * 17, (unsigned long)&value));
    VALUE(value);
    SHOW(trace(PTRACE_PEEKUSER, pid, 1, (unsigned long)&value));
    SHOW(trace(PTRACE_PEEKUSER, pid, sizeof(struct user), (unsigned long)&value));
    SHOW(trace(PTRACE_PEEKUSER, pid, -8UL, (unsigned long)&value));
    SHOW(trace(PTRACE_PEEKUSER, pid, offsetof(struct user, u_tsize), (unsigned long)&value));
    VALUE(value);
    SHOW(trace(PTRACE_PEEKUSER, pid, offsetof(struct user, u_debugreg), (unsigned long)&value));
    VALUE(value);
    SHOW(trace(PTRACE_POKEUSER, pid, 1, 0));
    SHOW(trace(PTRACE_POKEUSER, pid, sizeof(struct user), 0));
    SHOW(trace(PTRACE_POKEUSER, pid, offsetof(struct user, u_tsize), 0));
    finish(pid);
}

CASE(register_sets)
{
    struct user_regs_struct regs, again;
    struct user_fpregs_struct fpregs, fpagain;
    unsigned char extended[8192];
    struct iovec iov = {&regs, sizeof(regs)};
    double sum = 0;
    pid_t pid = TRACEE(for (int i = 0; i < 3; i++) sum += i; _exit((int)sum));

    SHOW(trace(PTRACE_GETREGSET, pid, NT_PRSTATUS, (unsigned long)&iov));
    VALUE(iov.iov_len);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&again));
    HOLDS(memcmp(&regs, &again, sizeof(regs)) == 0);
    iov.iov_len = 3;
    SHOW(trace(PTRACE_GETREGSET, pid, NT_PRSTATUS, (unsigned long)&iov));
    iov.iov_len = 16;
    SHOW(trace(PTRACE_GETREGSET, pid, NT_PRSTATUS, (unsigned long)&iov));
    VALUE(iov.iov_len);
    iov.iov_len = 100000;
    SHOW(trace(PTRACE_SETREGSET, pid, NT_PRSTATUS, (unsigned long)&iov));
    VALUE(iov.iov_len);
    SHOW(trace(PTRACE_GETREGSET, pid, 77, (unsigned long)&iov));
    SHOW(trace(PTRACE_GETREGSET, pid, NT_PRSTATUS, 8));
    SHOW(trace(PTRACE_GETFPREGS, pid, 0, (unsigned long)&fpregs));
    iov = (struct iovec){&fpagain, sizeof(fpagain)};
    SHOW(trace(PTRACE_GETREGSET, pid, NT_PRFPREG, (unsigned long)&iov));
    VALUE(iov.iov_len);
    HOLDS(memcmp(&fpregs, &fpagain, sizeof(fpregs)) == 0);
    say("%#x %#x", fpregs.cwd, fpregs.mxcsr);
    fpregs.mxcsr = 0xffffffff;
    SHOW(trace(PTRACE_SETFPREGS, pid, 0, (unsigned long)&fpregs));
    fpregs.mxcsr = 0x1f80;
    fpregs.cwd = 0x27f;
    SHOW(trace(PTRACE_SETFPREGS, pid, 0, (unsigned long)&fpregs));
    MUST(trace(PTRACE_GETFPREGS, pid, 0, (unsigned long)&fpagain));
    say("%#x", fpagain.cwd);
    iov = (struct iovec){extended, sizeof(extended)};
    SHOW(trace(PTRACE_GETREGSET, pid, NT_X86_XSTATE, (unsigned long)&iov));
    HOLDS(iov.iov_len >= 576);
    HOLDS(memcmp(extended, &fpagain, 416) == 0);
    SHOW(trace(PTRACE_SETREGSET, pid, NT_X86_XSTATE, (unsigned long)&iov));
    iov.iov_len = 576 - 8;
    SHOW(trace(PTRACE_SETREGSET, pid, NT_X86_XSTATE, (unsigned long)&iov));
    go("cont", PTRACE_CONT, pid, 0);
}

CASE(floating_point_is_set)
{
    static volatile double value;
    struct user_fpregs_struct fpregs;
    pid_t pid = TRACEE(__asm__ volatile("mov $39, %%eax; syscall; int3; movsd %%xmm0, %0"
                                        : "=m"(value)
                                        :
                                        : "rax", "rcx", "r11", "memory");
                       _exit((int)value));
    double wanted = 23;

    go("int3", PTRACE_CONT, pid, 0);
    MUST(trace(PTRACE_GETFPREGS, pid, 0, (unsigned long)&fpregs));
    memcpy(fpregs.xmm_space, &wanted, sizeof(wanted));
    MUST(trace(PTRACE_SETFPREGS, pid, 0, (unsigned long)&fpregs));
    go("cont", PTRACE_CONT, pid, 0);
}

CASE(system_calls)
{
    struct user_regs_struct regs;
    pid_t pid =
        TRACEE(syscall(SYS_dup2, 100, 101); syscall(SYS_getppid); syscall(9999, 1, 2); _exit(4));
    char small[8];

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
    show_call(pid);
    go("dup2", PTRACE_SYSCALL, pid, 0);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    say("rax %ld orig_rax %ld rdi %ld rsi %ld", (long)regs.rax, (long)regs.orig_rax, (long)regs.rdi,
        (long)regs.rsi);
    show_call(pid);
    SHOW(trace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(small), (unsigned long)small));
    SHOW(trace(PTRACE_GET_SYSCALL_INFO, pid, 100, 8));
    go("done", PTRACE_SYSCALL, pid, 0);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    say("rax %ld orig_rax %ld", (long)regs.rax, (long)regs.orig_rax);
    show_call(pid);
    go("getppid", PTRACE_SYSCALL, pid, 0);
    go("done", PTRACE_SYSCALL, pid, 0);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    HOLDS((pid_t)regs.rax == getpid());
    go("9999", PTRACE_SYSCALL, pid, 0);
    show_call(pid);
    go("done", PTRACE_SYSCALL, pid, 0);
    show_call(pid);
    go("exit", PTRACE_SYSCALL, pid, 0);
    show_call(pid);
    go("end", PTRACE_SYSCALL, pid, 0);
}

CASE(without_sysgood)
{
    pid_t pid = TRACEE(syscall(SYS_getppid); _exit(4));
    siginfo_t info;

    go("enter", PTRACE_SYSCALL, pid, 0);
    MUST(trace(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info));
    say("%d %d", info.si_signo, info.si_code);
    HOLDS(info.si_pid == pid);
    show_call(pid);
    go("leave", PTRACE_SYSCALL, pid, 0);
    finish(pid);
}

/* The tracer changes the call, its arguments and what it gives. */
CASE(system_calls_are_changed)
{
    struct user_regs_struct regs;
    pid_t pid = TRACEE(say("%ld", syscall(SYS_getppid)); say("%ld", syscall(SYS_getppid));
                       say("%ld", syscall(SYS_getppid)); _exit(4));

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
    go("enter", PTRACE_SYSCALL, pid, 0);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    regs.orig_rax = SYS_umask;
    regs.rdi = 0777;
    MUST(trace(PTRACE_SETREGS, pid, 0, (unsigned long)&regs));
    go("leave", PTRACE_SYSCALL, pid, 0);
    go("write", PTRACE_SYSCALL, pid, 0);
    go("written", PTRACE_SYSCALL, pid, 0);
    go("enter", PTRACE_SYSCALL, pid, 0);
    go("leave", PTRACE_SYSCALL, pid, 0);
    MUST(trace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), 1234));
    go("write", PTRACE_SYSCALL, pid, 0);
    go("written", PTRACE_SYSCALL, pid, 0);
    go("enter", PTRACE_SYSCALL, pid, 0);
    MUST(trace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), -1UL));
    go("leave", PTRACE_SYSCALL, pid, 0);
    show_call(pid);
    go("cont", PTRACE_CONT, pid, 0);
}

CASE(a_call_is_skipped)
{
    struct user_regs_struct regs;
    pid_t pid = TRACEE(say("%ld", syscall(SYS_getppid)); _exit(4));

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
    go("enter", PTRACE_SYSEMU, pid, 0);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    say("rax %ld", (long)regs.rax);
    MUST(trace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), 55));
    go("cont", PTRACE_CONT, pid, 0);
}

CASE(int_0x80)
{
    struct __ptrace_syscall_info info;
    pid_t pid = TRACEE(long result; __asm__ volatile("int $0x80"
                                                     : "=a"(result)
                                                     : "a"(20));
                       _exit(result == getpid()));

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
    go("enter", PTRACE_SYSCALL, pid, 0);
    MUST(trace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), (unsigned long)&info));
    say("%lu, arch %x", (unsigned long)info.entry.nr, info.arch);
    go("leave", PTRACE_SYSCALL, pid, 0);
    go("cont", PTRACE_CONT, pid, 0);
}

/* A step over SYSCALL ends right behind it. */
CASE(step_over_a_call)
{
    struct user_regs_struct before, regs;
    siginfo_t info;
    pid_t pid = TRACEE(__asm__ volatile("int3; mov $39, %%eax; syscall; mov $1, %%eax" ::
                                            : "rax", "rcx", "r11", "memory");
                       _exit(0));

    go("int3", PTRACE_CONT, pid, 0);
    MUST(trace(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info));
    say("code %d", info.si_code);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&before));
    go("mov", PTRACE_SINGLESTEP, pid, 0);
    MUST(trace(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info));
    say("code %d", info.si_code);
    HOLDS(info.si_addr != NULL);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    VALUE(regs.rip - before.rip);
    go("syscall", PTRACE_SINGLESTEP, pid, 0);
    MUST(trace(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info));
    say("code %d", info.si_code);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    VALUE(regs.rip - before.rip);
    HOLDS((pid_t)regs.rax == pid);
    VALUE(regs.eflags & 0x100);
    VALUE(regs.r11 & 0x100);
    go("mov", PTRACE_SINGLESTEP, pid, 0);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    VALUE(regs.rip - before.rip);
    VALUE(regs.rax);
    go("cont", PTRACE_CONT, pid, 0);
}

/* The flag is the tracer's: the program never sees it. */
CASE(steps_are_hidden)
{
    unsigned long flags = 0;
    pid_t pid = TRACEE(__asm__ volatile("int3; nop; pushf; pop %0"
                                        : "=r"(flags));
                       _exit(flags >> 8 & 1));

    go("int3", PTRACE_CONT, pid, 0);
    go("nop", PTRACE_SINGLESTEP, pid, 0);
    go("cont", PTRACE_CONT, pid, 0);
}

CASE(step_into_a_handler)
{
    struct user_regs_struct regs;
    pid_t pid = TRACEE(signal(SIGUSR1, count_hit); send_self(SIGUSR1); _exit(hits));

    go("signal", PTRACE_CONT, pid, 0);
    go("step", PTRACE_SINGLESTEP, pid, SIGUSR1);
    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    HOLDS(regs.rip == (unsigned long)count_hit);
    HOLDS((int)regs.rdi == SIGUSR1);
    go("step", PTRACE_SINGLESTEP, pid, 0);
    go("cont", PTRACE_CONT, pid, 0);
}

CASE(signals_are_seen_first)
{
    siginfo_t info;
    pid_t pid = TRACEE(signal(SIGUSR1, count_hit); signal(SIGUSR2, SIG_IGN); send_self(SIGUSR1);
                       send_self(SIGUSR2); send_self(SIGCHLD); send_self(SIGTERM); _exit(hits));

    go("handled", PTRACE_CONT, pid, 0);
    SHOW(trace(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info));
    say("%s, code %d", signal_name(info.si_signo), info.si_code);
    HOLDS(info.si_pid == pid);
    go("ignored", PTRACE_CONT, pid, SIGUSR1);
    go("ignored by default", PTRACE_CONT, pid, SIGUSR2);
    go("fatal", PTRACE_CONT, pid, SIGCHLD);
    go("held back", PTRACE_CONT, pid, 0);
}

CASE(signals_are_changed)
{
    siginfo_t info;
    pid_t pid =
        TRACEE(signal(SIGUSR1, count_hit); send_self(SIGTERM); send_self(SIGUSR2); _exit(hits));

    go("TERM", PTRACE_CONT, pid, 0);
    go("becomes USR1", PTRACE_CONT, pid, SIGUSR1);
    MUST(trace(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info));
    info.si_code = SI_QUEUE;
    info.si_signo = SIGUSR1;
    SHOW(trace(PTRACE_SETSIGINFO, pid, 0, (unsigned long)&info));
    SHOW(trace(PTRACE_SETSIGINFO, pid, 0, 8));
    SHOW(trace(PTRACE_GETSIGINFO, pid, 0, 8));
    go("becomes USR1", PTRACE_CONT, pid, SIGUSR1);
}

/* Given at a stop of a system call, it is sent as if anew. */
CASE(signals_at_a_call)
{
    pid_t pid = TRACEE(signal(SIGUSR1, count_hit); syscall(SYS_getppid); _exit(hits));

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
    go("sigaction", PTRACE_SYSCALL, pid, 0);
    go("done", PTRACE_SYSCALL, pid, 0);
    go("getppid", PTRACE_SYSCALL, pid, 0);
    go("done", PTRACE_SYSCALL, pid, SIGUSR1);
    go("the signal", PTRACE_CONT, pid, 0);
    go("end", PTRACE_CONT, pid, SIGUSR1);
}

CASE(sigkill_is_not_seen)
{
    pid_t pid = TRACEE(send_self(SIGKILL));

    go("cont", PTRACE_CONT, pid, 0);
    pid = TRACEE(_exit(0));
    SHOW(kill(pid, SIGKILL));
    show_wait("in a stop", pid);
    pid = TRACEE(_exit(0));
    SHOW(trace(PTRACE_KILL, pid, 0, 0));
    show_wait("by the tracer", pid);
}

CASE(group_stop)
{
    siginfo_t info;
    pid_t pid = TRACEE(send_self(SIGTSTP); _exit(5));

    go("signal", PTRACE_CONT, pid, 0);
    go("the stop itself", PTRACE_CONT, pid, SIGSTOP);
    SHOW(trace(PTRACE_GETSIGINFO, pid, 0, (unsigned long)&info));
    go("goes on all the same", PTRACE_CONT, pid, 0);
}
