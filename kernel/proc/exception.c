/*
 * Exceptions of user code become signals (signal(7), sigaction(2) "The siginfo_t argument").
 */
#include "arch/api/upcalls.h"
#include "arch/api/user.h"
#include "kernel/core/log.h"
#include "kernel/lib/string.h"
#include "kernel/proc/signal_internal.h"

#define REPORTS_PER_SECOND 10

/* False when there have been too many reports lately: any program can make one with ease. */
static bool report_is_due(void)
{
    static uint64_t second;
    static uint32_t count;
    uint64_t now = clock_monotonic_ns() / NSEC_PER_SEC;

    if (atomic_swap(&second, now) != now)
        atomic_store(&count, 0);
    return atomic_add(&count, 1) <= REPORTS_PER_SECOND;
}

/* A line on a death that the program didn't expect, for who wonders. */
static void exception_report(const struct pt_regs *regs, int signal, uintptr_t address,
                             int trap_number, unsigned long error_code)
{
    struct task *task = current_task();
    struct kernel_sigaction action = sighand_action(task->sighand, signal);

    if (action.handler != SIG_DFL && action.handler != SIG_IGN)
        return;
    if (report_is_due())
        pr_info("%s[%d]: signal %d: trap %d, address %#lx, ip %#lx, sp %#lx, error %#lx",
                task->thread.name, task->thread.tid, signal, trap_number, address, regs_ip(regs),
                regs_sp(regs), error_code);
}

void upcall_user_exception(struct pt_regs *regs, int signal, int code, uintptr_t address,
                           int trap_number, unsigned long error_code)
{
    struct siginfo info;

    memset(&info, 0, sizeof(info));
    info.si_signo = signal;
    info.si_code = code;
    info.si_addr = (void *)address;
    exception_report(regs, signal, address, trap_number, error_code);
    signal_force(signal, &info);
}
