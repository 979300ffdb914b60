/*
 * The slab allocator: see slab.h for the contract.
 *
 * A slab is a page run cut into objects. Its struct page holds the chain of free objects (each
 * begins with the pointer to the next) and how many are in use; all frames of the run point to the
 * cache, so kfree finds it. Slabs with free objects hang on the cache's partial list, the empty one
 * that a cache keeps at its end; full ones on none.
 *
 * Locking: each cache has a lock, interrupts off; page frames are allocated and freed inside it.
 */
#include "kernel/mm/slab.h"

#include "kernel/core/panic.h"
#include "kernel/lib/string.h"
#include "kernel/mm/page.h"
#include "kernel/mm/poison.h"

#define SLAB_ORDER_MAX 3u
#define SLAB_OBJECTS_WANTED 8u
#define EMPTY_SLABS_KEPT 1u

static struct slab_cache *all_caches; /* chained by next; atomic; only ever grows */

#if LIMEN_DEBUG

#define RED_ZONE_USED 0x55534544206f626aul
#define RED_ZONE_FREE 0x46524545206f626aul
#define RED_ZONE_BYTES sizeof(uint64_t)

static uint64_t *red_zone(const struct slab_cache *cache, void *object)
{
    return (uint64_t *)((char *)object + round_up(cache->object_size, 8u));
}

/* The words that poison covers: not the first, which is the chain's pointer. */
static size_t poison_words(const struct slab_cache *cache)
{
    return max(round_up(cache->object_size, 8u) / 8, 1u) - 1;
}

static void object_mark_free(const struct slab_cache *cache, void *object)
{
    poison_fill((uint64_t *)object + 1, POISON_OBJECT, poison_words(cache));
    *red_zone(cache, object) = RED_ZONE_FREE;
}

static void object_check_used(const struct slab_cache *cache, void *object)
{
    uint64_t zone = *red_zone(cache, object);

    if (zone == RED_ZONE_FREE)
        panic("slab %s: object %p freed twice", cache->name, object);
    if (zone != RED_ZONE_USED)
        panic("slab %s: somebody wrote behind object %p (%#lx)", cache->name, object, zone);
}

static void object_mark_used(const struct slab_cache *cache, void *object)
{
    const uint64_t *words = (const uint64_t *)object + 1;
    size_t count = poison_words(cache), word = poison_check(words, POISON_OBJECT, count);

    if (*red_zone(cache, object) != RED_ZONE_FREE)
        panic("slab %s: somebody wrote behind free object %p", cache->name, object);
    if (unlikely(word != count))
        panic("slab %s: object %p was written to after it was freed (offset %zu: %#lx)",
              cache->name, object, (word + 1) * sizeof(*words), words[word]);
    *red_zone(cache, object) = RED_ZONE_USED;
}

#else

#define RED_ZONE_BYTES 0u

static inline void object_mark_free(const struct slab_cache *cache, void *object)
{
    (void)cache;
    (void)object;
}

static inline void object_check_used(const struct slab_cache *cache, void *object)
{
    (void)cache;
    (void)object;
}

static inline void object_mark_used(const struct slab_cache *cache, void *object)
{
    (void)cache;
    (void)object;
}

#endif

/* First use of a cache: works out the shape of its slabs and makes it known. */
static void cache_prepare(struct slab_cache *cache)
{
    uint32_t alignment = max(cache->alignment, (uint32_t)sizeof(void *));
    uint32_t size = max(cache->object_size, (uint32_t)sizeof(void *));

    size = round_up(size, 8u) + RED_ZONE_BYTES;
    cache->stride = round_up(size, alignment);
    while (cache->order < SLAB_ORDER_MAX &&
           (PAGE_SIZE << cache->order) / cache->stride < SLAB_OBJECTS_WANTED)
        cache->order++;
    cache->per_slab = (uint32_t)((PAGE_SIZE << cache->order) / cache->stride);
    assert(cache->per_slab > 0);
    list_init(&cache->partial);
    cache->next = atomic_load(&all_caches);
    while (!atomic_compare_swap(&all_caches, &cache->next, cache))
        ;
}

/* Adds a slab with all of its objects free. NULL: no memory. */
static struct page *slab_create(struct slab_cache *cache)
{
    struct page *slab = page_alloc(cache->order, 0);
    char *object;

    if (!slab)
        return NULL;
    for (size_t i = 0; i < 1ul << cache->order; i++) {
        slab[i].state = PAGE_SLAB;
        slab[i].slab = cache;
    }
    slab->slab_used = 0;
    slab->slab_free = NULL;
    object = (char *)page_to_virt(slab) + (size_t)cache->per_slab * cache->stride;
    for (uint32_t i = 0; i < cache->per_slab; i++) {
        object -= cache->stride;
        *(void **)object = slab->slab_free;
        slab->slab_free = object;
        object_mark_free(cache, object);
    }
    list_add_tail(&cache->partial, &slab->node);
    cache->slab_count++;
    cache->empty_slabs++;
    return slab;
}

