/*
 * select(2), pselect6(2): on the pollers of kernel/vfs/poll.h.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/select.h"
#include "kernel/core/clock.h"
#include "kernel/lib/bitmap.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/signal.h"
#include "kernel/proc/task.h"
#include "kernel/proc/timespec.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/poll.h"

#define SETS 3        /* readable, writable, exceptional */
#define STACK_WORDS 4 /* of each set, for which no memory is needed */

/* What makes a descriptor ready in each of the three senses (man 2 select). */
static const unsigned set_events[SETS] = {
    POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR | POLLNVAL,
    POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR | POLLNVAL,
    POLLPRI | POLLNVAL,
};

/* The user's three sets, any of which may be missing. */
struct user_sets {
    struct fd_set __user *set[SETS];
};

/* Bitmaps: what was asked for, and the answer. */
struct selection {
    unsigned count; /* descriptors */
    size_t words;   /* of each bitmap */
    unsigned long *wanted[SETS], *ready[SETS];
};

static int sets_get(struct selection *selection, const struct user_sets *user)
{
    size_t size = selection->words * sizeof(unsigned long);

    for (int i = 0; i < SETS; i++) {
        if (!user->set[i])
            memset(selection->wanted[i], 0, size);
        else if (copy_from_user(selection->wanted[i], user->set[i], size) != 0)
            return -EFAULT;
    }
    return 0;
}

static int sets_put(const struct selection *selection, const struct user_sets *user)
{
    size_t size = selection->words * sizeof(unsigned long);

    for (int i = 0; i < SETS; i++)
        if (user->set[i] && copy_to_user(user->set[i], selection->ready[i], size) != 0)
            return -EFAULT;
    return 0;
}

/* A word of what was asked for in any set, without the bits behind the last descriptor. */
static unsigned long word_wanted(const struct selection *selection, size_t word)
{
    unsigned long bits =
        selection->wanted[0][word] | selection->wanted[1][word] | selection->wanted[2][word];
    size_t end = selection->count - word * BITS_PER_WORD;

    return end < BITS_PER_WORD ? bits & ~(~0ul << end) : bits;
}

/* -EBADF if one isn't open. */
static int selection_check(const struct selection *selection)
{
    for (size_t word = 0; word < selection->words; word++)
        if (word_wanted(selection, word) & ~fd_used_word((unsigned)word))
            return -EBADF;
    return 0;
}

/* Asks one descriptor: in how many of the senses in which it is wanted it is ready. */
static long select_one(const struct selection *selection, unsigned fd, struct poll_table *table)
{
    struct file *file = fd_get(fd);
    unsigned wanted = POLLERR | POLLHUP, ready = POLLNVAL;
    long found = 0;

    for (int i = 0; i < SETS; i++)
        if (bitmap_test(selection->wanted[i], fd))
            wanted |= set_events[i];
    if (file) {
        if (table)
            table->wanted = wanted;
        ready = file_poll(file, table);
        file_put(file);
    }
    for (int i = 0; i < SETS; i++) {
        if (bitmap_test(selection->wanted[i], fd) && (ready & set_events[i])) {
            bitmap_set(selection->ready[i], fd);
            found++;
        }
    }
    return found;
}

static long select_round(const struct selection *selection, struct poll_table *table)
{
    long found = 0;

    for (size_t word = 0; word < selection->words; word++) {
        unsigned long bits = word_wanted(selection, word);

        for (; bits; bits &= bits - 1)
            found += select_one(selection,
                                (unsigned)(word * BITS_PER_WORD) + (unsigned)__builtin_ctzl(bits),
                                table);
    }
    return found;
}

/* Until something is ready: how many bits, 0 when the time is up, -ERESTARTNOHAND, -ENOMEM. */
static long select_wait(const struct selection *selection, uint64_t deadline_ns)
{
    struct poller poller;
    long found;
    int err;

    if (deadline_ns == 0) {
        found = select_round(selection, NULL);
        return found == 0 && thread_interrupted() ? -ERESTARTNOHAND : found;
    }
    poller_init(&poller);
    for (err = 0;; err = poller_sleep(&poller, deadline_ns)) {
        found = select_round(selection, &poller.table);
        if (found || err)
            break;
    }
    poller_leave(&poller);
    return found || err == -ETIMEDOUT ? found : err;
}

