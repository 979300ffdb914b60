/*
 * Atomic words and reference counts, on the compiler's C11 builtins.
 */
#ifndef LIMEN_CORE_ATOMIC_H
#define LIMEN_CORE_ATOMIC_H

#include "kernel/core/panic.h"
#include "kernel/lib/types.h"

#define atomic_load(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define atomic_store(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define atomic_add(p, v) __atomic_add_fetch(p, v, __ATOMIC_ACQ_REL) /* returns the new value */
#define atomic_sub(p, v) __atomic_sub_fetch(p, v, __ATOMIC_ACQ_REL) /* returns the new value */
#define atomic_or(p, v) __atomic_fetch_or(p, v, __ATOMIC_ACQ_REL)   /* returns the old value */
#define atomic_and(p, v) __atomic_fetch_and(p, v, __ATOMIC_ACQ_REL) /* returns the old value */
#define atomic_fence() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define atomic_swap(p, v) __atomic_exchange_n(p, v, __ATOMIC_ACQ_REL)

/* Stores `desired` if *p is *expected; else puts what it found into *expected. */
#define atomic_compare_swap(p, expected, desired) \
    __atomic_compare_exchange_n(p, expected, desired, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)

/* A reference count: born 1, the one who brings it to 0 frees the object. */
struct refcount {
    uint32_t count;
};

static inline void refcount_init(struct refcount *ref)
{
    atomic_store(&ref->count, 1);
}

/* Takes one more reference; the caller must own one already. */
static inline void refcount_get(struct refcount *ref)
{
    uint32_t count = atomic_add(&ref->count, 1);

    assert(count > 1);
    (void)count;
}

/* Takes a reference unless the count is already 0 (the object is being freed). */
static inline bool refcount_get_unless_zero(struct refcount *ref)
{
    uint32_t count = atomic_load(&ref->count);

    while (count != 0)
        if (atomic_compare_swap(&ref->count, &count, count + 1))
            return true;
    return false;
}

/* Drops a reference; true for the caller who dropped the last one. */
static inline bool refcount_put(struct refcount *ref)
{
    uint32_t count = atomic_sub(&ref->count, 1);

    assert(count + 1 != 0);
    return count == 0;
}

static inline uint32_t refcount_read(const struct refcount *ref)
{
    return atomic_load(&ref->count);
}

#endif
