/*
 * The slab allocator (Bonwick 1994): caches of equal objects, and kmalloc over caches of several
 * sizes. Like page.h it may be used from any context, never sleeps, and gives NULL for no memory.
 *
 * Debug builds put a red zone behind each object and poison freed ones: an overrun, a second free
 * and a write after free panic at the next alloc or free that sees them.
 */
#ifndef LIMEN_MM_SLAB_H
#define LIMEN_MM_SLAB_H

#include "kernel/core/spinlock.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

struct slab_cache {
    const char *name;
    uint32_t object_size, alignment; /* what the user asked for */

    struct spinlock lock; /* RANK_SLAB */
    /* Under lock; stride 0: not used yet */
    uint32_t stride;                 /* from one object to the next */
    uint32_t per_slab;               /* objects in a slab */
    unsigned order;                  /* of a slab's page run */
    struct list partial;             /* slabs with free objects, the fullest-known first */
    size_t empty_slabs;              /* of them, without any object in use: one is kept */
    size_t slab_count, object_count; /* slabs held, objects in use */
    struct slab_cache *next;         /* of all caches, for slab_report; constant then */
};

/* Defines `struct slab_cache name`, ready for use: SLAB_CACHE(static, vma_cache, struct vma) or
 * SLAB_CACHE(, ...) for one that a header declares. */
#define SLAB_CACHE_INIT(cache_name, type)                                               \
    {                                                                                   \
        .name = (cache_name), .object_size = sizeof(type), .alignment = _Alignof(type), \
        .lock = SPINLOCK_INIT(RANK_SLAB)                                                \
    }
#define SLAB_CACHE(cache, type) struct slab_cache cache = SLAB_CACHE_INIT(#cache, type)

/* An object, all zero; and back. slab_free(NULL) does nothing. */
void *slab_alloc(struct slab_cache *cache);
void slab_free(struct slab_cache *cache, void *object);

/* Memory of any size up to KMALLOC_MAX, aligned to 16 bytes, to a page from PAGE_SIZE up. kmalloc's
 * contents are anything, kzalloc's zero. kfree(NULL) does nothing. */
#define KMALLOC_MAX (4ul << 20)
void *kmalloc(size_t size);
void *kzalloc(size_t size);
void kfree(const void *object);

/* For arrays: NULL as well when count * size overflows. */
static inline void *kmalloc_array(size_t count, size_t size)
{
    size_t total;

    return check_mul_overflow(count, size, &total) ? NULL : kmalloc(total);
}

/* Calls visit for every cache that was ever used; its counts may change meanwhile. */
void slab_report(void (*visit)(void *context, const struct slab_cache *cache), void *context);

#endif
