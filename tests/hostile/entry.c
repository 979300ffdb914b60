/*
 * A caller that enters the kernel with a stack pointer or a GS base that is a lie, or from the last
 * bytes that it may execute.
 */
#include "tests/abi/handler.h"

#include <sched.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define USER_END 0x7ffffffff000UL
#define HWCAP2_FSGSBASE 2UL

static const struct {
    const char *name;
    unsigned long address;
} lies[] = {
    {"null", 0},
    {"odd", 0x1001},
    {"kernel text", 0xffffffff80001000},
    {"direct map", 0xffff888000001000},
    {"kernel stacks", 0xffffc90000001000},
    {"non-canonical", 0x0000800000000000},
    {"behind user space", USER_END + 0x800},
    {"all ones", -1UL},
};

static long syscall_on_stack(unsigned long rsp, long number)
{
    long result;

    __asm__ volatile("movq %%rsp, %%r12; movq %[rsp], %%rsp; syscall; movq %%r12, %%rsp"
                     : "=a"(result)
                     : "a"(number), [rsp] "r"(rsp)
                     : "rcx", "r11", "r12", "memory");
    return result;
}

static long int80_on_stack(unsigned long rsp)
{
    long result;

    __asm__ volatile("movq %%rsp, %%r12; movq %[rsp], %%rsp; int $0x80; movq %%r12, %%rsp"
                     : "=a"(result)
                     : "a"(20), [rsp] "r"(rsp)
                     : "r12", "memory");
    return result;
}

CASE(stack_pointers_at_syscall)
{
    for (size_t i = 0; i < ARRAY_SIZE(lies); i++)
        say("%s: pid %s, yields %ld", lies[i].name,
            syscall_on_stack(lies[i].address, SYS_getpid) == getpid() ? "right" : "wrong",
            syscall_on_stack(lies[i].address, SYS_sched_yield));
}

CASE(stack_pointers_at_int80)
{
    for (size_t i = 0; i < ARRAY_SIZE(lies); i++)
        say("%s: pid %s", lies[i].name,
            int80_on_stack(lies[i].address) == getpid() ? "right" : "wrong");
}

CASE(stack_pointers_at_a_fault)
{
    for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
        IN_CHILD(lies[i].name, __asm__ volatile("movq %0, %%rsp; ud2" : : "r"(lies[i].address)));
        IN_CHILD(lies[i].name, handle(SIGILL, on_signal, 0);
                 __asm__ volatile("movq %0, %%rsp; ud2"
                                  :
                                  : "r"(lies[i].address)));
        IN_CHILD(lies[i].name, __asm__ volatile("movq %0, %%rsp; pushq $1"
                                                :
                                                : "r"(lies[i].address)));
        IN_CHILD(lies[i].name, __asm__ volatile("movq %0, %%rsp; int3" : : "r"(lies[i].address)));
    }
}

CASE(pushing_to_a_non_canonical_address)
{
    IN_CHILD("push", __asm__ volatile("movq %0, %%rsp; pushq $1" : : "r"(0x8000000000000000)));
    IN_CHILD("call", __asm__ volatile("movq %0, %%rsp; call 1f; 1:" : : "r"(0x8000000000000000)));
}

CASE(signals_on_a_stack_that_is_a_lie)
{
    for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
        pid_t pid =
            SPAWN(handle(SIGUSR1, on_signal, 0); __asm__ volatile("movq %0, %%rsp; 1: jmp 1b"
                                                                  :
                                                                  : "r"(lies[i].address)));

        nap_ms(5);
        MUST(kill(pid, SIGUSR1));
        nap_ms(5);
        kill(pid, SIGKILL);
        if (waitpid(pid, NULL, 0) == pid)
            say("%s: over", lies[i].name);
    }
}

CASE(alternate_stacks_that_are_lies)
{
    for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
        stack_t stack = {.ss_sp = (void *)lies[i].address, .ss_size = 65536};

        IN_CHILD(lies[i].name, SHOW(sigaltstack(&stack, NULL));
                 handle(SIGUSR1, on_signal, SA_ONSTACK); raise(SIGUSR1));
    }
}

