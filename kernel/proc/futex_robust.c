/*
 * What a thread that leaves its memory owes to others there: the robust futexes it still holds
 * (set_robust_list(2)), and the word that pthread_join waits for (set_tid_address(2)).
 *
 * The list is the user's and may be anything at all: it is read by user copies, at most
 * ROBUST_LIST_LIMIT entries of it, and an error ends the walk.
 */
#include "arch/api/user.h"
#include "kernel/abi/futex.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/futex.h"
#include "kernel/proc/task.h"

/* The lowest bit of an entry's address says that its futex inherits priority. */
#define ENTRY_IS_PI 1ul

/* The owner of this futex, if that is us, has died. -EFAULT ends the walk. */
static int robust_futex_abandon(uintptr_t address, pid_t tid, bool is_pi, bool is_pending)
{
    unsigned int __user *word = (unsigned int __user *)address;
    uint32_t seen, found;

    if (!is_aligned(address, sizeof(*word)) || copy_from_user(&seen, word, sizeof(seen)) != 0)
        return -EFAULT;
    /* An unlock that had cleared the word but died before it woke anybody. */
    if (is_pending && !is_pi && seen == 0)
        (void)futex_wake(word, false, 1, FUTEX_BITSET_MATCH_ANY);
    for (; (seen & FUTEX_TID_MASK) == (uint32_t)tid; seen = found) {
        uint32_t desired = (seen & FUTEX_WAITERS) | FUTEX_OWNER_DIED;

        if (arch_compare_swap_user_u32(word, seen, desired, &found) != 0)
            return -EFAULT;
        if (found != seen)
            continue;
        if (!is_pi && (seen & FUTEX_WAITERS))
            (void)futex_wake(word, false, 1, FUTEX_BITSET_MATCH_ANY);
        break;
    }
    return 0;
}

static int robust_entry_abandon(unsigned long entry, long offset, pid_t tid, bool is_pending)
{
    uintptr_t address = (entry & ~ENTRY_IS_PI) + (unsigned long)offset;

    return robust_futex_abandon(address, tid, (entry & ENTRY_IS_PI) != 0, is_pending);
}

static void robust_list_walk(struct robust_list_head __user *head, pid_t tid)
{
    struct robust_list_head list;
    unsigned long entry, next, pending;
    int err;

    if (copy_from_user(&list, head, sizeof(list)) != 0)
        return;
    entry = (unsigned long)list.list.next;
    pending = (unsigned long)list.list_op_pending;
    for (unsigned int count = 0; count < ROBUST_LIST_LIMIT; count++) {
        if ((entry & ~ENTRY_IS_PI) == (unsigned long)&head->list)
            break;
        /* Before the futex is given up: another thread may free it then. */
        err = get_user(next, (unsigned long __user *)(entry & ~ENTRY_IS_PI));
        if ((entry & ~ENTRY_IS_PI) != (pending & ~ENTRY_IS_PI) &&
            robust_entry_abandon(entry, list.futex_offset, tid, false) != 0)
            return;
        if (err != 0)
            break;
        entry = next;
    }
    if (pending != 0)
        (void)robust_entry_abandon(pending, list.futex_offset, tid, true);
}

void futex_task_end(struct task *task)
{
    struct robust_list_head __user *robust_list = task->robust_list;
    int __user *clear_child_tid = task->clear_child_tid;
    struct mm *mm = task->thread.mm;

    task->robust_list = NULL;
    task->clear_child_tid = NULL;
    if (robust_list != NULL)
        robust_list_walk(robust_list, task->thread.tid);
    if (clear_child_tid == NULL || mm == NULL || refcount_read(&mm->users) == 1)
        return; /* nobody waits for it in memory that is its own */
    if (put_user(0, clear_child_tid) == 0)
        (void)futex_wake((unsigned int __user *)clear_child_tid, false, 1, FUTEX_BITSET_MATCH_ANY);
}
