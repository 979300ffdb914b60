/*
 * futex(2), set_robust_list(2), get_robust_list(2). What they do is kernel/proc/futex.c's.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/futex.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/futex.h"
#include "kernel/proc/process_look.h"
#include "kernel/proc/refuse.h"
#include "kernel/proc/timespec.h"

/* Waits as the restart block says, which stays as it is if that is interrupted. */
static long futex_wait_by_block(struct restart_block *block)
{
    long err = futex_wait(block->word, block->is_private, block->value, block->bitset,
                          block->deadline_ns, block->is_real);

    /* With a time limit the call can't simply be made again: it would wait that long again. */
    return err == -ERESTARTSYS && block->deadline_ns != WAIT_FOREVER ? -ERESTART_RESTARTBLOCK : err;
}

/* When FUTEX_WAIT (a time from now) or FUTEX_WAIT_BITSET (a point of a clock) gives up. */
static long futex_deadline(const struct timespec __user *timeout, int op, uint64_t *deadline_ns)
{
    *deadline_ns = WAIT_FOREVER;
    if (timeout == NULL)
        return 0;
    if ((op & FUTEX_CMD_MASK) == FUTEX_WAIT)
        return timespec_get_deadline(timeout, deadline_ns);
    return timespec_get(timeout, deadline_ns);
}

static long futex_call_wait(unsigned int __user *word, int op, unsigned int value,
                            const struct timespec __user *timeout, unsigned int bitset)
{
    struct restart_block *block = &current_task()->restart;
    uint64_t deadline_ns;
    long err = futex_deadline(timeout, op, &deadline_ns);

    if (err != 0)
        return err;
    *block = (struct restart_block){
        .resume = futex_wait_by_block,
        .word = word,
        .is_private = (op & FUTEX_PRIVATE_FLAG) != 0,
        .value = value,
        .bitset = bitset,
        .deadline_ns = deadline_ns,
        .is_real = (op & FUTEX_CLOCK_REALTIME) != 0,
    };
    return futex_wait_by_block(block);
}

/* Sleeps while a word of user memory has a value; wakes who does: what locks are made of. */
long sys_futex(unsigned int __user *word, int op, unsigned int value,
               const struct timespec __user *timeout, unsigned int __user *word2,
               unsigned int value3)
{
    bool is_private = (op & FUTEX_PRIVATE_FLAG) != 0;
    int command = op & FUTEX_CMD_MASK;
    int most_second = (int)(unsigned long)timeout; /* what the argument is where two words are */

    if ((op & FUTEX_CLOCK_REALTIME) && command != FUTEX_WAIT_BITSET)
        return -ENOSYS;
    switch (command) {
    case FUTEX_WAIT:
        return futex_call_wait(word, op, value, timeout, FUTEX_BITSET_MATCH_ANY);
    case FUTEX_WAIT_BITSET:
        return futex_call_wait(word, op, value, timeout, value3);
    case FUTEX_WAKE:
        return futex_wake(word, is_private, (int)value, FUTEX_BITSET_MATCH_ANY);
    case FUTEX_WAKE_BITSET:
        return futex_wake(word, is_private, (int)value, value3);
    case FUTEX_REQUEUE:
        return futex_requeue(word, word2, is_private, (int)value, most_second, NULL);
    case FUTEX_CMP_REQUEUE:
        return futex_requeue(word, word2, is_private, (int)value, most_second, &value3);
    case FUTEX_WAKE_OP:
        return futex_wake_op(word, word2, is_private, (int)value, most_second, value3);
    default:
        log_refusal("futex operation %d", command);
        return -ENOSYS;
    }
}

/* Says where the thread keeps its list of futexes to be woken when it dies. */
long sys_set_robust_list(struct robust_list_head __user *head, size_t length)
{
    if (length != sizeof(*head))
        return -EINVAL;
    current_task()->robust_list = head;
    return 0;
}

/* Tells where a thread keeps that list. */
long sys_get_robust_list(pid_t tid, unsigned long __user *head, size_t __user *length)
{
    struct task *task = task_find(tid != 0 ? tid : current->tid);
    unsigned long list;
    bool is_allowed;

    if (task == NULL)
        return -ESRCH;
    is_allowed = task_may_look_by_call(task);
    list = (unsigned long)READ_ONCE(task->robust_list);
    task_put(task);
    if (!is_allowed)
        return -EPERM;
    if (put_user(sizeof(struct robust_list_head), length) != 0)
        return -EFAULT;
    return put_user(list, head);
}
