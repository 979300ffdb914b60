/*
 * What hardware exceptions become: the signal, its si_code, its si_addr, and where the handler
 * finds the program. sigaction(2).
 */
#include "tests/abi/handler.h"

#include <sys/mman.h>
#include <ucontext.h>

#define PAGE 4096UL
#define USER_END 0x7ffffffff000UL

static char *volatile expected_address; /* what si_addr should be */
static char here[] = "";                /* stands for the address of the instruction itself */

/*
 * Shows what it was, then ends: to return would run into the same exception again. Whether a page
 * of ours is present is not shown (bit 0 of the error code); of the kernel's, all must seem to be.
 * Nor is the vector of a forbidden INT, which QEMU's TCG gets wrong.
 */
static void show_fault(int signo, siginfo_t *info, void *context)
{
    ucontext_t *saved = context;
    char *rip = (char *)saved->uc_mcontext.gregs[REG_RIP];
    char *wanted = expected_address == here ? rip : expected_address;
    unsigned long error = (unsigned long)saved->uc_mcontext.gregs[REG_ERR];

    if (saved->uc_mcontext.gregs[REG_TRAPNO] == 14 && (uintptr_t)wanted < USER_END)
        error &= ~1UL;
    if (saved->uc_mcontext.gregs[REG_TRAPNO] == 13 && error & 2)
        error &= 7;

    say("%s code %d, address %s, trap %lld, error %#lx", signal_name(signo), info->si_code,
        info->si_addr == wanted ? "as expected"
        : info->si_addr == NULL ? "null"
                                : "another",
        saved->uc_mcontext.gregs[REG_TRAPNO], error);
    _exit(0);
}

static void catch_faults(void *address)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};

    expected_address = address;
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
        handle_info(signals[i], show_fault, 0);
}

/* Runs a block in a child twice: it dies by default, and its handler sees the same. */
#define FAULT(what, address, ...)                           \
    do {                                                    \
        IN_CHILD(what, __VA_ARGS__);                        \
        IN_CHILD(what, catch_faults(address); __VA_ARGS__); \
    } while (0)

static void poke(volatile char *address)
{
    *address = 'x';
}

static char peek(volatile char *address)
{
    return *address;
}

CASE(unmapped_memory)
{
    char *p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    MUST(munmap(p, PAGE));
    FAULT("read", p + 5, peek(p + 5));
    FAULT("write", p + 7, poke(p + 7));
    FAULT("null", NULL, peek(NULL));
}

CASE(forbidden_memory)
{
    char *p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *none = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    FAULT("write to read-only", p, poke(p));
    peek(p);
    FAULT("write to read-only that is there", p, poke(p));
    FAULT("read none", none, peek(none));
    FAULT("execute data", p, ((void (*)(void))(uintptr_t)p)());
}

CASE(kernel_memory)
{
    FAULT("read kernel text", (void *)0xffffffff80000000UL, peek((char *)0xffffffff80000000UL));
    FAULT("write direct map", (void *)0xffff888000000000UL, poke((char *)0xffff888000000000UL));
    FAULT("jump to the kernel", (void *)0xffffffff80000000UL,
          ((void (*)(void))0xffffffff80000000UL)());
    FAULT("non-canonical read", NULL, peek((char *)0x800000000000UL));
    FAULT("non-canonical write", NULL, poke((char *)0xdeadbeefcafebabeUL));
    FAULT("the page above user space", (void *)0x7ffffffff000UL, peek((char *)0x7ffffffff000UL));
}

CASE(file_end)
{
    int fd = open("f", O_RDWR | O_CREAT, 0644);
    char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    FAULT("read", p + 3, peek(p + 3));
    FAULT("write", p + 3, poke(p + 3));
}

CASE(division)
{
    volatile int zero = 0, one = 1, minus_one = -1, least = INT32_MIN;

    FAULT("by zero", here, say("%d", one / zero));
    FAULT("overflow", here, say("%d", least / minus_one));
}

