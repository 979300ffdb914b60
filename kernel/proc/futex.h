/*
 * Futexes (futex(2), futex(7)): sleeping on a word of user memory, and being woken from it.
 *
 * A word is known by its place: address space and address, or, in shared memory, page frame and
 * offset. `is_private` is the caller's promise that only threads of this address space use the
 * word; it saves the look at the mapping.
 */
#ifndef LIMEN_PROC_FUTEX_H
#define LIMEN_PROC_FUTEX_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct task;

/* Sleeps while *word is `value`, until a wake-up whose bitset has a bit of ours, or deadline_ns
 * (clock_monotonic_ns, clock_realtime_ns if is_real, or WAIT_FOREVER). 0, -EAGAIN (*word was
 * something else), -ETIMEDOUT, -ERESTARTSYS, -EFAULT, -EINVAL (a word that isn't aligned, a bitset
 * of 0). */
int futex_wait(unsigned int __user *word, bool is_private, unsigned int value, unsigned int bitset,
               uint64_t deadline_ns, bool is_real);

/* Wakes waiters whose bitsets meet ours, `most` of them, but at least one, as on Linux: how many,
 * or -errno. */
int futex_wake(unsigned int __user *word, bool is_private, int most, unsigned int bitset);

/* Wakes up to `most_woken` waiters of `from` and makes up to `most_moved` others wait for `to`.
 * With `expected` not NULL only if *from is that: -EAGAIN. How many were woken or moved, or -errno.
 */
int futex_requeue(unsigned int __user *from, unsigned int __user *to, bool is_private,
                  int most_woken, int most_moved, const unsigned int *expected);

/* Changes *second as `operation` says (FUTEX_WAKE_OP), then wakes up to `most_first` waiters of
 * `first` and, if what *second held before compares as it says, up to `most_second` of `second`; at
 * least one of each: how many, or -errno. */
int futex_wake_op(unsigned int __user *first, unsigned int __user *second, bool is_private,
                  int most_first, int most_second, uint32_t operation);

/* The running thread leaves its memory: marks the robust futexes it holds, clears clear_child_tid
 * and wakes who waits for either (set_robust_list(2), set_tid_address(2)). */
void futex_task_end(struct task *task);

#endif