/* A call from the very last bytes of user space: it would return to an address that is no user's.
 */
CASE(syscall_at_the_end_of_user_space)
{
    static const unsigned char code[] = {0x0f, 0x05};
    char *last = (char *)(USER_END - PAGE);

    IN_CHILD("syscall", if (mmap(last, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != last) _exit(1);
             memcpy(last + PAGE - 2, code, 2);
             __asm__ volatile("jmp *%0"
                              :
                              : "r"(last + PAGE - 2), "a"(SYS_getpid)));
    IN_CHILD("int 0x80", if (mmap(last, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != last) _exit(1);
             last[PAGE - 2] = (char)0xcd; last[PAGE - 1] = (char)0x80;
             __asm__ volatile("jmp *%0"
                              :
                              : "r"(last + PAGE - 2), "a"(20)));
    IN_CHILD("half an instruction",
             if (mmap(last, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != last) _exit(1);
             last[PAGE - 1] = 0x0f; __asm__ volatile("jmp *%0"
                                                     :
                                                     : "r"(last + PAGE - 1)));
    IN_CHILD("signal return", struct sigaction action = {.sa_handler = on_signal};
             if (mmap(last, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != last) _exit(1);
             memcpy(last + PAGE - 2, code, 2); action.sa_handler = (void (*)(int))(last + PAGE - 2);
             MUST(sigaction(SIGUSR1, &action, NULL)); raise(SIGUSR1));
}

CASE(syscall_across_pages)
{
    char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                   -1, 0);
    long result = SYS_getpid;

    p[PAGE - 1] = 0x0f;
    p[PAGE] = 0x05;
    p[PAGE + 1] = (char)0xc3;
    __asm__ volatile("call *%1" : "+a"(result) : "r"(p + PAGE - 1) : "rcx", "r11", "memory");
    HOLDS(result == getpid());
    MUST(mprotect(p + PAGE, PAGE, PROT_READ));
    IN_CHILD("second byte not executable", ((void (*)(void))(uintptr_t)(p + PAGE - 1))());
    MUST(munmap(p + PAGE, PAGE));
    IN_CHILD("second byte missing", ((void (*)(void))(uintptr_t)(p + PAGE - 1))());
}

static bool has_fsgsbase(void)
{
    return getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE;
}

static void set_gs(unsigned long base)
{
    __asm__ volatile("wrgsbase %0" : : "r"(base));
}

static unsigned long get_gs(void)
{
    unsigned long base;

    __asm__ volatile("rdgsbase %0" : "=r"(base));
    return base;
}

/* Enters in every way under a forged GS base, lets the clock interrupt it, and looks whether it
 * stays. */
static void live_with_gs(unsigned long base)
{
    volatile unsigned long spin;
    long result;

    set_gs(base);
    result = syscall(SYS_getpid);
    if (result != getpid())
        say("wrong pid");
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
    if (result != getpid())
        say("wrong pid from int 0x80");
    raise(SIGUSR1);
    __asm__ volatile("int3");
    __asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; nop; pushfq; andl $~0x100, (%%rsp); popfq"
                     :
                     :
                     : "memory", "cc");
    for (spin = 0; spin < 3000000; spin++)
        continue;
    syscall(SYS_sched_yield);
    nap_ms(1);
    if (get_gs() != base)
        say("the base has changed");
}

CASE(forged_gs)
{
    static const unsigned long bases[] = {
        0,
        1,
        0x1000,
        0x7fffffffffff,
        0xffff800000000000,
        0xffff888000000000,
        0xffffc90000000000,
        0xffffffff80000000,
        0xffffffff81000000,
        0xffffffffffffffff,
    };

    handle(SIGUSR1, on_signal, 0);
    handle(SIGTRAP, on_signal, 0);
    for (size_t i = 0; i < ARRAY_SIZE(bases); i++) {
        char what[32];

        snprintf(what, sizeof(what), "base %#lx", bases[i]);
        IN_CHILD(what, if (has_fsgsbase()) live_with_gs(bases[i]));
    }
}

CASE(forged_gs_and_faults)
{
    static const unsigned long bases[] = {0xffff888000000000, 0xffffffff80000000,
                                          0xffffffffffffff00};

    for (size_t i = 0; i < ARRAY_SIZE(bases); i++) {
        IN_CHILD("ud2", if (has_fsgsbase()) set_gs(bases[i]); __asm__ volatile("ud2"));
        IN_CHILD("page fault", if (has_fsgsbase()) set_gs(bases[i]); *(volatile int *)8 = 1);
        IN_CHILD("general protection", if (has_fsgsbase()) set_gs(bases[i]);
                 __asm__ volatile("hlt"));
        IN_CHILD("through gs", if (has_fsgsbase()) set_gs(bases[i]); else raise(SIGSEGV);
                 __asm__ volatile("movl %%gs:0, %%eax"
                                  :
                                  :
                                  : "rax"));
        IN_CHILD("exit", if (has_fsgsbase()) set_gs(bases[i]); syscall(SYS_exit_group, 5));
    }
}

CASE(two_with_other_gs)
{
    pid_t other = SPAWN(if (has_fsgsbase()) set_gs(0xffff888000000000);
                        for (int i = 0; i < 200; i++) sched_yield();
                        if (has_fsgsbase() && get_gs() != 0xffff888000000000) _exit(1));

    if (has_fsgsbase())
        set_gs(0xffffffff80000000);
    for (int i = 0; i < 200; i++)
        sched_yield();
    HOLDS(!has_fsgsbase() || get_gs() == 0xffffffff80000000);
    show_end("other", other);
}

/* The child has no thread pointer that libc could use: it ends at once. */
static long clone_with_tls(unsigned long tls)
{
    register unsigned long r8 __asm__("r8") = tls, r10 __asm__("r10") = 0;
    long result;

    __asm__ volatile("syscall; testq %%rax, %%rax; jnz 1f; movl $231, %%eax; syscall; 1:"
                     : "=a"(result)
                     : "a"(SYS_clone), "D"(CLONE_SETTLS | SIGCHLD), "S"(0), "d"(0), "r"(r10),
                       "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}

CASE(thread_pointers)
{
    for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
        long pid = clone_with_tls(lies[i].address);

        if (pid > 0)
            MUST(waitpid((pid_t)pid, NULL, 0));
        say("%s: %s", lies[i].name, pid > 0 ? "a child" : errno_name((int)-pid));
    }
}

CASE(segment_selectors)
{
    static const struct {
        const char *name;
        unsigned selector;
    } selectors[] = {
        {"null", 0},
        {"null with ring 3", 3},
        {"kernel code", 0x10},
        {"kernel data", 0x18},
        {"user data", 0x2b},
        {"user code", 0x33},
        {"TSS", 0x40},
        {"LDT", 0x7},
        {"behind the GDT", 0xfff8},
    };

    for (size_t i = 0; i < ARRAY_SIZE(selectors); i++) {
        IN_CHILD(selectors[i].name, __asm__ volatile("movl %0, %%gs; int $0x80"
                                                     :
                                                     : "r"(selectors[i].selector), "a"(20)));
        IN_CHILD(selectors[i].name, __asm__ volatile("movl %0, %%ds; movl %0, %%es; syscall"
                                                     :
                                                     : "r"(selectors[i].selector), "a"(SYS_getpid)
                                                     : "rcx", "r11"));
    }
}

static void refused(int signo)
{
    (void)signo;
    _exit(0);
}

/* SGDT tells where the kernel's tables are, unless UMIP forbids it. Linux then tells a lie. */
CASE(tables_tell_nothing)
{
    IN_CHILD(
        "sgdt",
        struct {
            uint16_t limit;
            uint64_t base;
        } __attribute__((packed)) table = {0, 0};
        unsigned eax = 7; unsigned ecx = 0; handle(SIGSEGV, refused, 0);
        __asm__ volatile("cpuid"
                         : "+a"(eax), "+c"(ecx)
                         :
                         : "rbx", "rdx");
        if (ecx & 4) __asm__ volatile("sgdt %0"
                                      : "=m"(table));
        if (table.base != 0 && table.base != 0xfffffffffffe0000) _exit(1));
}
