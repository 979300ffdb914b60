/*
 * Futexes. See futex.h; robust lists are in futex_robust.c.
 *
 * Waiters hang in a hash table of buckets. Waiting: lock the bucket, read the word, join, unlock,
 * sleep; waking: lock the bucket, find, wake. Who changes the word wakes afterwards, so no wake-up
 * is lost. The word is read with the bucket locked, where a page can't be brought in; if it isn't
 * there, it is read without the lock first, and all begins again.
 */
#include "kernel/proc/futex.h"

#include "arch/api/user.h"
#include "kernel/core/init.h"
#include "kernel/mm/cache.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/futex_internal.h"
#include "kernel/proc/task.h"

#define FUTEX_BUCKETS 256u

/* Where a word is. A page has a reference, so that nothing else can get to be there meanwhile. */
struct futex_key {
    const void *object; /* struct mm, or struct page */
    uintptr_t place;    /* address, or offset in the page */
    struct page *page;  /* NULL if object is an mm */
};

struct futex_bucket {
    struct spinlock lock; /* RANK_FUTEX */
    struct list waiters;
};

struct futex_waiter {
    struct list node;
    struct futex_bucket *bucket; /* requeueing changes it, and key, under the locks of both */
    struct futex_key key;
    unsigned int bitset;
    bool is_woken; /* under the bucket's lock; it is then on no list */
    struct wait_queue queue;
};

static struct futex_bucket futex_table[FUTEX_BUCKETS];

static void futex_init(void)
{
    for (size_t i = 0; i < FUTEX_BUCKETS; i++) {
        spin_lock_init(&futex_table[i].lock, RANK_FUTEX);
        list_init(&futex_table[i].waiters);
    }
}
INIT_CALL(1, futex_init);

static struct futex_bucket *futex_bucket_of(const struct futex_key *key)
{
    uint64_t mixed = ((uintptr_t)key->object ^ key->place) * 0x9e3779b97f4a7c15ull;

    return &futex_table[(mixed >> 32) % FUTEX_BUCKETS];
}

static bool futex_key_equal(const struct futex_key *a, const struct futex_key *b)
{
    return a->object == b->object && a->place == b->place;
}

/* The page behind a word of a shared mapping, with a reference; NULL if the mapping is private. */
static int futex_shared_page(struct mm *mm, uintptr_t address, struct page **page)
{
    struct vma *vma;
    int err = 0;

    *page = NULL;
    mutex_lock(&mm->lock);
    vma = vma_find(&mm->vmas, address);
    if (vma == NULL || address < vma->range.start)
        err = -EFAULT;
    else if ((vma->flags & VMA_SHARED) && vma->cache != NULL)
        err = page_cache_get_mapped(vma->cache, vma_cache_index(vma, address), page);
    mutex_unlock(&mm->lock);
    return err == -EIO ? -EFAULT : err;
}

static int futex_key_get(unsigned int __user *word, bool is_private, struct futex_key *key)
{
    uintptr_t address = (uintptr_t)word;
    struct page *page = NULL;
    int err = 0;

    if (!is_aligned(address, sizeof(*word)))
        return -EINVAL;
    if (!user_range_ok(word, sizeof(*word)))
        return -EFAULT;
    if (!is_private)
        err = futex_shared_page(current->mm, address, &page);
    if (page != NULL)
        *key = (struct futex_key){page, address & ~PAGE_MASK, page};
    else
        *key = (struct futex_key){current->mm, address, NULL};
    return err;
}

static void futex_key_put(struct futex_key *key)
{
    if (key->page != NULL)
        page_put(key->page);
}

/* Brings a word's page in, so that it can be read under a lock. */
static int futex_fault_in(unsigned int __user *word)
{
    uint32_t value;

    return copy_from_user(&value, word, sizeof(value));
}

/* Joins the bucket if the word still has the value: 0, -EAGAIN; -EFAULT: not readable, or not now.
 */
static int futex_join(struct futex_waiter *waiter, unsigned int __user *word, unsigned int value)
{
    struct futex_bucket *bucket = futex_bucket_of(&waiter->key);
    uint32_t found;
    int err;

    waiter->bucket = bucket;
    spin_lock(&bucket->lock);
    err = arch_load_user_u32(&found, word);
    if (err == 0 && found != value)
        err = -EAGAIN;
    if (err == 0)
        list_add_tail(&bucket->waiters, &waiter->node);
    spin_unlock(&bucket->lock);
    return err;
}

