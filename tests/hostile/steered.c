/*
 * Registers that a tracer sets, ptrace(2): what would hurt the kernel on the tracee's way back to
 * user mode, by IRET and by SYSRET, and at its next entry. Each goes to a tracee of its own, in a
 * stop at a breakpoint, at the beginning of a system call and at its end.
 */
#include "tests/abi/tracer.h"

#include <elf.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/user.h>

#define PAGE 4096
#define REGISTER(name) offsetof(struct user_regs_struct, name)
#define DEBUG_REGISTER(n) (offsetof(struct user, u_debugreg) + 8 * (n))

static const char *const places[] = {"breakpoint", "call begins", "call has ended"};

/* Uses no stack where it has been given another, and shows its flags in RDX where it has. */
static void run_past_the_stops(void)
{
    __asm__ volatile("int3; mov %0, %%eax; syscall; int3; pushfq; popq %%rdx; int3"
                     :
                     : "i"(SYS_getppid)
                     : "rax", "rcx", "rdx", "r11", "memory");
    _exit(0);
}

static pid_t stop_at(size_t place)
{
    pid_t pid = TRACEE(run_past_the_stops());

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
    MUST(trace(PTRACE_CONT, pid, 0, 0));
    MUST(wait_for(pid));
    for (size_t i = 0; i < place; i++) {
        MUST(trace(PTRACE_SYSCALL, pid, 0, 0));
        MUST(wait_for(pid));
    }
    return pid;
}

static void end(pid_t pid)
{
    MUST(kill(pid, SIGKILL));
    while (!WIFSIGNALED(wait_for(pid)))
        continue;
}

static struct user_regs_struct registers(pid_t pid)
{
    struct user_regs_struct regs;

    MUST(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    return regs;
}

/* Where user code can not be, or never was. */
static const unsigned long addresses[] = {
    0,
    0x7ffffffff000,
    0x7fffffffffff,
    0x800000000000,
    0x8000000000000000,
    0xffff7fffffffffff,
    0xffff800000000000,
    0xffff888000000000,
    0xffffffff80000000,
    0xffffffffffffffff,
};

/* RCX and R11 say the same as the frame: what SYSRET would take. */
static void go_to(size_t place, unsigned long address)
{
    pid_t pid = stop_at(place);
    struct user_regs_struct regs = registers(pid);

    regs.rip = regs.rcx = address;
    regs.r11 = regs.eflags;
    MUST(trace(PTRACE_SETREGS, pid, 0, (unsigned long)&regs));
    MUST(trace(PTRACE_CONT, pid, 0, 0));
    say("%s, to %#lx: %s", places[place], address, signal_name(WSTOPSIG(wait_for(pid))));
    HOLDS(registers(pid).rip == address);
    end(pid);
}

CASE(instruction_pointers)
{
    for (size_t place = 0; place < ARRAY_SIZE(places); place++)
        for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
            go_to(place, addresses[i]);
}

static void stand_on(size_t place, unsigned long address)
{
    pid_t pid = stop_at(place);

    MUST(trace(PTRACE_POKEUSER, pid, REGISTER(rsp), address));
    MUST(trace(PTRACE_CONT, pid, 0, 0));
    say("%s, on %#lx: %s", places[place], address, signal_name(WSTOPSIG(wait_for(pid))));
    HOLDS(registers(pid).rsp == address);
    end(pid);
}

CASE(stack_pointers)
{
    for (size_t place = 0; place < ARRAY_SIZE(places); place++)
        for (size_t i = 0; i < ARRAY_SIZE(addresses); i++)
            stand_on(place, addresses[i]);
}

/* A signal's frame has to go there, and can't. */
CASE(stack_pointers_at_a_signal)
{
    for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
        pid_t pid = TRACEE(signal(SIGUSR1, only_interrupt); send_self(SIGUSR1));

        MUST(trace(PTRACE_CONT, pid, 0, 0));
        MUST(wait_for(pid));
        MUST(trace(PTRACE_POKEUSER, pid, REGISTER(rsp), addresses[i]));
        MUST(trace(PTRACE_CONT, pid, 0, SIGUSR1));
        say("on %#lx", addresses[i]);
        show_wait("signal", pid);
        end(pid);
    }
}

