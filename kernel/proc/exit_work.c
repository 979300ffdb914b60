/*
 * Work on the way to user mode (arch/api/upcalls.h): what other threads and interrupts have asked
 * the running thread to do by its flags word. Called until the word is 0.
 */
#include "arch/api/cpu.h"
#include "arch/api/upcalls.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/task.h"

/* clone(2) CLONE_CHILD_SETTID: the child itself stores its number, in its own memory. */
static void task_begin(struct task *task)
{
    int __user *at = task->set_child_tid;

    task->set_child_tid = NULL;
    (void)!put_user(task->thread.tid, at);
}

void upcall_exit_to_user(struct pt_regs *regs)
{
    struct task *task = current_task();

    irq_enable();
    if (task->set_child_tid != NULL)
        task_begin(task);
    if (atomic_load(&current->flags) & TF_RESCHED)
        schedule();
    if (atomic_load(&current->flags) & (TF_SIGNAL | TF_KILLED))
        signal_deliver(regs);
    irq_disable();
}