CASE(sse_exceptions)
{
    volatile double zero = 0, one = 1, result;
    uint32_t mxcsr = 0x1f80 & ~(0x200U | 0x80U);

    FAULT("division by zero", here,
          __asm__ volatile("ldmxcsr %0"
                           :
                           : "m"(mxcsr));
          result = one / zero; (void)result);
    FAULT("invalid", here,
          __asm__ volatile("ldmxcsr %0"
                           :
                           : "m"(mxcsr));
          result = zero / zero; (void)result);
}

CASE(x87_exceptions)
{
    FAULT("division by zero", here,
          __asm__ volatile("fninit; fldcw %0; fldz; fld1; fdiv %%st(1); 1: fwait"
                           :
                           : "m"((uint16_t[]){0x037b})));
}

CASE(instructions)
{
    FAULT("ud2", here, __asm__ volatile("ud2"));
    FAULT("hlt", NULL, __asm__ volatile("hlt"));
    FAULT("cli", NULL, __asm__ volatile("cli"));
    FAULT("sti", NULL, __asm__ volatile("sti"));
    FAULT("in", NULL, __asm__ volatile("inb $0x60, %%al" : : : "al"));
    FAULT("out", NULL, __asm__ volatile("outb %%al, $0x80" : :));
    FAULT("rdmsr", NULL, __asm__ volatile("rdmsr" : : "c"(0xc0000080) : "eax", "edx"));
    FAULT("wrmsr", NULL, __asm__ volatile("wrmsr" : : "c"(0xc0000082), "a"(0), "d"(0)));
    FAULT("mov from cr3", NULL, __asm__ volatile("movq %%cr3, %%rax" : : : "rax"));
    FAULT("mov to cr0", NULL, __asm__ volatile("movq %%rax, %%cr0" : : "a"(0)));
    FAULT("mov from dr7", NULL, __asm__ volatile("movq %%dr7, %%rax" : : : "rax"));
    FAULT("lgdt", NULL, __asm__ volatile("lgdt (%%rsp)" : :));
    FAULT("lidt", NULL, __asm__ volatile("lidt (%%rsp)" : :));
    FAULT("ltr", NULL, __asm__ volatile("ltr %%ax" : : "a"(0x40)));
    FAULT("lmsw", NULL, __asm__ volatile("lmsw %%ax" : : "a"(0)));
    FAULT("clts", NULL, __asm__ volatile("clts"));
    FAULT("invlpg", NULL, __asm__ volatile("invlpg (%%rsp)" : :));
    FAULT("wbinvd", NULL, __asm__ volatile("wbinvd"));
    FAULT("swapgs", NULL, __asm__ volatile("swapgs"));
    FAULT("sysret", NULL, __asm__ volatile("sysretq" : : "c"(0)));
    FAULT("load a kernel segment", NULL, __asm__ volatile("movw %%ax, %%ds" : : "a"(0x10)));
    FAULT("sixteen bytes long", NULL, __asm__ volatile(".fill 15, 1, 0x66; nop"));
}

CASE(segment_selectors)
{
    FAULT("the kernel's", NULL, __asm__ volatile("movl %0, %%ds" : : "r"(0x18)));
    FAULT("behind the table", NULL, __asm__ volatile("movl %0, %%es" : : "r"(0xfffb)));
    FAULT("of a local table, which nobody has", NULL,
          __asm__ volatile("movl %0, %%fs"
                           :
                           : "r"(0xf)));
    FAULT("of its end", NULL, __asm__ volatile("movl %0, %%gs" : : "r"(0xffff)));
}

CASE(software_interrupts)
{
    FAULT("int3", NULL, __asm__ volatile("int3"));
    FAULT("int 3", NULL, __asm__ volatile(".byte 0xcd, 3"));
    FAULT("int 4", NULL, __asm__ volatile("int $4"));
    FAULT("int 0", NULL, __asm__ volatile("int $0"));
    FAULT("int 1", NULL, __asm__ volatile("int $1"));
    FAULT("int 2", NULL, __asm__ volatile("int $2"));
    FAULT("int 8", NULL, __asm__ volatile("int $8"));
    FAULT("int 13", NULL, __asm__ volatile("int $13"));
    FAULT("int 14", NULL, __asm__ volatile("int $14"));
    FAULT("int 32", NULL, __asm__ volatile("int $32"));
    FAULT("int 0x81", NULL, __asm__ volatile("int $0x81"));
    FAULT("int 255", NULL, __asm__ volatile("int $255"));
}