static void slab_destroy(struct slab_cache *cache, struct page *slab)
{
    list_del(&slab->node);
    cache->slab_count--;
    cache->empty_slabs--;
    slab->state = PAGE_USED;
    for (size_t i = 1; i < 1ul << cache->order; i++)
        slab[i].state = PAGE_TAIL;
    page_free(slab);
}

/* An object with whatever contents. */
static void *object_take(struct slab_cache *cache)
{
    void *object = NULL;
    unsigned long irq_flags;
    struct page *slab;

    if (allocation_must_fail())
        return NULL;
    irq_flags = spin_lock_irqsave(&cache->lock);
    if (unlikely(cache->stride == 0))
        cache_prepare(cache);
    slab = list_first_entry(&cache->partial, struct page, node);
    if (unlikely(!slab))
        slab = slab_create(cache);
    if (likely(slab)) {
        object = slab->slab_free;
        slab->slab_free = *(void **)object;
        if (slab->slab_used++ == 0)
            cache->empty_slabs--;
        if (!slab->slab_free)
            list_del(&slab->node);
        cache->object_count++;
        object_mark_used(cache, object);
    }
    spin_unlock_irqrestore(&cache->lock, irq_flags);
    return object;
}

void *slab_alloc(struct slab_cache *cache)
{
    void *object = object_take(cache);

    return object ? memset(object, 0, cache->object_size) : NULL;
}

/* Hangs an object into its slab, and the slab where it belongs then. */
static void object_put(struct slab_cache *cache, struct page *slab, void *object)
{
    bool was_full = slab->slab_free == NULL;

    *(void **)object = slab->slab_free;
    slab->slab_free = object;
    cache->object_count--;
    if (was_full)
        list_add(&cache->partial, &slab->node);
    if (--slab->slab_used > 0)
        return;
    cache->empty_slabs++;
    if (cache->empty_slabs > EMPTY_SLABS_KEPT) {
        slab_destroy(cache, slab);
    } else {
        list_del(&slab->node);
        list_add_tail(&cache->partial, &slab->node);
    }
}

void slab_free(struct slab_cache *cache, void *object)
{
    unsigned long irq_flags;
    struct page *slab;

    if (!object)
        return;
    slab = virt_to_page((void *)round_down((uintptr_t)object, PAGE_SIZE << cache->order));
    if (unlikely(slab->state != PAGE_SLAB || slab->slab != cache))
        panic("slab %s: %p is none of its objects", cache->name, object);
    assert(((uintptr_t)object - (uintptr_t)page_to_virt(slab)) % cache->stride == 0);

    irq_flags = spin_lock_irqsave(&cache->lock);
    object_check_used(cache, object);
    object_mark_free(cache, object);
    object_put(cache, slab, object);
    spin_unlock_irqrestore(&cache->lock, irq_flags);
}

#define KMALLOC_CLASS(size)                                               \
    {                                                                     \
        .name = "kmalloc-" #size, .object_size = (size), .alignment = 16, \
        .lock = SPINLOCK_INIT(RANK_SLAB)                                  \
    }

static struct slab_cache kmalloc_caches[] = {
    KMALLOC_CLASS(16),  KMALLOC_CLASS(32),   KMALLOC_CLASS(64),   KMALLOC_CLASS(96),
    KMALLOC_CLASS(128), KMALLOC_CLASS(192),  KMALLOC_CLASS(256),  KMALLOC_CLASS(512),
    KMALLOC_CLASS(768), KMALLOC_CLASS(1024), KMALLOC_CLASS(2048),
};

/* What is too big for the classes gets a page run of its own. */
static void *kmalloc_pages(size_t size)
{
    unsigned order = 0;
    struct page *page;

    if (size > KMALLOC_MAX)
        return NULL;
    while (PAGE_SIZE << order < size)
        order++;
    page = page_alloc(order, 0);
    return page ? page_to_virt(page) : NULL;
}

void *kmalloc(size_t size)
{
    for (size_t i = 0; i < ARRAY_SIZE(kmalloc_caches); i++)
        if (size <= kmalloc_caches[i].object_size)
            return object_take(&kmalloc_caches[i]);
    return kmalloc_pages(size);
}

void *kzalloc(size_t size)
{
    void *memory = kmalloc(size);

    return memory ? memset(memory, 0, size) : NULL;
}

void kfree(const void *object)
{
    struct page *page;

    if (!object)
        return;
    page = virt_to_page(object);
    if (page->state == PAGE_SLAB)
        slab_free(page->slab, (void *)(uintptr_t)object);
    else
        page_free(page);
}

void slab_report(void (*visit)(void *context, const struct slab_cache *cache), void *context)
{
    for (const struct slab_cache *cache = atomic_load(&all_caches); cache; cache = cache->next)
        visit(context, cache);
}
