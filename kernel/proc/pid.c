/*
 * Process numbers: giving them out, finding what they stand for. See pid.h.
 *
 * A bitmap tells which numbers are in use, a hash table leads from number to struct pid. Both are
 * under pid_lock. A struct pid whose count has reached 0 stays in the table until pid_put has the
 * lock; pid_find doesn't see it.
 */
#include "kernel/proc/pid.h"

#include "kernel/abi/errno.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/bitmap.h"
#include "kernel/mm/slab.h"

#define PID_BUCKETS 1024u /* numbers are handed out in turn: they spread evenly by themselves */
#define PID_RESERVED 300  /* as Linux: when counting wraps, the first ones are left alone */

static SLAB_CACHE(pid_cache, struct pid);

static struct spinlock pid_lock = SPINLOCK_INIT(RANK_PID);
static unsigned long pid_used[BITMAP_WORDS(PID_MAX)] = {1}; /* 0 is nobody's */
static struct pid *pid_table[PID_BUCKETS];
static size_t pid_last;
static uint64_t pids_made;

uint32_t pid_limit = PID_MAX;

/* Takes the next free number above the last one given out; 0: there is none. */
static pid_t pid_number_take(void)
{
    size_t limit = atomic_load(&pid_limit);
    size_t number = bitmap_find_zero(pid_used, limit, min(pid_last + 1, limit));

    if (number >= limit)
        number = bitmap_find_zero(pid_used, limit, pid_last < PID_RESERVED ? 1 : PID_RESERVED);
    if (number >= limit)
        return 0;
    bitmap_set(pid_used, number);
    pid_last = number;
    return (pid_t)number;
}

int pid_alloc(struct pid **out)
{
    struct pid *pid = slab_alloc(&pid_cache);
    unsigned long flags;

    if (pid == NULL)
        return -ENOMEM;
    refcount_init(&pid->ref);
    list_init(&pid->group);
    list_init(&pid->session);
    flags = spin_lock_irqsave(&pid_lock);
    pid->number = pid_number_take();
    if (pid->number != 0) {
        pids_made++;
        pid->next = pid_table[(uint32_t)pid->number % PID_BUCKETS];
        pid_table[(uint32_t)pid->number % PID_BUCKETS] = pid;
    }
    spin_unlock_irqrestore(&pid_lock, flags);
    if (pid->number == 0) {
        slab_free(&pid_cache, pid);
        return -EAGAIN;
    }
    *out = pid;
    return 0;
}

struct pid *pid_find(pid_t number)
{
    unsigned long flags;
    struct pid *pid;

    if (number <= 0 || number >= PID_MAX)
        return NULL;
    flags = spin_lock_irqsave(&pid_lock);
    pid = pid_table[(uint32_t)number % PID_BUCKETS];
    while (pid != NULL && pid->number != number)
        pid = pid->next;
    if (pid != NULL && !refcount_get_unless_zero(&pid->ref))
        pid = NULL;
    spin_unlock_irqrestore(&pid_lock, flags);
    return pid;
}

struct pid *pid_get(struct pid *pid)
{
    refcount_get(&pid->ref);
    return pid;
}

void pid_put(struct pid *pid)
{
    struct pid **link;
    unsigned long flags;

    if (pid == NULL || !refcount_put(&pid->ref))
        return;
    flags = spin_lock_irqsave(&pid_lock);
    link = &pid_table[(uint32_t)pid->number % PID_BUCKETS];
    while (*link != pid)
        link = &(*link)->next;
    *link = pid->next;
    bitmap_clear(pid_used, (size_t)pid->number);
    spin_unlock_irqrestore(&pid_lock, flags);
    slab_free(&pid_cache, pid);
}

pid_t pid_newest(void)
{
    return (pid_t)READ_ONCE(pid_last);
}

uint64_t pid_made_count(void)
{
    return READ_ONCE(pids_made);
}

pid_t pid_next(pid_t from)
{
    unsigned long flags;
    size_t number;

    if (from < 1)
        from = 1;
    if (from >= PID_MAX)
        return 0;
    flags = spin_lock_irqsave(&pid_lock);
    number = bitmap_find_set(pid_used, PID_MAX, (size_t)from);
    spin_unlock_irqrestore(&pid_lock, flags);
    return number < PID_MAX ? (pid_t)number : 0;
}
