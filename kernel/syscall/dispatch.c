/*
 * From a number to the function behind it. sys_call_table comes from kernel/abi/syscalls.tbl.
 */
#include "arch/api/upcalls.h"
#include "arch/api/user.h"
#include "gen/syscall_nr.h"
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/compiler.h"

/* The i386 numbers that INT 80h knows (unistd_32.h), for comparing the two roads. */
static const struct {
    long i386, number;
} int80_calls[] = {
    {1, __NR_exit}, {2, __NR_fork},  {3, __NR_read},    {4, __NR_write},
    {5, __NR_open}, {6, __NR_close}, {20, __NR_getpid},
};

long sys_ni_syscall(void)
{
    return -ENOSYS;
}

/* The heart of the crossing. A number that is not in the table may be a negative one. */
long do_syscall_64(const struct pt_regs *regs, long number)
{
    unsigned long a[6];

    if ((unsigned long)number >= NR_syscalls)
        return sys_ni_syscall();
    regs_syscall_arguments(regs, a);
    return sys_call_table[number](a[0], a[1], a[2], a[3], a[4], a[5]);
}

void do_int80_syscall_32(struct pt_regs *regs)
{
    long number = regs_syscall_number(regs);
    unsigned long a[6];

    for (size_t i = 0; i < ARRAY_SIZE(int80_calls); i++) {
        if (int80_calls[i].i386 != number)
            continue;
        number = int80_calls[i].number;
        regs_int80_arguments(regs, a);
        regs_set_result(regs, sys_call_table[number](a[0], a[1], a[2], a[3], a[4], a[5]));
        return;
    }
}
