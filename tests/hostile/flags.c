/*
 * A caller that enters the kernel with flags that the kernel could trip over: TF, DF, AC, NT, IOPL.
 * Each enters by SYSCALL, by INT 0x80 and by a fault; the kernel must work as ever, and the caller
 * must find its flags as they were. SDM vol. 1, 3.4.3.
 */
#include "tests/abi/handler.h"

#include <sys/mman.h>
#include <sys/utsname.h>
#include <ucontext.h>

#define PAGE 4096UL
#define FLAG_CF 0x1UL
#define FLAG_TF 0x100UL
#define FLAG_IF 0x200UL
#define FLAG_DF 0x400UL
#define FLAG_IOPL 0x3000UL
#define FLAG_NT 0x4000UL
#define FLAG_RF 0x10000UL
#define FLAG_VM 0x20000UL
#define FLAG_AC 0x40000UL
#define FLAG_ID 0x200000UL

#define MAX_STEPS 64

static volatile long steps[MAX_STEPS];
static volatile int step_count;
static char *fresh; /* a page that faults until map_fresh has been there */

/* Notes where each single step ended. */
static void note_step(int signo, siginfo_t *info, void *context)
{
    (void)signo;
    (void)info;
    if (step_count < MAX_STEPS)
        steps[step_count++] = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
}

static void show_steps(long start)
{
    char text[400] = "";

    for (int i = 0; i < step_count; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), " %ld", steps[i] - start);
    say("%d steps:%s", step_count, text);
}

static void map_fresh(int signo)
{
    on_signal(signo);
    MUST(mprotect(fresh, PAGE, PROT_READ | PROT_WRITE));
}

static void unmap_fresh(void)
{
    if (!fresh)
        fresh = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(mprotect(fresh, PAGE, PROT_NONE));
    handle(SIGSEGV, map_fresh, 0);
}

/* Sets flags, enters in one way, and gives the flags it has afterwards. */
static unsigned long enter_by_syscall(unsigned long flags, long number, long a, long b,
                                      long *result)
{
    unsigned long after;

    __asm__ volatile("pushq %[flags]; popfq; syscall; pushfq; popq %[after]; cld\n\t"
                     "pushq $0x202; popfq"
                     : [after] "=&r"(after), "=a"(*result)
                     : [flags] "r"(flags), "a"(number), "D"(a), "S"(b)
                     : "rcx", "r11", "memory", "cc");
    return after;
}

static unsigned long enter_by_int80(unsigned long flags, long *result)
{
    unsigned long after;

    __asm__ volatile("pushq %[flags]; popfq; int $0x80; pushfq; popq %[after]; cld\n\t"
                     "pushq $0x202; popfq"
                     : [after] "=&r"(after), "=a"(*result)
                     : [flags] "r"(flags), "a"(20)
                     : "memory", "cc");
    return after;
}

static unsigned long enter_by_fault(unsigned long flags)
{
    unsigned long after;

    unmap_fresh();
    __asm__ volatile("pushq %[flags]; popfq; movb $1, (%[fresh]); pushfq; popq %[after]; cld\n\t"
                     "pushq $0x202; popfq"
                     : [after] "=&r"(after)
                     : [flags] "r"(flags), [fresh] "r"(fresh)
                     : "memory", "cc");
    return after;
}

/* Enters in all ways with some flags, and shows which of them stay. */
static void try_flags(const char *name, unsigned long flags)
{
    static struct utsname names;
    long result;
    unsigned long after = enter_by_syscall(flags | 0x202, SYS_getpid, 0, 0, &result);

    say("%s, syscall: pid %s, flags %#lx", name, result == getpid() ? "right" : "wrong",
        after & flags);
    memset(&names, 'x', sizeof(names));
    after = enter_by_syscall(flags | 0x202, SYS_uname, (long)&names, 0, &result);
    say("%s, uname: %ld %s, flags %#lx", name, result, names.sysname, after & flags);
    after = enter_by_int80(flags | 0x202, &result);
    say("%s, int 0x80: pid %s, flags %#lx", name, result == getpid() ? "right" : "wrong",
        after & flags);
    count = 0;
    after = enter_by_fault(flags | 0x202);
    say("%s, fault: %d signal, byte %d, flags %#lx", name, count, fresh[0], after & flags);
}

CASE(direction)
{
    try_flags("DF", FLAG_DF);
}

CASE(nested_task)
{
    try_flags("NT", FLAG_NT);
}

CASE(alignment_check)
{
    try_flags("AC", FLAG_AC);
}

CASE(privilege_level)
{
    try_flags("IOPL", FLAG_IOPL);
    signal(SIGSEGV, SIG_DFL);
    IN_CHILD("cli is still refused", __asm__ volatile("pushfq; orq $0x3000, (%%rsp); popfq; cli"
                                                      :
                                                      :));
    IN_CHILD("in is still refused",
             __asm__ volatile("pushfq; orq $0x3000, (%%rsp); popfq; inb $0x80, %%al"
                              :
                              :
                              : "rax"));
}