/* The call, with memory for the bitmaps. */
static long select_sets(struct selection *selection, const struct user_sets *user,
                        uint64_t deadline_ns)
{
    long result = sets_get(selection, user);

    if (result == 0)
        result = selection_check(selection);
    if (result != 0)
        return result;
    for (int i = 0; i < SETS; i++)
        memset(selection->ready[i], 0, selection->words * sizeof(unsigned long));
    result = select_wait(selection, deadline_ns);
    if (result >= 0 && sets_put(selection, user) != 0)
        result = -EFAULT;
    return result;
}

/* The call with a point in time instead of a timeout; 0: don't wait. Descriptors that the table has
 * no room for are none. */
static long select_until(int count, const struct user_sets *user, uint64_t deadline_ns)
{
    unsigned long stack[2 * SETS * STACK_WORDS], *words = stack;
    struct selection selection;
    long result;

    if (count < 0)
        return -EINVAL;
    selection.count = min((unsigned)count, fd_capacity());
    selection.words = BITMAP_WORDS(selection.count);
    if (selection.words > STACK_WORDS)
        words = kmalloc_array(2 * SETS * selection.words, sizeof(*words));
    if (!words)
        return -ENOMEM;
    for (size_t i = 0; i < SETS; i++) {
        selection.wanted[i] = words + i * selection.words;
        selection.ready[i] = words + (SETS + i) * selection.words;
    }
    result = select_sets(&selection, user, deadline_ns);
    if (words != stack)
        kfree(words);
    return result;
}

/* select's timeout: its microseconds may be more than a second's. */
static int timeout_of_timeval(const struct timeval __user *from, uint64_t *deadline_ns)
{
    struct timeval time;
    struct timespec same;
    uint64_t ns;
    int err;

    *deadline_ns = WAIT_FOREVER;
    if (from == NULL)
        return 0;
    if (copy_from_user(&time, from, sizeof(time)) != 0)
        return -EFAULT;
    if (check_add_overflow(time.tv_sec, time.tv_usec / (long)USEC_PER_SEC, &same.tv_sec))
        same.tv_sec = -1;
    same.tv_nsec = time.tv_usec % (long)USEC_PER_SEC * (long)NSEC_PER_USEC;
    err = timespec_to_ns(&same, &ns);
    if (err == 0)
        *deadline_ns = ns == 0 ? 0 : clock_monotonic_ns() + ns;
    return err;
}

/* Waits until a descriptor below `count` that is in one of the sets is ready in that set's sense,
 * or the time is over, and leaves in the sets those that are. What is left of the time is stored.
 */
long sys_select(int count, struct fd_set __user *readable, struct fd_set __user *writable,
                struct fd_set __user *exceptional, struct timeval __user *timeout)
{
    const struct user_sets user = {{readable, writable, exceptional}};
    uint64_t deadline_ns;
    long result = timeout_of_timeval(timeout, &deadline_ns);

    if (result != 0)
        return result;
    result = select_until(count, &user, deadline_ns);
    if (timeout != NULL && deadline_ns != 0) {
        struct timeval left = timeval_of_ns(timeout_left_ns(deadline_ns));

        if (copy_to_user(timeout, &left, sizeof(left)) != 0 && result == -ERESTARTNOHAND)
            result = -EINTR; /* started again it would wait for the whole time */
    }
    return result;
}

/* As select, under another signal mask, with a timeout in nanoseconds. */
long sys_pselect6(int count, struct fd_set __user *readable, struct fd_set __user *writable,
                  struct fd_set __user *exceptional, struct timespec __user *timeout,
                  const struct pselect_mask __user *mask)
{
    const struct user_sets user = {{readable, writable, exceptional}};
    struct pselect_mask packed = {0};
    uint64_t deadline_ns;
    long result = 0;

    if (mask != NULL)
        result = copy_from_user(&packed, mask, sizeof(packed));
    if (result == 0)
        result = timeout_get(timeout, &deadline_ns);
    if (result == 0)
        result = signal_mask_begin_call(packed.set, packed.size);
    if (result != 0)
        return result;
    result = select_until(count, &user, deadline_ns);
    signal_mask_end_call(result == -ERESTARTNOHAND);
    if (timeout != NULL && deadline_ns != 0 &&
        timespec_put(timeout_left_ns(deadline_ns), timeout) != 0 && result == -ERESTARTNOHAND)
        result = -EINTR;
    return result;
}
