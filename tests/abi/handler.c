/*
 * Signal handlers: the stack they run on, the context they find and may change, what of the
 * interrupted program they leave alone. sigaltstack(2), sigreturn(2), getcontext(3).
 */
#include "tests/abi/handler.h"

#include <ucontext.h>

static char alternate[65536] __attribute__((aligned(16)));
static volatile int on_alternate;

static void note_stack(int signo)
{
    char here;

    on_signal(signo);
    on_alternate = &here >= alternate && &here < alternate + sizeof(alternate);
}

CASE(alternate_stack)
{
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof(alternate)}, old;

    SHOW(sigaltstack(NULL, &old));
    say("flags %d size %zu", old.ss_flags, old.ss_size);
    SHOW(sigaltstack(&stack, NULL));
    handle(SIGUSR1, note_stack, SA_ONSTACK);
    MUST(raise(SIGUSR1));
    VALUE(on_alternate);
    handle(SIGUSR1, note_stack, 0);
    MUST(raise(SIGUSR1));
    VALUE(on_alternate);
    SHOW(sigaltstack(NULL, &old));
    HOLDS(old.ss_sp == alternate && old.ss_size == sizeof(alternate) && old.ss_flags == 0);
    stack.ss_flags = SS_DISABLE;
    SHOW(sigaltstack(&stack, NULL));
    handle(SIGUSR1, note_stack, SA_ONSTACK);
    MUST(raise(SIGUSR1));
    VALUE(on_alternate);
    stack = (stack_t){.ss_sp = alternate, .ss_size = 100};
    SHOW(syscall(SYS_sigaltstack, &stack, NULL));
    stack = (stack_t){.ss_sp = alternate, .ss_size = sizeof(alternate), .ss_flags = 4};
    SHOW(syscall(SYS_sigaltstack, &stack, NULL));
    SHOW(syscall(SYS_sigaltstack, 8, NULL));
}

static void change_stack(int signo)
{
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof(alternate)}, old;

    (void)signo;
    SHOW(sigaltstack(NULL, &old));
    say("flags in the handler: %d", old.ss_flags);
    SHOW(sigaltstack(&stack, NULL));
}

CASE(alternate_stack_in_use)
{
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof(alternate)};

    MUST(sigaltstack(&stack, NULL));
    handle(SIGUSR1, change_stack, SA_ONSTACK);
    MUST(raise(SIGUSR1));
}

static void on_overflow(int signo)
{
    char here;

    (void)signo;
    _exit(&here >= alternate && &here < alternate + sizeof(alternate) ? 11 : 12);
}

static int recurse(volatile int level)
{
    volatile char space[4096];

    space[0] = (char)level;
    return level < 0 ? 0 : recurse(level + 1) + space[0];
}

CASE(stack_overflow)
{
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof(alternate)};

    IN_CHILD("without an alternate stack", handle(SIGSEGV, on_overflow, 0); recurse(0));
    MUST(sigaltstack(&stack, NULL));
    IN_CHILD("with one", handle(SIGSEGV, on_overflow, SA_ONSTACK); recurse(0));
}

static void jump_away(int signo, siginfo_t *info, void *context)
{
    ucontext_t *saved = context;

    (void)signo;
    (void)info;
    saved->uc_mcontext.gregs[REG_RAX] = 1234;
    saved->uc_mcontext.gregs[REG_RIP] += 2;
}

CASE(handler_changes_registers)
{
    long value;

    handle_info(SIGILL, jump_away, 0);
    __asm__ volatile("movl $1, %%eax; ud2; nop" : "=a"(value) : : "memory");
    VALUE(value);
}

static void change_xmm(int signo, siginfo_t *info, void *context)
{
    (void)signo;
    (void)info;
    ((ucontext_t *)context)->uc_mcontext.fpregs->_xmm[9].element[0] = 0x1234;
}

/* XSAVE leaves registers out that are all zero; a handler may change them nevertheless. */
CASE(handler_changes_registers_that_are_zero)
{
    long value;

    handle_info(SIGUSR1, change_xmm, 0);
    __asm__ volatile("pxor %%xmm0, %%xmm0; pxor %%xmm1, %%xmm1; pxor %%xmm2, %%xmm2\n\t"
                     "pxor %%xmm3, %%xmm3; pxor %%xmm4, %%xmm4; pxor %%xmm5, %%xmm5\n\t"
                     "pxor %%xmm6, %%xmm6; pxor %%xmm7, %%xmm7; pxor %%xmm8, %%xmm8\n\t"
                     "pxor %%xmm9, %%xmm9; pxor %%xmm10, %%xmm10; pxor %%xmm11, %%xmm11\n\t"
                     "pxor %%xmm12, %%xmm12; pxor %%xmm13, %%xmm13; pxor %%xmm14, %%xmm14\n\t"
                     "pxor %%xmm15, %%xmm15; syscall; movd %%xmm9, %k[value]"
                     : [value] "=r"(value)
                     : "a"(SYS_kill), "D"(getpid()), "S"(SIGUSR1)
                     : "rcx", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                       "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
                       "memory");
    VALUE(value);
}

static void mask_on_return(int signo, siginfo_t *info, void *context)
{
    (void)signo;
    (void)info;
    sigaddset(&((ucontext_t *)context)->uc_sigmask, SIGUSR2);
    sigaddset(&((ucontext_t *)context)->uc_sigmask, SIGKILL);
}

