/*
 * System calls on what a process wants of the kernel: prctl(2), personality(2).
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/personality.h"
#include "kernel/abi/prctl.h"
#include "kernel/lib/string.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/refuse.h"
#include "kernel/proc/task.h"

#define PERSONALITY_ASK 0xffffffffu

/* Sets the thread's personality; tells the one before, which is all that 0xffffffff does. Nothing
 * is randomized: ADDR_NO_RANDOMIZE asks for what there is. */
long sys_personality(unsigned int persona)
{
    struct task *task = current_task();
    unsigned before = task->personality;

    if (persona == PERSONALITY_ASK)
        return before;
    if (persona & ~ADDR_NO_RANDOMIZE) {
        log_refusal("personality %#x", persona);
        return -EINVAL;
    }
    task->personality = persona;
    return before;
}

static long prctl_set_name(const char __user *name)
{
    char copy[TASK_COMM_LENGTH] = "";

    if (strncpy_from_user(copy, name, sizeof(copy) - 1) < 0)
        return -EFAULT;
    strlcpy(current->name, copy, sizeof(current->name));
    return 0;
}

static long prctl_get_name(char __user *to)
{
    char name[TASK_COMM_LENGTH] = "";

    strlcpy(name, current->name, sizeof(name));
    return copy_to_user(to, name, sizeof(name));
}

/* How late a thread's sleeps may end. Here they end when they should; but who asks is told. 0: what
 * the thread was born with. */
static long prctl_set_timer_slack(struct task *task, uint64_t slack_ns)
{
    task->timer_slack_ns = slack_ns != 0 ? slack_ns : task->default_timer_slack_ns;
    return 0;
}

/* Odds and ends of a process: name, death signal, subreaper, no_new_privs, dumpable, slack. */
long sys_prctl(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4,
               unsigned long arg5)
{
    struct task *task = current_task();

    switch (option) {
    case PR_SET_NAME:
        return prctl_set_name((const char __user *)arg2);
    case PR_GET_NAME:
        return prctl_get_name((char __user *)arg2);
    case PR_SET_PDEATHSIG:
        if (arg2 > SIGNAL_COUNT)
            return -EINVAL;
        atomic_store(&task->parent_death_signal, (int)arg2);
        return 0;
    case PR_GET_PDEATHSIG:
        return put_user(task->parent_death_signal, (int __user *)arg2);
    case PR_GET_DUMPABLE:
        return atomic_load(&task->process->is_dumpable);
    case PR_SET_DUMPABLE:
        if (arg2 > 1)
            return -EINVAL;
        atomic_store(&task->process->is_dumpable, arg2 != 0);
        return 0;
    case PR_SET_CHILD_SUBREAPER:
        atomic_store(&task->process->is_subreaper, arg2 != 0);
        return 0;
    case PR_GET_CHILD_SUBREAPER:
        return put_user((int)task->process->is_subreaper, (int __user *)arg2);
    case PR_SET_NO_NEW_PRIVS:
        if (arg2 != 1 || arg3 || arg4 || arg5)
            return -EINVAL;
        task->no_new_privileges = true;
        return 0;
    case PR_GET_NO_NEW_PRIVS:
        return arg2 || arg3 || arg4 || arg5 ? -EINVAL : task->no_new_privileges;
    case PR_SET_TIMERSLACK:
        return prctl_set_timer_slack(task, arg2);
    case PR_GET_TIMERSLACK:
        return (long)task->timer_slack_ns;
    case PR_SET_TIMING:
        return arg2 == PR_TIMING_STATISTICAL ? 0 : -EINVAL;
    case PR_GET_TIMING:
        return PR_TIMING_STATISTICAL;
    default:
        log_refusal("prctl option %d", option);
        return -EINVAL;
    }
}
