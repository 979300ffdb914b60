/*
 * How calls are asked for: which number is taken from RAX, what SYSCALL and INT 0x80 leave of the
 * caller's registers. syscall(2).
 */
#include "tests/abi/abi.h"

#include <sys/mman.h>

static long call(unsigned long number, long a, long b, long c)
{
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return result;
}

static long call_int80(unsigned long number, long a, long b, long c)
{
    long result;

    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}

static void show_raw(const char *what, long result)
{
    if (result < 0 && result >= -4095)
        say("%s: %s", what, errno_name((int)-result));
    else
        say("%s: %#lx", what, result);
}

#define RAW(call) show_raw(#call, call)

CASE(unknown_numbers)
{
    RAW(call(-1UL, 0, 0, 0));
    RAW(call(-2UL, 0, 0, 0));
    RAW(call(387, 0, 0, 0));
    RAW(call(423, 0, 0, 0));
    RAW(call(511, 0, 0, 0));
    RAW(call(512, 0, 0, 0));
    RAW(call(547, 0, 0, 0));
    RAW(call(548, 0, 0, 0));
    RAW(call(1000, 0, 0, 0));
    RAW(call(4096, 0, 0, 0));
    RAW(call(1UL << 20, 0, 0, 0));
    RAW(call(0x7fffffff, 0, 0, 0));
    RAW(call(0x80000000, 0, 0, 0));
    RAW(call(0xffffffff, 0, 0, 0));
    RAW(call(0x8000000000000000, 8, 0, 0));
}

CASE(low_half_counts)
{
    HOLDS(call(SYS_getpid | 1UL << 32, 0, 0, 0) == getpid());
    HOLDS(call(SYS_getpid | 0xdeadbeefUL << 32, 0, 0, 0) == getpid());
    HOLDS(call(SYS_getpid | 1UL << 63, 0, 0, 0) == getpid());
    RAW(call(0x80000000UL | SYS_getpid, 0, 0, 0));
    RAW(call(512 | 1UL << 32, 0, 0, 0));
    RAW(call(0xffffffffUL << 32 | 0xffffffff, 0, 0, 0));
}

CASE(speculation_gadgets)
{
    for (unsigned shift = 9; shift < 64; shift++)
        if (shift < 32 && call(1UL << shift, 8, 8, 8) != -ENOSYS)
            say("number 1 << %u is known", shift);
}

CASE(registers_survive_syscall)
{
    uint64_t after[12], flags = 0;

    __asm__ volatile("movq $0x1111, %%rbx; movq $0x2222, %%r8; movq $0x3333, %%r9\n\t"
                     "movq $0x4444, %%r10; movq $0x5555, %%r12; movq $0x6666, %%r13\n\t"
                     "movq $0x7777, %%r14; movq $0x8888, %%rdi; movq $0x9999, %%rsi\n\t"
                     "movq $0xaaaa, %%rdx; movl %[getppid], %%eax\n\t"
                     "stc; syscall\n\t"
                     "pushfq; popq %[flags]\n\t"
                     "movq %%rbx, 0(%[after]); movq %%r8, 8(%[after]); movq %%r9, 16(%[after])\n\t"
                     "movq %%r10, 24(%[after]); movq %%r12, 32(%[after])\n\t"
                     "movq %%r13, 40(%[after]); movq %%r14, 48(%[after])\n\t"
                     "movq %%rdi, 56(%[after]); movq %%rsi, 64(%[after])\n\t"
                     "movq %%rdx, 72(%[after]); movq %%rcx, 80(%[after])\n\t"
                     "movq %%r11, 88(%[after])"
                     : [flags] "=m"(flags)
                     : [after] "r"(after), [getppid] "i"(SYS_getppid)
                     : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
                       "r13", "r14", "memory", "cc");
    for (int i = 0; i < 10; i++)
        say("register %d: %#lx", i, (unsigned long)after[i]);
    HOLDS(after[10] >= (uint64_t)(uintptr_t)case_registers_survive_syscall &&
          after[10] < (uint64_t)(uintptr_t)case_registers_survive_syscall + 400);
    HOLDS((after[11] & 1) == 1);
    HOLDS((flags & 1) == 1);
    HOLDS((flags & 0x200) != 0);
}

CASE(flags_survive_syscall)
{
    static const unsigned long kinds[] = {0x1, 0x4, 0x10, 0x40, 0x80, 0x400, 0x800, 0x200000};

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        unsigned long before, after;

        __asm__ volatile("pushfq; popq %0; orq %3, %0; pushq %0; popfq\n\t"
                         "syscall; pushfq; popq %1; cld"
                         : "=&r"(before), "=&r"(after)
                         : "a"(SYS_getppid), "r"(kinds[i])
                         : "rcx", "r11", "memory", "cc");
        say("flag %#lx: %s", kinds[i], after & kinds[i] ? "kept" : "lost");
    }
}

CASE(int80_numbers)
{
    static char text[] = "by int 0x80\n", path[] = "f";
    char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, 0x62, -1, 0); /* MAP_32BIT */
    long fd;

    HOLDS(low != MAP_FAILED);
    HOLDS(call_int80(20, 0, 0, 0) == getpid());
    RAW(call_int80(4, 1, (long)text, sizeof(text) - 1));
    RAW(fd = call_int80(5, (long)path, O_RDWR | O_CREAT, 0644));
    RAW(call_int80(4, fd, (long)text, 5));
    RAW(call_int80(6, fd, 0, 0));
    RAW(call_int80(6, fd, 0, 0));
    RAW(fd = call_int80(5, (long)path, O_RDONLY, 0));
    RAW(call_int80(3, fd, (long)low, 100));
    say("read: %.5s", low);
    IN_CHILD("exit", call_int80(1, 42, 0, 0));
}

CASE(int80_fork)
{
    long pid = call_int80(2, 0, 0, 0);

    if (pid == 0)
        call_int80(1, 7, 0, 0);
    show_end("child", (pid_t)pid);
}

CASE(int80_errors)
{
    RAW(call_int80(-1UL, 0, 0, 0));
    RAW(call_int80(0x80000000, 0, 0, 0));
    RAW(call_int80(100000, 0, 0, 0));
    HOLDS(call_int80(20 | 5UL << 32, 0, 0, 0) == getpid());
    RAW(call_int80(4, 99, 0, 0));
    RAW(call_int80(4, 1, 8, 1));
    RAW(call_int80(5, 0x100000000, 0, 0));
    RAW(call_int80(5, (long)0xffffffff80000000, 0, 0));
    RAW(call_int80(3, 0x100000000, 8, 0));
}

CASE(int80_keeps_registers)
{
    uint64_t after[8];

    __asm__ volatile(
        "movq $0x1111, %%r8; movq $0x2222, %%r9; movq $0x3333, %%r10\n\t"
        "movq $0x4444, %%r11; movq $0x5555, %%r12; movq $0x6666, %%rcx\n\t"
        "movq $0x7777, %%rdx; movq $0x8888, %%rsi; movl $20, %%eax\n\t"
        "int $0x80\n\t"
        "movq %%r8, 0(%0); movq %%r9, 8(%0); movq %%r10, 16(%0); movq %%r11, 24(%0)\n\t"
        "movq %%r12, 32(%0); movq %%rcx, 40(%0); movq %%rdx, 48(%0)\n\t"
        "movq %%rsi, 56(%0)"
        :
        : "r"(after)
        : "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "memory");
    for (int i = 0; i < 8; i++)
        say("register %d: %#lx", i, (unsigned long)after[i]);
}
