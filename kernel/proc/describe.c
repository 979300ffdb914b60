/*
 * What runs here: the line of a panic report that names the thread, its process and its system
 * call. Takes no lock and believes nothing that it needn't.
 */
#include "arch/api/user.h"
#include "kernel/core/init.h"
#include "kernel/core/panic_hooks.h"
#include "kernel/lib/format.h"
#include "kernel/proc/task.h"

void task_describe(char *buffer, size_t size)
{
    const struct thread *thread = current;
    const struct process *process;
    unsigned long arguments[6];
    long number;
    size_t used;

    if (!thread_is_task(thread)) {
        format_string(buffer, size, "kernel thread %s", thread->name);
        return;
    }
    process = current_process();
    used = format_string(buffer, size, "process %d (%s), thread %d", process->pid->number,
                         thread->name, thread->tid);
    if (used >= size || thread->mm == NULL)
        return;
    number = regs_syscall_number(current_regs());
    if (number < 0) {
        format_string(buffer + used, size - used, ", not in a system call");
        return;
    }
    regs_syscall_arguments(current_regs(), arguments);
    format_string(buffer + used, size - used,
                  ", system call %ld(%#lx, %#lx, %#lx, %#lx, %#lx, %#lx)", number, arguments[0],
                  arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}

static void describe_init(void)
{
    panic_describe = task_describe;
}
INIT_CALL(1, describe_init);