CASE(handler_changes_mask)
{
    sigset_t now;

    handle_info(SIGUSR1, mask_on_return, 0);
    MUST(raise(SIGUSR1));
    MUST(sigprocmask(SIG_BLOCK, NULL, &now));
    show_set("mask", &now);
}

static void spoil_registers(int signo)
{
    on_signal(signo);
    __asm__ volatile("fninit; fldpi; fldl2e; fldl2t\n\t"
                     "pcmpeqd %%xmm0, %%xmm0; pcmpeqd %%xmm7, %%xmm7; pcmpeqd %%xmm15, %%xmm15\n\t"
                     "std; cld"
                     :
                     :
                     : "xmm0", "xmm7", "xmm15");
}

CASE(registers_survive_a_handler)
{
    uint64_t in[8] = {1, 2, 3, 4, 5, 6, 7, 8}, out[8] = {0};
    double x87 = 0;
    long pid = getpid(), rbx = 0;

    handle(SIGUSR1, spoil_registers, 0);
    __asm__ volatile(
        "movups 0(%[in]), %%xmm0; movups 16(%[in]), %%xmm7\n\t"
        "movups 32(%[in]), %%xmm15; fld1\n\t"
        "movq $0x1234567, %%rbx\n\t"
        "movl %[kill], %%eax; movq %[pid], %%rdi; movl %[signo], %%esi; syscall\n\t"
        "movups %%xmm0, 0(%[out]); movups %%xmm7, 16(%[out])\n\t"
        "movups %%xmm15, 32(%[out]); fstpl %[x87]\n\t"
        "movq %%rbx, %[rbx]"
        : [x87] "=m"(x87), [rbx] "=m"(rbx)
        : [in] "r"(in), [out] "r"(out), [kill] "i"(SYS_kill), [pid] "r"(pid), [signo] "i"(SIGUSR1)
        : "rax", "rbx", "rcx", "rdi", "rsi", "r11", "xmm0", "xmm7", "xmm15", "memory");
    VALUE(count);
    HOLDS(memcmp(in, out, 48) == 0);
    HOLDS(x87 == 1.0);
    VALUE(rbx);
}

static struct {
    uint16_t control, status;
    uint32_t mxcsr;
    uint64_t xmm9[2];
} at_begin;

static void note_computing(int signo)
{
    __asm__ volatile("movups %%xmm9, %0; fnstcw %1; fnstsw %2; stmxcsr %3"
                     : "=m"(at_begin.xmm9), "=m"(at_begin.control), "=m"(at_begin.status),
                       "=m"(at_begin.mxcsr));
    on_signal(signo);
}

/* Whatever is being computed, a handler begins as a program does. */
CASE(a_handler_begins_anew)
{
    uint16_t control = 0x0b7f, control_after = 0; /* rounds up */
    uint32_t mxcsr = 0x5f80, mxcsr_after = 0, usual = 0x1f80;
    long result = SYS_kill;

    handle(SIGUSR1, note_computing, 0);
    __asm__ volatile(
        "fldcw %[control]; fld1; ldmxcsr %[mxcsr]; pcmpeqd %%xmm9, %%xmm9\n\t"
        "syscall; stmxcsr %[mxcsr_after]; fnstcw %[control_after]\n\t"
        "fninit; ldmxcsr %[usual]"
        : "+a"(result), [mxcsr_after] "=m"(mxcsr_after), [control_after] "=m"(control_after)
        : "D"((long)getpid()),
          "S"((long)SIGUSR1), [control] "m"(control), [mxcsr] "m"(mxcsr), [usual] "m"(usual)
        : "rcx", "r11", "xmm9", "memory");
    VALUE(result);
    VALUE(count);
    VALUE(at_begin.control);
    VALUE(at_begin.status);
    VALUE(at_begin.mxcsr);
    HOLDS(at_begin.xmm9[0] == 0 && at_begin.xmm9[1] == 0);
    HOLDS(mxcsr_after == mxcsr && control_after == control);
}

CASE(signals_while_computing)
{
    volatile double sum = 0;
    volatile uint64_t rounds = 0;
    pid_t pest;

    handle(SIGUSR1, spoil_registers, 0);
    pest = pester(SIGUSR1);
    while (count < 20) {
        double x = 1;

        for (int i = 0; i < 1000; i++)
            x = x * 1.0000001 + 0.5;
        sum = rounds++ == 0 ? x : sum;
        if (x != sum)
            break;
    }
    end_pester(pest);
    HOLDS(count >= 20);
}

/* As rt_sigaction(2) takes it. */
struct raw_action {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

static void exit_from_handler(int signo)
{
    say("handler of %s", signal_name(signo));
    _exit(7);
}

/* On x86-64 a handler must say how it returns. */
CASE(without_restorer)
{
    const struct raw_action action = {.handler = exit_from_handler};
    struct raw_action all = {.handler = exit_from_handler, .flags = ~0ul};

    MUST(syscall(SYS_rt_sigaction, SIGUSR1, &action, NULL, 8));
    IN_CHILD("SIGUSR1", raise(SIGUSR1));
    IN_CHILD("SIGUSR1, where SIGSEGV has a handler", handle(SIGSEGV, exit_from_handler, 0);
             raise(SIGUSR1));
    IN_CHILD("SIGSEGV", MUST(syscall(SYS_rt_sigaction, SIGSEGV, &action, NULL, 8)); raise(SIGSEGV));
    MUST(syscall(SYS_rt_sigaction, SIGUSR2, &all, NULL, 8));
    MUST(syscall(SYS_rt_sigaction, SIGUSR2, NULL, &all, 8));
    say("flags that are kept: %#lx", all.flags);
}
