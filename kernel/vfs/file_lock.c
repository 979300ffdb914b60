/*
 * Locks on files (fcntl(2), flock(2)). See file_lock.h.
 *
 * Who has to wait tries again whenever a lock of the file has gone or shrunk: a count in the file's
 * list tells. While it waits it stands in a list of all who do, with whose lock is in its way.
 */
#include "kernel/vfs/file_lock.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/stat.h"
#include "kernel/lib/list.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/mutex.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/inode.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/pseudo.h"

struct held_lock {
    struct lock_range range;
    struct inode *inode;
    struct list node; /* of its file's locks, by start */
    struct list all;  /* of all locks, the oldest first */
};

/* The locks of a file; made for the first of them, kept until the inode goes. */
struct inode_locks {
    struct list held;
    uint32_t changes; /* how often something went; atomic */
    struct wait_queue queue;
};

struct waiter {
    struct list node;
    const struct lock_range *wanted;
    struct inode_locks *locks;
    const struct held_lock *blocker; /* only compared; its owner: */
    const void *blocker_owner;
    uint32_t seen; /* locks->changes: when that differs the blocker may be gone */
};

static SLAB_CACHE(held_lock_cache, struct held_lock);
static SLAB_CACHE(inode_locks_cache, struct inode_locks);

static struct mutex locks_mutex = MUTEX_INIT(locks_mutex, RANK_FILE_LOCK);
/* Under locks_mutex */
static struct list all_locks = LIST_INIT(all_locks);
static struct list waiters = LIST_INIT(waiters);
static uint32_t lock_count; /* all, and those about to be made */

/* Memory for what one change may need: a new lock, and the far part of one that is cut in two. */
struct spares {
    struct held_lock *lock[2];
};

static int spares_get(struct spares *spares)
{
    spares->lock[0] = slab_alloc(&held_lock_cache);
    spares->lock[1] = slab_alloc(&held_lock_cache);
    return spares->lock[0] && spares->lock[1] ? 0 : -ENOLCK;
}

static void spares_put(struct spares *spares)
{
    slab_free(&held_lock_cache, spares->lock[0]);
    slab_free(&held_lock_cache, spares->lock[1]);
}

static struct held_lock *spares_take(struct spares *spares)
{
    struct held_lock **place = spares->lock[0] ? &spares->lock[0] : &spares->lock[1];
    struct held_lock *lock = *place;

    assert(lock);
    *place = NULL;
    return lock;
}

static struct inode_locks *inode_locks(const struct inode *inode)
{
    return atomic_load(&inode->locks);
}

/* The file's list, made if there is none. Under the mutex. NULL: no memory. */
static struct inode_locks *inode_locks_make(struct inode *inode)
{
    struct inode_locks *locks = inode_locks(inode);

    if (locks)
        return locks;
    locks = slab_alloc(&inode_locks_cache);
    if (!locks)
        return NULL;
    list_init(&locks->held);
    wait_queue_init(&locks->queue);
    atomic_store(&inode->locks, locks);
    return locks;
}

void inode_locks_free(struct inode *inode)
{
    slab_free(&inode_locks_cache, inode->locks);
}

static bool is_same_owner(const struct lock_range *a, const struct lock_range *b)
{
    return a->owner == b->owner && a->kind == b->kind;
}

static bool overlap(const struct lock_range *a, const struct lock_range *b)
{
    return a->start <= b->end && b->start <= a->end;
}

static bool conflict(const struct lock_range *held, const struct lock_range *wanted)
{
    return (held->kind == LOCK_OF_FLOCK) == (wanted->kind == LOCK_OF_FLOCK) &&
           !is_same_owner(held, wanted) && overlap(held, wanted) &&
           (held->type == F_WRLCK || wanted->type == F_WRLCK);
}

static struct held_lock *find_conflict(const struct inode_locks *locks,
                                       const struct lock_range *wanted)
{
    struct held_lock *lock;

    list_for_each_entry (lock, &locks->held, node)
        if (conflict(&lock->range, wanted))
            return lock;
    return NULL;
}

static void lock_insert(struct inode *inode, struct inode_locks *locks, struct held_lock *lock,
                        const struct lock_range *range)
{
    struct held_lock *after;

    lock->range = *range;
    lock->inode = inode;
    list_for_each_entry (after, &locks->held, node)
        if (after->range.start > range->start)
            break;
    list_add_tail(&after->node, &lock->node); /* with none: at the list's end */
    list_add_tail(&all_locks, &lock->all);
    lock_count++;
}

static void lock_remove(struct held_lock *lock)
{
    list_del(&lock->node);
    list_del(&lock->all);
    lock_count--;
    slab_free(&held_lock_cache, lock);
}