#define STATUS_FLAGS 0x8d5UL /* CF PF AF ZF SF OF: chance */

static void set_flags(size_t place, const char *name, unsigned long flags)
{
    pid_t pid = stop_at(place);
    struct user_regs_struct regs;

    MUST(trace(PTRACE_POKEUSER, pid, REGISTER(eflags), flags));
    regs = registers(pid);
    say("%s, %s: %#lx", places[place], name, (unsigned long)regs.eflags & ~STATUS_FLAGS);
    for (int i = 0; i < 2; i++) {
        MUST(trace(PTRACE_CONT, pid, 0, 0));
        say("%s", signal_name(WSTOPSIG(wait_for(pid))));
    }
    say("it sees %#lx", (unsigned long)registers(pid).rdx & ~STATUS_FLAGS);
    end(pid);
}

CASE(flags)
{
    for (size_t place = 0; place < ARRAY_SIZE(places); place++) {
        set_flags(place, "none", 0);
        set_flags(place, "DF", 0x400);
        set_flags(place, "IOPL", 0x3000);
        set_flags(place, "NT", 0x4000);
        set_flags(place, "RF", 0x10000);
        set_flags(place, "VM", 0x20000);
        set_flags(place, "VIF VIP", 0x180000);
        set_flags(place, "ID", 0x200000);
        set_flags(place, "high ones", 0xffffffff00000000);
        set_flags(place, "all but TF and AC", ~0x40100UL);
    }
}

static void set_register(pid_t pid, const char *name, size_t offset, unsigned long value)
{
    struct user_regs_struct regs = registers(pid), after;
    long by_one, by_all;

    by_one = trace(PTRACE_POKEUSER, pid, offset, value);
    *(unsigned long *)(void *)((char *)&regs + offset) = value;
    by_all = trace(PTRACE_SETREGS, pid, 0, (unsigned long)&regs);
    after = registers(pid);
    say("%s = %#lx: %ld %ld%s", name, value, by_one, by_all,
        memcmp(&regs, &after, sizeof(regs)) == 0 ? ", taken" : "");
}

/* It runs on with what was taken. */
static void go_on(pid_t pid)
{
    MUST(trace(PTRACE_CONT, pid, 0, 0));
    say("%s", signal_name(WSTOPSIG(wait_for(pid))));
    end(pid);
}

CASE(selectors)
{
    static const unsigned short bad[] = {1, 2, 8, 0x10, 0x18, 0x28, 0x2a, 0x30, 0x32, 0x40, 0xfffc};

    for (size_t place = 0; place < ARRAY_SIZE(places); place++) {
        pid_t pid = stop_at(place);

        say("%s", places[place]);
        set_register(pid, "cs", REGISTER(cs), 0);
        set_register(pid, "ss", REGISTER(ss), 0);
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
            set_register(pid, "cs", REGISTER(cs), bad[i]);
            set_register(pid, "ss", REGISTER(ss), bad[i]);
            set_register(pid, "ds", REGISTER(ds), bad[i]);
            set_register(pid, "es", REGISTER(es), bad[i]);
            set_register(pid, "fs", REGISTER(fs), bad[i]);
            set_register(pid, "gs", REGISTER(gs), bad[i]);
        }
        go_on(pid);
    }
}

CASE(bases)
{
    for (size_t place = 0; place < ARRAY_SIZE(places); place++) {
        pid_t pid = stop_at(place);

        say("%s", places[place]);
        for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
            set_register(pid, "fs_base", REGISTER(fs_base), addresses[i]);
            set_register(pid, "gs_base", REGISTER(gs_base), addresses[i]);
        }
        set_register(pid, "fs_base", REGISTER(fs_base), 0x7fffffffefff);
        set_register(pid, "gs_base", REGISTER(gs_base), 0x7fffffffefff);
        go_on(pid);
    }
}

/* The words before the bad one are taken. */
CASE(one_bad_of_many)
{
    pid_t pid = stop_at(0);
    struct user_regs_struct regs = registers(pid);

    regs.r15 = 15;
    regs.cs = 0x10;
    regs.rsp = 16;
    SHOW(trace(PTRACE_SETREGS, pid, 0, (unsigned long)&regs));
    regs = registers(pid);
    VALUE(regs.r15);
    VALUE(regs.cs);
    HOLDS(regs.rsp != 16);
    end(pid);
}