/* Leaves the bucket. True if the waiter was woken. */
static bool futex_leave(struct futex_waiter *waiter)
{
    struct futex_bucket *bucket;
    bool is_woken;

    for (;;) {
        bucket = atomic_load(&waiter->bucket);
        spin_lock(&bucket->lock);
        if (bucket == waiter->bucket)
            break;
        spin_unlock(&bucket->lock);
    }
    is_woken = waiter->is_woken;
    if (!is_woken)
        list_del(&waiter->node);
    spin_unlock(&bucket->lock);
    return is_woken;
}

/* Until the waiter is woken, or the deadline. */
static int futex_sleep(struct futex_waiter *waiter, uint64_t deadline_ns, bool is_real)
{
    if (is_real)
        return wait_event_until_real(&waiter->queue, atomic_load(&waiter->is_woken), deadline_ns);
    return wait_event_until(&waiter->queue, atomic_load(&waiter->is_woken), deadline_ns);
}

int futex_wait(unsigned int __user *word, bool is_private, unsigned int value, unsigned int bitset,
               uint64_t deadline_ns, bool is_real)
{
    struct futex_waiter waiter = {.bitset = bitset};
    int err;

    if (bitset == 0)
        return -EINVAL;
    err = futex_key_get(word, is_private, &waiter.key);
    if (err != 0)
        return err;
    wait_queue_init(&waiter.queue);
    while ((err = futex_join(&waiter, word, value)) == -EFAULT) {
        err = futex_fault_in(word);
        if (err != 0)
            break;
    }
    if (err == 0) {
        err = futex_sleep(&waiter, deadline_ns, is_real);
        if (futex_leave(&waiter))
            err = 0;
    }
    futex_key_put(&waiter.key);
    return err;
}

/* The waiter's memory may be gone as soon as the bucket, which is locked, isn't any more. */
static void futex_waiter_wake(struct futex_waiter *waiter)
{
    list_del(&waiter->node);
    atomic_store(&waiter->is_woken, true);
    wake_up(&waiter->queue);
}

/* The bucket is locked. How many were woken: `most`, but at least one. */
static int futex_wake_locked(const struct futex_key *key, int most, unsigned int bitset)
{
    struct futex_waiter *waiter, *ahead;
    int woken = 0;

    list_for_each_entry_safe (waiter, ahead, &futex_bucket_of(key)->waiters, node) {
        if (!futex_key_equal(&waiter->key, key) || (waiter->bitset & bitset) == 0)
            continue;
        futex_waiter_wake(waiter);
        if (++woken >= most)
            break;
    }
    return woken;
}

int futex_wake(unsigned int __user *word, bool is_private, int most, unsigned int bitset)
{
    struct futex_bucket *bucket;
    struct futex_key key;
    int result;

    if (bitset == 0)
        return -EINVAL;
    result = futex_key_get(word, is_private, &key);
    if (result != 0)
        return result;
    bucket = futex_bucket_of(&key);
    spin_lock(&bucket->lock);
    result = futex_wake_locked(&key, most, bitset);
    spin_unlock(&bucket->lock);
    futex_key_put(&key);
    return result;
}

static void futex_lock_two(struct futex_bucket *a, struct futex_bucket *b)
{
    spin_lock(a < b ? &a->lock : &b->lock);
    if (a != b)
        spin_lock_nested(a < b ? &b->lock : &a->lock);
}

static void futex_unlock_two(struct futex_bucket *a, struct futex_bucket *b)
{
    if (a != b)
        spin_unlock(a < b ? &b->lock : &a->lock);
    spin_unlock(a < b ? &a->lock : &b->lock);
}

static void futex_waiter_move(struct futex_waiter *waiter, const struct futex_key *key,
                              struct futex_bucket *bucket)
{
    if (waiter->bucket != bucket) {
        list_del(&waiter->node);
        list_add_tail(&bucket->waiters, &waiter->node);
        atomic_store(&waiter->bucket, bucket);
    }
    if (key->page != NULL)
        page_get(key->page);
    futex_key_put(&waiter->key);
    waiter->key = *key;
}