/* Something went: those who wait may try again. */
static void locks_changed(struct inode_locks *locks)
{
    atomic_add(&locks->changes, 1);
    wake_up_all(&locks->queue);
}

/* Cuts [start, end] out of a lock of another type. What is left behind the end is a lock more. */
static void lock_cut(struct inode_locks *locks, struct held_lock *lock,
                     const struct lock_range *wanted, struct spares *spares)
{
    struct lock_range rest = lock->range;
    bool has_left = lock->range.start<wanted->start, has_right = lock->range.end> wanted->end;

    if (!has_left && !has_right) {
        lock_remove(lock);
        return;
    }
    if (has_right)
        rest.start = wanted->end + 1;
    if (has_left) {
        lock->range.end = wanted->start - 1;
        if (has_right)
            lock_insert(lock->inode, locks, spares_take(spares), &rest);
    } else {
        lock->range.start = rest.start;
    }
}

/* Two ranges of one type that touch are one lock. */
static bool touch(const struct lock_range *a, const struct lock_range *b)
{
    return (a->end == LOCK_END_MAX || a->end + 1 >= b->start) &&
           (b->end == LOCK_END_MAX || b->end + 1 >= a->start);
}

/* The owner gets what is wanted; nobody is in the way. */
static void lock_place(struct inode *inode, struct inode_locks *locks,
                       const struct lock_range *wanted, struct spares *spares)
{
    struct lock_range merged = *wanted;
    struct held_lock *lock, *next;
    bool is_merged = false;

    list_for_each_entry_safe (lock, next, &locks->held, node) {
        if (!is_same_owner(&lock->range, wanted))
            continue;
        if (lock->range.type == wanted->type && touch(&lock->range, &merged)) {
            merged.start = min(merged.start, lock->range.start);
            merged.end = max(merged.end, lock->range.end);
            if (!is_merged)
                merged.file = lock->range.file;
            is_merged = true;
            lock_remove(lock);
        } else if (overlap(&lock->range, wanted)) {
            lock_cut(locks, lock, wanted, spares);
        }
    }
    if (wanted->type != F_UNLCK)
        lock_insert(inode, locks, spares_take(spares), &merged);
    locks_changed(locks);
}

/* flock(2) gives up what it has before it asks for another kind. True: it has that kind already. */
static bool flock_begin(struct inode_locks *locks, const struct lock_range *wanted)
{
    struct held_lock *lock;

    list_for_each_entry (lock, &locks->held, node) {
        if (!is_same_owner(&lock->range, wanted))
            continue;
        if (lock->range.type == wanted->type)
            return true;
        lock_remove(lock);
        locks_changed(locks);
        return false;
    }
    return false;
}

/* Whom an owner waits for, if it does. (Of several threads that wait, one.) */
static const void *waits_for(const void *owner)
{
    struct waiter *waiter;

    list_for_each_entry (waiter, &waiters, node)
        if (waiter->wanted->kind == LOCK_OF_PROCESS && waiter->wanted->owner == owner &&
            waiter->seen == atomic_load(&waiter->locks->changes))
            return waiter->blocker_owner;
    return NULL;
}

#define DEADLOCK_STEPS 64 /* a longer ring of processes waits until a signal comes */

static bool is_deadlock(const struct lock_range *wanted, const struct held_lock *blocker)
{
    const void *owner = blocker->range.owner;

    if (wanted->kind != LOCK_OF_PROCESS)
        return false;
    for (int step = 0; owner && step < DEADLOCK_STEPS; step++) {
        if (owner == wanted->owner)
            return true;
        owner = waits_for(owner);
    }
    return false;
}

/* One try, under the mutex: 0; -EAGAIN with *waiter telling what is in the way; -ENOLCK. */
static int lock_try(struct inode *inode, const struct lock_range *wanted, struct spares *spares,
                    struct waiter *waiter)
{
    struct inode_locks *locks = inode_locks_make(inode);
    struct held_lock *blocker;

    if (!locks)
        return -ENOLCK;
    if (wanted->kind == LOCK_OF_FLOCK && flock_begin(locks, wanted))
        return 0;
    blocker = wanted->type == F_UNLCK ? NULL : find_conflict(locks, wanted);
    if (blocker) {
        *waiter = (struct waiter){.wanted = wanted,
                                  .locks = locks,
                                  .blocker = blocker,
                                  .blocker_owner = blocker->range.owner,
                                  .seen = atomic_load(&locks->changes)};
        return -EAGAIN;
    }
    if (wanted->type != F_UNLCK && lock_count >= FILE_LOCKS_MAX)
        return -ENOLCK;
    lock_place(inode, locks, wanted, spares);
    return 0;
}