/* Breakpoints of the CPU's in the kernel. */
CASE(debug_registers)
{
    pid_t pid = stop_at(0);

    for (unsigned n = 0; n < 4; n++) {
        HOLDS(trace(PTRACE_POKEUSER, pid, DEBUG_REGISTER(n), 0xffffffff80000000) == -1);
        HOLDS(trace(PTRACE_POKEUSER, pid, DEBUG_REGISTER(n), 0x800000000000) == -1);
    }
    HOLDS(trace(PTRACE_POKEUSER, pid, DEBUG_REGISTER(4), 1) == -1);
    HOLDS(trace(PTRACE_POKEUSER, pid, DEBUG_REGISTER(5), 1) == -1);
    go_on(pid);
}

static void call(const char *what, unsigned long number)
{
    pid_t pid = stop_at(1);
    struct user_regs_struct regs;
    long result;

    MUST(trace(PTRACE_POKEUSER, pid, REGISTER(orig_rax), number));
    MUST(trace(PTRACE_SYSCALL, pid, 0, 0));
    MUST(wait_for(pid));
    regs = registers(pid);
    result = (long)regs.rax;
    say("%s: %s", what, result == getpid() ? "made" : errno_name((int)-result));
    end(pid);
}

CASE(numbers)
{
    call("getppid", SYS_getppid);
    call("-1", -1UL);
    call("-2", -2UL);
    call("of 32 bits", 0x100000000 | SYS_getppid);
    call("negative", 0x80000000 | SYS_getppid);
    call("sign extended", 0xffffffff80000000 | SYS_getppid);
    call("behind the table", 100000);
    call("far behind it", 0x7fffffff);
}

/* What XRSTOR and FXRSTOR fault on. Only where the CPU has XSAVE. */
static void set_state(const char *what, size_t offset, uint64_t value, size_t size)
{
    static unsigned char state[16384];
    struct iovec iov = {state, sizeof(state)};
    pid_t pid = stop_at(0);

    MUST(trace(PTRACE_GETREGSET, pid, NT_X86_XSTATE, (unsigned long)&iov));
    memcpy(state + offset, &value, size);
    errno = 0;
    trace(PTRACE_SETREGSET, pid, NT_X86_XSTATE, (unsigned long)&iov);
    say("%s: %s", what, errno_name(errno));
    go_on(pid);
}

CASE(floating_point_states)
{
    set_state("MXCSR", offsetof(struct user_fpregs_struct, mxcsr), 0xffffffff, 4);
    set_state("MXCSR, one bit", offsetof(struct user_fpregs_struct, mxcsr), 0x10000, 4);
    set_state("features", 512, -1UL, 8);
    set_state("one feature", 512, 1UL << 62, 8);
    set_state("compacted", 520, 1UL << 63, 8);
    set_state("reserved", 528, 1, 8);
    set_state("x87 control", 0, 0xffff, 2);
    set_state("x87 status", 2, 0xffff, 2);
}

/* Where they are taken from. */
CASE(pointers)
{
    char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const unsigned long bad[] = {
        0, 8, 0x800000000000, 0xffffffff80000000, -8UL, (unsigned long)pages + PAGE - 8};
    pid_t pid = stop_at(0);
    struct iovec iov;

    MUST(munmap(pages + PAGE, PAGE));
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        SHOW(trace(PTRACE_GETREGS, pid, 0, bad[i]));
        SHOW(trace(PTRACE_GETFPREGS, pid, 0, bad[i]));
        SHOW(trace(PTRACE_SETFPREGS, pid, 0, bad[i]));
        SHOW(trace(PTRACE_GETREGSET, pid, NT_PRSTATUS, bad[i]));
        iov = (struct iovec){(void *)bad[i], 64};
        SHOW(trace(PTRACE_GETREGSET, pid, NT_PRSTATUS, (unsigned long)&iov));
        SHOW(trace(PTRACE_SETREGSET, pid, NT_X86_XSTATE, (unsigned long)&iov));
    }
    go_on(pid);
}