CASE(icebp)
{
    FAULT("int1", here, __asm__ volatile(".byte 0xf1"));
}

CASE(single_step)
{
    FAULT("trap flag", here, __asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; nop; nop" : :));
}

CASE(alignment_check)
{
    static char bytes[16] __attribute__((aligned(8)));

    FAULT("unaligned", NULL,
          __asm__ volatile("pushfq; orl $0x40000, (%%rsp); popfq; movl 1(%0), %%eax"
                           :
                           : "r"(bytes)
                           : "eax"));
}

static void lead_astray(int signo, siginfo_t *info, void *context)
{
    (void)signo;
    (void)info;
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] = 0x800000000000;
}

CASE(bad_jumps)
{
    FAULT("non-canonical jump", NULL, ((void (*)(void))0x800000000000UL)());
    FAULT("non-canonical return", NULL,
          __asm__ volatile("movq %0, %%rax; pushq %%rax; ret"
                           :
                           : "r"(0xdead000000000000UL)));
    FAULT("jump to null", NULL, ((void (*)(void))0)());
    IN_CHILD("non-canonical return from a handler", handle_info(SIGUSR1, lead_astray, 0);
             catch_faults(NULL); raise(SIGUSR1));
}

CASE(bad_stacks)
{
    FAULT("push on nothing", (void *)(8UL - 8), __asm__ volatile("movq $8, %%rsp; push %%rax" : :));
    IN_CHILD("no room for the handler's frame", catch_faults(NULL);
             __asm__ volatile("xorl %%esp, %%esp; ud2"
                              :
                              :));
    IN_CHILD("non-canonical stack", catch_faults(NULL);
             __asm__ volatile("movq %0, %%rsp; push %%rax"
                              :
                              : "r"(0x8000000000000000UL)));
    IN_CHILD("kernel stack", catch_faults(NULL); __asm__ volatile("movq %0, %%rsp; ud2"
                                                                  :
                                                                  : "r"(0xffffffff80001000UL)));
}

static void come_back(int signo, siginfo_t *info, void *context)
{
    (void)info;
    (void)context;
    on_signal(signo);
    if (count == 3)
        signal(signo, SIG_DFL);
}

CASE(handler_that_returns_faults_again)
{
    IN_CHILD("three times", handle_info(SIGSEGV, come_back, 0); poke(NULL));
    IN_CHILD("blocked", sigset_t set; sigfillset(&set); sigprocmask(SIG_BLOCK, &set, NULL);
             handle_info(SIGSEGV, show_fault, 0); poke(NULL));
    IN_CHILD("ignored", signal(SIGSEGV, SIG_IGN); poke(NULL));
    IN_CHILD("ignored ud2", signal(SIGILL, SIG_IGN); __asm__ volatile("ud2"));
}

static void map_and_return(int signo, siginfo_t *info, void *context)
{
    (void)context;
    on_signal(signo);
    MUST(mprotect((void *)((uintptr_t)info->si_addr & -PAGE), PAGE, PROT_READ | PROT_WRITE));
}

CASE(handler_mends_the_fault)
{
    char *p = mmap(NULL, 8 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    handle_info(SIGSEGV, map_and_return, 0);
    for (int i = 0; i < 8; i++)
        p[i * (long)PAGE] = (char)i;
    VALUE(count);
    VALUE(p[7 * PAGE]);
}

CASE(breakpoint_goes_on)
{
    handle(SIGTRAP, on_signal, 0);
    __asm__ volatile("int3; nop; int3; nop");
    VALUE(count);
}