/* Waits until something of the file's locks has gone. Called and returns with the mutex held. */
static int lock_wait(struct waiter *waiter)
{
    int err;

    if (is_deadlock(waiter->wanted, waiter->blocker))
        return -EDEADLK;
    list_add_tail(&waiters, &waiter->node);
    mutex_unlock(&locks_mutex);
    err = wait_event(&waiter->locks->queue, atomic_load(&waiter->locks->changes) != waiter->seen);
    mutex_lock(&locks_mutex);
    list_del(&waiter->node);
    return err;
}

int file_lock_set(struct file *file, const struct lock_range *wanted, bool wait)
{
    struct waiter waiter;
    struct spares spares;
    int err = spares_get(&spares);

    if (err == 0) {
        mutex_lock(&locks_mutex);
        do {
            err = lock_try(file->inode, wanted, &spares, &waiter);
        } while (err == -EAGAIN && wait && (err = lock_wait(&waiter)) == 0);
        mutex_unlock(&locks_mutex);
    }
    spares_put(&spares);
    return err;
}

bool file_lock_test(struct file *file, const struct lock_range *wanted, struct lock_range *found)
{
    struct inode_locks *locks = inode_locks(file->inode);
    struct held_lock *blocker;

    if (!locks)
        return false;
    mutex_lock(&locks_mutex);
    blocker = find_conflict(locks, wanted);
    if (blocker)
        *found = blocker->range;
    mutex_unlock(&locks_mutex);
    return blocker != NULL;
}

/* Removes all locks of an owner on a file; `kind` may be that of either sort that it can have. */
static void locks_drop(struct inode *inode, const void *owner)
{
    struct inode_locks *locks = inode_locks(inode);
    struct held_lock *lock, *next;
    bool changed = false;

    if (likely(!locks))
        return;
    mutex_lock(&locks_mutex);
    list_for_each_entry_safe (lock, next, &locks->held, node) {
        if (lock->range.owner != owner)
            continue;
        lock_remove(lock);
        changed = true;
    }
    if (changed)
        locks_changed(locks);
    mutex_unlock(&locks_mutex);
}

void file_locks_leave(struct file *file, const void *owner)
{
    locks_drop(file->inode, owner);
}

void file_locks_release(struct file *file)
{
    locks_drop(file->inode, file);
}

static void show_lock(struct text *text, unsigned number, const char *arrow,
                      const struct inode *inode, const struct lock_range *range)
{
    static const char *const kinds[] = {"POSIX ", "OFDLCK", "FLOCK "};
    dev_t dev = inode->sb->dev;

    text_printf(text, "%u: %s%s ADVISORY  %s %d %02x:%02x:%lu %ld ", number, arrow,
                kinds[range->kind], range->type == F_WRLCK ? "WRITE" : "READ ", range->pid,
                DEV_MAJOR(dev), DEV_MINOR(dev), inode->number, range->start);
    if (range->end == LOCK_END_MAX)
        text_printf(text, "EOF\n");
    else
        text_printf(text, "%ld\n", range->end);
}

/* flock's come first, as on Linux. */
void file_locks_show_made(const struct file *file, const void *owner, struct text *text)
{
    const struct inode_locks *locks = inode_locks(file->inode);
    const struct held_lock *lock;
    unsigned number = 0;

    if (!locks)
        return;
    mutex_lock(&locks_mutex);
    for (int is_flock = 1; is_flock >= 0; is_flock--) {
        list_for_each_entry (lock, &locks->held, node) {
            const struct lock_range *range = &lock->range;

            if ((range->kind == LOCK_OF_FLOCK) != is_flock || range->file != file ||
                (range->owner != owner && range->owner != file))
                continue;
            text_printf(text, "lock:\t");
            show_lock(text, ++number, "", lock->inode, range);
        }
    }
    mutex_unlock(&locks_mutex);
}

int file_locks_show(struct text *text)
{
    const struct held_lock *lock;
    const struct waiter *waiter;
    unsigned number = 0;

    mutex_lock(&locks_mutex);
    list_for_each_entry (lock, &all_locks, all) {
        show_lock(text, ++number, "", lock->inode, &lock->range);
        list_for_each_entry (waiter, &waiters, node)
            if (waiter->blocker == lock && waiter->seen == atomic_load(&waiter->locks->changes))
                show_lock(text, number, "-> ", lock->inode, waiter->wanted);
    }
    mutex_unlock(&locks_mutex);
    return text->error;
}