/* One word's waiters, another's place to go. */
struct futex_move {
    struct futex_key from, to;
    int most_woken, most_moved;
};

/* Both buckets are locked. How many were woken or moved. */
static int futex_move_waiters(const struct futex_move *move)
{
    struct futex_waiter *waiter, *ahead;
    int count = 0;

    list_for_each_entry_safe (waiter, ahead, &futex_bucket_of(&move->from)->waiters, node) {
        if (count - move->most_woken >= move->most_moved)
            break;
        if (!futex_key_equal(&waiter->key, &move->from))
            continue;
        if (++count <= move->most_woken)
            futex_waiter_wake(waiter);
        else
            futex_waiter_move(waiter, &move->to, futex_bucket_of(&move->to));
    }
    return count;
}

/* As futex_move_waiters, if *word is as expected: else -EAGAIN, or -EFAULT if it isn't readable
 * now. */
static int futex_move_if(const struct futex_move *move, unsigned int __user *word,
                         const unsigned int *expected)
{
    struct futex_bucket *from = futex_bucket_of(&move->from), *to = futex_bucket_of(&move->to);
    uint32_t found;
    int result = 0;

    futex_lock_two(from, to);
    if (expected != NULL) {
        result = arch_load_user_u32(&found, word);
        if (result == 0 && found != *expected)
            result = -EAGAIN;
    }
    if (result == 0)
        result = futex_move_waiters(move);
    futex_unlock_two(from, to);
    return result;
}

int futex_requeue(unsigned int __user *from, unsigned int __user *to, bool is_private,
                  int most_woken, int most_moved, const unsigned int *expected)
{
    struct futex_move move = {.most_woken = most_woken, .most_moved = most_moved};
    int result;

    if (most_woken < 0 || most_moved < 0)
        return -EINVAL;
    result = futex_key_get(from, is_private, &move.from);
    if (result != 0)
        return result;
    result = futex_key_get(to, is_private, &move.to);
    if (result != 0)
        goto put_from;
    while ((result = futex_move_if(&move, from, expected)) == -EFAULT) {
        result = futex_fault_in(from);
        if (result != 0)
            break;
    }
    futex_key_put(&move.to);
put_from:
    futex_key_put(&move.from);
    return result;
}

/* --- FUTEX_WAKE_OP --- */

/* Two words, and how many of each one's waiters are woken. */
struct futex_pair {
    struct futex_key first, second;
    int most_first, most_second;
};

/* Changes the second word and wakes, in one step to who waits. */
static int futex_pair_wake(const struct futex_pair *pair, unsigned int __user *second,
                           uint32_t operation)
{
    struct futex_bucket *a = futex_bucket_of(&pair->first), *b = futex_bucket_of(&pair->second);
    int compared, woken = 0;

    futex_lock_two(a, b);
    compared = futex_op_apply(second, operation);
    if (compared >= 0)
        woken = futex_wake_locked(&pair->first, pair->most_first, FUTEX_BITSET_MATCH_ANY);
    if (compared > 0)
        woken += futex_wake_locked(&pair->second, pair->most_second, FUTEX_BITSET_MATCH_ANY);
    futex_unlock_two(a, b);
    return compared < 0 ? compared : woken;
}

/* Brings a word's page in to be written: stores what is there. */
static int futex_fault_in_to_write(unsigned int __user *word)
{
    uint32_t found;

    return arch_compare_swap_user_u32(word, 0, 0, &found);
}

int futex_wake_op(unsigned int __user *first, unsigned int __user *second, bool is_private,
                  int most_first, int most_second, uint32_t operation)
{
    struct futex_pair pair = {.most_first = most_first, .most_second = most_second};
    int result = futex_key_get(first, is_private, &pair.first);

    if (result != 0)
        return result;
    result = futex_key_get(second, is_private, &pair.second);
    if (result != 0)
        goto put_first;
    while ((result = futex_pair_wake(&pair, second, operation)) == -EFAULT) {
        result = futex_fault_in_to_write(second);
        if (result != 0)
            break;
    }
    futex_key_put(&pair.second);
put_first:
    futex_key_put(&pair.first);
    return result;
}
