/*
 * What a CPU may call of the kernel: the only way up from arch/x86_64 and boot.
 * Interrupts are off on entry unless said otherwise; `regs` is the interrupted frame.
 */
#ifndef LIMEN_ARCH_API_UPCALLS_H
#define LIMEN_ARCH_API_UPCALLS_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct pt_regs;
struct boot_info;

/* kernel/main.c: CPU 0, on its boot stack and boot/start.asm's page tables, its per-CPU area in
 * place; what the loader left in EAX and EBX. */
__noreturn void upcall_main(uint32_t magic, uint32_t info_phys);

/* kernel/main.c: a further CPU, its per-CPU area and interrupts set up; becomes its idle thread. */
__noreturn void upcall_secondary_cpu(void);

/* kernel/mm/fault.c: a page fault on a user address, from user mode or from a user-copy routine;
 * interrupts are as they were in the faulting code, and on if it came from user mode.
 * access: PT_WRITE, PT_EXEC or 0 for a read. `present`: the page is there, its rights are not.
 * 0: handled, run again. -EFAULT: nothing mapped there. -EACCES: mapped, but not for this. -ENOMEM:
 * the thread is to die, for want of memory. -EIO: beyond the end of the object (SIGBUS). */
int upcall_page_fault(uintptr_t address, unsigned access, bool present);

/* kernel/mm/fault_hint.c: what is known of an address that the kernel could not use, as the second
 * line of a panic (kernel/core/panic.h), or "". The first for a page fault there; the second for a
 * value that a register held at another fault. */
const char *upcall_fault_hint(uintptr_t address, unsigned access);
const char *upcall_pointer_hint(uintptr_t address);

/* kernel/proc/exception.c: user code did what the CPU refused, or a page fault that failed. Queues
 * the signal. code is siginfo's si_code, address its si_addr. Interrupts are on. */
void upcall_user_exception(struct pt_regs *regs, int signal, int code, uintptr_t address,
                           int trap_number, unsigned long error_code);

/* kernel/syscall/dispatch.c: the call. regs->ax is -ENOSYS and the number is in orig_ax.
 * Interrupts are on. The value is the result, which the entry stores in regs->ax. */
extern const unsigned long syscall_count; /* numbers from 0 on; what holes there are, too */
long do_syscall_64(struct pt_regs *regs, long number);
void do_int80_syscall_32(struct pt_regs *regs);

/* kernel/proc/exit_work.c (user_exit_work): called with interrupts off on the way to user mode as
 * long as the running thread's flags word is not 0; returns with interrupts off. */
void upcall_exit_to_user(struct pt_regs *regs);

/* kernel/sched/sched.c: the CPU has switched to the running thread and came from prev; interrupts
 * are off, the run queue is locked. First thing a new thread does. */
struct thread;
void upcall_switched(struct thread *prev);

/* kernel/sched/sched.c: smp_reschedule() of another CPU has arrived. */
void upcall_reschedule(void);

/* kernel/sched/timer.c: the time asked for by cpu_timer_arm has come; regs: what it interrupted. */
void upcall_tick(const struct pt_regs *regs, bool from_user);

/* kernel/sched/sched.c: end of an interrupt that came from kernel mode with preemption allowed and
 * the need-resched word set. */
void upcall_preempt(void);

#endif