CASE(others)
{
    try_flags("RF", FLAG_RF);
    try_flags("ID", FLAG_ID);
    try_flags("VM", FLAG_VM);
    try_flags("CF", FLAG_CF);
    try_flags("all but TF", FLAG_CF | FLAG_DF | FLAG_NT | FLAG_AC | FLAG_ID);
}

CASE(interrupts_cannot_be_turned_off)
{
    unsigned long after;

    __asm__ volatile("pushq $2; popfq; pushfq; popq %0" : "=r"(after) : : "cc");
    HOLDS(after & FLAG_IF);
}

CASE(handler_begins_with_clean_flags)
{
    unsigned long after = enter_by_fault(FLAG_DF | 0x202);

    HOLDS(after & FLAG_DF);
    HOLDS(count == 1);
}

CASE(steps_over_nops)
{
    long start;

    handle_info(SIGTRAP, note_step, 0);
    __asm__ volatile("leaq 1f(%%rip), %0\n\t"
                     "pushfq; orl $0x100, (%%rsp); popfq\n"
                     "1:\n\t"
                     "nop; nop; nop\n\t"
                     "pushfq; andl $~0x100, (%%rsp); popfq; nop; nop"
                     : "=&r"(start)
                     :
                     : "memory", "cc");
    show_steps(start);
}

CASE(steps_over_syscall)
{
    long start;

    handle_info(SIGTRAP, note_step, 0);
    __asm__ volatile("leaq 1f(%%rip), %0\n\t"
                     "pushfq; orl $0x100, (%%rsp); movl %[getppid], %%eax; popfq\n"
                     "1:\n\t"
                     "nop; syscall; nop; nop\n\t"
                     "pushfq; andl $~0x100, (%%rsp); popfq; nop; nop"
                     : "=&r"(start)
                     : [getppid] "i"(SYS_getppid)
                     : "rax", "rcx", "r11", "memory", "cc");
    show_steps(start);
}

CASE(steps_over_int80)
{
    long start;

    handle_info(SIGTRAP, note_step, 0);
    __asm__ volatile("leaq 1f(%%rip), %0\n\t"
                     "pushfq; orl $0x100, (%%rsp); movl $20, %%eax; popfq\n"
                     "1:\n\t"
                     "nop; int $0x80; nop; nop\n\t"
                     "pushfq; andl $~0x100, (%%rsp); popfq; nop; nop"
                     : "=&r"(start)
                     :
                     : "rax", "memory", "cc");
    show_steps(start);
}

CASE(steps_over_a_fault)
{
    long start;

    handle_info(SIGTRAP, note_step, 0);
    unmap_fresh();
    __asm__ volatile("leaq 1f(%%rip), %0\n\t"
                     "pushfq; orl $0x100, (%%rsp); popfq\n"
                     "1:\n\t"
                     "nop; movb $7, (%[fresh]); nop; nop\n\t"
                     "pushfq; andl $~0x100, (%%rsp); popfq; nop; nop"
                     : "=&r"(start)
                     : [fresh] "r"(fresh)
                     : "memory", "cc");
    show_steps(start);
    VALUE(fresh[0]);
}

CASE(steps_over_a_page_that_comes_on_demand)
{
    char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long start;

    handle_info(SIGTRAP, note_step, 0);
    __asm__ volatile("leaq 1f(%%rip), %0\n\t"
                     "pushfq; orl $0x100, (%%rsp); popfq\n"
                     "1:\n\t"
                     "nop; movb $7, (%[page]); nop; nop\n\t"
                     "pushfq; andl $~0x100, (%%rsp); popfq; nop; nop"
                     : "=&r"(start)
                     : [page] "r"(page)
                     : "memory", "cc");
    show_steps(start);
}

CASE(step_into_exec_and_fork)
{
    IN_CHILD("exec", __asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; syscall"
                                      :
                                      : "a"(SYS_execve), "D"("/missing"), "S"(0), "d"(0)
                                      : "rcx", "r11", "memory"));
    IN_CHILD("exit", __asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; syscall"
                                      :
                                      : "a"(SYS_exit), "D"(3)
                                      : "rcx", "r11", "memory"));
}

CASE(random_flags)
{
    uint32_t seed = 12345;
    long result;
    int wrong = 0;

    for (int i = 0; i < 2000; i++) {
        unsigned long flags;

        seed = seed * 1103515245 + 12345;
        flags = (seed >> 4 & ~(FLAG_TF | FLAG_VM | FLAG_RF) & 0x3fffffUL) | 0x202;
        enter_by_syscall(flags, SYS_getppid, 0, 0, &result);
        wrong += result != getppid();
        enter_by_int80(flags, &result);
        wrong += result != getpid();
        if (i % 100 == 0)
            enter_by_fault(flags);
    }
    VALUE(wrong);
    VALUE(count);
}
