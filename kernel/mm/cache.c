/*
 * The page cache: see cache.h.
 */
#include "kernel/mm/cache.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/slab.h"

/* Pages that reading and writing look up under one hold of the lock. */
#define BATCH 16u

static size_t pages_cached[2]; /* of all caches: without and with ops->fill; atomic */

static bool has_fill(const struct page_cache *cache)
{
    return cache->ops && cache->ops->fill;
}

size_t page_cache_total(bool only_memory)
{
    size_t memory = atomic_load(&pages_cached[false]);

    return only_memory ? memory : memory + atomic_load(&pages_cached[true]);
}

void page_cache_init(struct page_cache *cache, const struct page_cache_ops *ops)
{
    *cache = (struct page_cache){.ops = ops};
    mutex_init(&cache->lock, RANK_PAGE_CACHE);
    spin_lock_init(&cache->mappings_lock, RANK_PAGE_TABLE);
    list_init(&cache->mappings);
}

static int page_charge(struct page_cache *cache)
{
    return cache->ops && cache->ops->charge ? cache->ops->charge(cache) : 0;
}

static void pages_uncharge(struct page_cache *cache, size_t count)
{
    if (cache->ops && cache->ops->uncharge && count != 0)
        cache->ops->uncharge(cache, count);
}

/* Takes the pages [first, end) out of the cache, to the end of a list. */
static void pages_remove(struct page_cache *cache, uint64_t first, uint64_t end, struct list *gone)
{
    size_t count = 0;
    struct page *page;

    while ((page = radix_find_from(&cache->pages, &first)) && first < end) {
        radix_remove(&cache->pages, first);
        list_add_tail(gone, &page->node);
        count++;
    }
    cache->page_count -= count;
    atomic_sub(&pages_cached[has_fill(cache)], count);
    pages_uncharge(cache, count);
}

static void pages_put(struct list *pages)
{
    struct page *page;

    while ((page = list_first_entry(pages, struct page, node))) {
        list_del(&page->node);
        page_put(page);
    }
}

void page_cache_destroy(struct page_cache *cache)
{
    struct list gone = LIST_INIT(gone);

    assert(list_empty(&cache->mappings));
    pages_remove(cache, 0, UINT64_MAX, &gone);
    pages_put(&gone);
}

/* The lock is held. */
static int page_insert(struct page_cache *cache, uint64_t index, struct page *page)
{
    int error = radix_insert(&cache->pages, index, page);

    if (error != 0)
        return error;
    page->is_reserved = false;
    cache->page_count++;
    atomic_add(&pages_cached[has_fill(cache)], 1);
    return 0;
}

int page_cache_add(struct page_cache *cache, uint64_t index, struct page *page)
{
    int error;

    mutex_lock(&cache->lock);
    error = page_insert(cache, index, page);
    mutex_unlock(&cache->lock);
    return error;
}

/* Adds a page where there is none. */
static int page_make(struct page_cache *cache, uint64_t index, struct page **result)
{
    struct page *page;
    int error = page_charge(cache);

    if (error != 0)
        return error;
    page = page_alloc(0, has_fill(cache) ? 0 : PAGE_ZEROED);
    if (!page) {
        error = -ENOMEM;
        goto uncharge;
    }
    if (has_fill(cache))
        error = cache->ops->fill(cache, page, index);
    if (error == 0)
        error = page_insert(cache, index, page);
    if (error != 0)
        goto free_page;
    *result = page;
    return 0;

free_page:
    page_free(page);
uncharge:
    pages_uncharge(cache, 1);
    return error;
}

/* The page at index with a reference, for who may write to it or maps it, the lock being held. */
static int page_find_or_make(struct page_cache *cache, uint64_t index, struct page **result)
{
    struct page *page = radix_find(&cache->pages, index);
    int error = page ? 0 : page_make(cache, index, &page);

    if (error != 0)
        return error;
    page_get(page);
    page->is_reserved = false;
    *result = page;
    return 0;
}

uint64_t page_cache_find(struct page_cache *cache, uint64_t index, bool want_data)
{
    const struct page *page;

    mutex_lock(&cache->lock);
    if (want_data) {
        while ((page = radix_find_from(&cache->pages, &index)) && page->is_reserved)
            index++;
        if (!page)
            index = UINT64_MAX;
    } else {
        while ((page = radix_find(&cache->pages, index)) && !page->is_reserved)
            index++;
    }
    mutex_unlock(&cache->lock);
    return index;
}

bool page_cache_has(struct page_cache *cache, uint64_t index)
{
    bool has;

    mutex_lock(&cache->lock);
    has = radix_find(&cache->pages, index) != NULL;
    mutex_unlock(&cache->lock);
    return has;
}

int page_cache_get_mapped(struct page_cache *cache, uint64_t index, struct page **page)
{
    int error = -EIO;

    mutex_lock(&cache->lock);
    if (index < DIV_ROUND_UP(cache->size, PAGE_SIZE))
        error = page_find_or_make(cache, index, page);
    mutex_unlock(&cache->lock);
    return error == -ENOSPC ? -EIO : error;
}

/* Makes zeros of the bytes [start, end), which lie in one page. */
static void part_clear(struct page_cache *cache, uint64_t start, uint64_t end)
{
    struct page *page = start < end ? radix_find(&cache->pages, start / PAGE_SIZE) : NULL;

    if (page)
        memset((char *)page_to_virt(page) + start % PAGE_SIZE, 0, end - start);
}

/*
 * Makes zeros of what lies behind `size` in its page: a mapping may have been written to there, and
 * it must not come to light when the object grows.
 */
static void tail_clear(struct page_cache *cache, uint64_t size)
{
    part_clear(cache, size, round_up(size, PAGE_SIZE));
}

void page_cache_resize(struct page_cache *cache, uint64_t size)
{
    struct list gone = LIST_INIT(gone);
    uint64_t first = DIV_ROUND_UP(size, PAGE_SIZE);
    uint64_t old_size;

    mutex_lock(&cache->lock);
    old_size = cache->size;
    atomic_store(&cache->size, size);
    if (size <= old_size)
        pages_remove(cache, first, UINT64_MAX, &gone);
    tail_clear(cache, min(size, old_size));
    mutex_unlock(&cache->lock);

    if (size < old_size)
        mm_unmap_cache(cache, &(struct cache_part){.first = first, .end = UINT64_MAX});
    pages_put(&gone);
}

void page_cache_punch(struct page_cache *cache, uint64_t start, uint64_t end)
{
    uint64_t first = DIV_ROUND_UP(start, PAGE_SIZE), last = end / PAGE_SIZE;
    struct list gone = LIST_INIT(gone);

    mutex_lock(&cache->lock);
    if (first > last) {
        part_clear(cache, start, end);
    } else {
        part_clear(cache, start, first * PAGE_SIZE);
        part_clear(cache, last * PAGE_SIZE, end);
        pages_remove(cache, first, last, &gone);
    }
    mutex_unlock(&cache->lock);
    if (first < last)
        mm_unmap_cache(cache, &(struct cache_part){first, last, .shared_only = true});
    pages_put(&gone);
}

/* Makes the page at index if it isn't there, and notes that it was made now. */
static int page_allocate(struct page_cache *cache, uint64_t index, struct list *made)
{
    struct page *page;
    int error = 0;

    mutex_lock(&cache->lock);
    if (!radix_find(&cache->pages, index)) {
        error = page_make(cache, index, &page);
        if (error == 0) {
            page->is_reserved = true;
            list_add_tail(made, &page->node);
        }
    }
    mutex_unlock(&cache->lock);
    return error;
}

/* Takes the pages on the list, which are in the order of their indexes from first on, out again. */
static void pages_unmake(struct page_cache *cache, uint64_t first, struct list *made)
{
    struct list gone = LIST_INIT(gone);
    struct page *page;

    mutex_lock(&cache->lock);
    for (uint64_t index = first; (page = list_first_entry(made, struct page, node)); index++) {
        if (radix_find_from(&cache->pages, &index) != page)
            continue;
        list_del(&page->node);
        pages_remove(cache, index, index + 1, &gone);
    }
    mutex_unlock(&cache->lock);
    pages_put(&gone);
}

int page_cache_allocate(struct page_cache *cache, uint64_t first, uint64_t end)
{
    struct list made = LIST_INIT(made);
    int error = 0;

    for (uint64_t index = first; index < end && error == 0; index++) {
        error = page_allocate(cache, index, &made);
        if (error == 0 && thread_interrupted())
            error = -EINTR;
    }
    if (error != 0)
        pages_unmake(cache, first, &made);
    return error;
}

/* References to the pages from index on, at most `count` of them: how many, or an error if not even
 * one. Where a page need not be made its place is NULL. */
static ssize_t batch_get(struct page_cache *cache, uint64_t index, size_t count, bool make,
                         struct page *pages[BATCH])
{
    size_t found = 0;
    int error = 0;

    count = min_t(size_t, count, BATCH);
    mutex_lock(&cache->lock);
    for (; found < count; found++) {
        if (make)
            error = page_find_or_make(cache, index + found, &pages[found]);
        else if ((pages[found] = radix_find(&cache->pages, index + found)) != NULL)
            page_get(pages[found]);
        if (error != 0)
            break;
    }
    mutex_unlock(&cache->lock);
    return found > 0 ? (ssize_t)found : error;
}

static void batch_put(struct page *pages[BATCH], ssize_t count)
{
    for (ssize_t i = 0; i < count; i++)
        if (pages[i])
            page_put(pages[i]);
}

/* Pages that the bytes [pos, pos + size) touch; size > 0. */
static size_t pages_touched(uint64_t pos, size_t size)
{
    return (pos + size - 1) / PAGE_SIZE - pos / PAGE_SIZE + 1;
}

/* Moves up to `size` bytes at pos from `count` pages into the iter: how many. */
static size_t batch_read(struct page *pages[BATCH], ssize_t count, struct iter *to, uint64_t pos,
                         size_t size)
{
    size_t done = 0, moved, piece;

    for (ssize_t i = 0; i < count; i++) {
        size_t offset = (pos + done) % PAGE_SIZE;

        piece = min(size - done, PAGE_SIZE - offset);
        if (pages[i])
            moved = iter_copy_to(to, (char *)page_to_virt(pages[i]) + offset, piece);
        else
            moved = iter_zero(to, piece);
        done += moved;
        if (moved < piece)
            break;
    }
    return done;
}

ssize_t page_cache_read(struct page_cache *cache, struct iter *to, loff_t *pos)
{
    loff_t start = *pos;
    ssize_t error = 0;

    while (iter_count(to) > 0 && error == 0) {
        uint64_t end = page_cache_size(cache), at = (uint64_t)*pos;
        size_t wanted = at < end ? min(end - at, iter_count(to)) : 0;
        struct page *pages[BATCH];
        size_t moved;
        ssize_t count;

        if (wanted == 0)
            break;
        count = batch_get(cache, at / PAGE_SIZE, pages_touched(at, wanted), has_fill(cache), pages);
        if (count < 0) {
            error = count;
            break;
        }
        wanted = min(wanted, (size_t)count * PAGE_SIZE - at % PAGE_SIZE);
        moved = batch_read(pages, count, to, at, wanted);
        batch_put(pages, count);
        *pos += (loff_t)moved;
        if (moved < wanted)
            error = -EFAULT;
    }
    return *pos > start ? *pos - start : error;
}

/* Moves up to `size` bytes from the iter to pos in `count` pages: how many. Beyond the object's end
 * a page stays zero where the iter faulted. */
static size_t batch_write(struct page_cache *cache, struct page *pages[BATCH], ssize_t count,
                          struct iter *from, uint64_t pos, size_t size)
{
    size_t done = 0;

    for (ssize_t i = 0; i < count; i++) {
        size_t offset = (pos + done) % PAGE_SIZE;
        size_t piece = min(size - done, PAGE_SIZE - offset);
        char *place = (char *)page_to_virt(pages[i]) + offset;
        size_t moved = iter_copy_from(from, place, piece);

        done += moved;
        if (moved == piece)
            continue;
        if (pos + done >= page_cache_size(cache))
            memset(place + moved, 0, piece - moved);
        break;
    }
    return done;
}

/* A write up to `end` begins (then what lies behind the old end is cleaned) or has been done. */
static void extend_begin(struct page_cache *cache, uint64_t end)
{
    if (end <= page_cache_size(cache))
        return;
    mutex_lock(&cache->lock);
    tail_clear(cache, cache->size);
    mutex_unlock(&cache->lock);
}

static void extend_end(struct page_cache *cache, uint64_t end)
{
    if (end <= page_cache_size(cache))
        return;
    mutex_lock(&cache->lock);
    atomic_store(&cache->size, end);
    mutex_unlock(&cache->lock);
}

ssize_t page_cache_write(struct page_cache *cache, struct iter *from, loff_t *pos)
{
    loff_t start = *pos;
    ssize_t error = 0;

    extend_begin(cache, (uint64_t)start + iter_count(from));
    while (iter_count(from) > 0 && error == 0) {
        uint64_t at = (uint64_t)*pos;
        size_t wanted = iter_count(from), moved;
        struct page *pages[BATCH];
        ssize_t count;

        count = batch_get(cache, at / PAGE_SIZE, pages_touched(at, wanted), true, pages);
        if (count < 0) {
            error = count;
            break;
        }
        wanted = min(wanted, (size_t)count * PAGE_SIZE - at % PAGE_SIZE);
        moved = batch_write(cache, pages, count, from, at, wanted);
        batch_put(pages, count);
        *pos += (loff_t)moved;
        if (moved > 0)
            extend_end(cache, (uint64_t)*pos);
        if (moved < wanted)
            error = -EFAULT;
    }
    return *pos > start ? *pos - start : error;
}

struct shared_memory {
    struct refcount ref;
    struct page_cache cache;
};

static SLAB_CACHE(shared_memory_cache, struct shared_memory);

struct page_cache *shared_memory_create(uint64_t size)
{
    struct shared_memory *shared = slab_alloc(&shared_memory_cache);

    if (!shared)
        return NULL;
    refcount_init(&shared->ref);
    page_cache_init(&shared->cache, NULL);
    shared->cache.size = size;
    return &shared->cache;
}

void shared_memory_get(struct page_cache *cache)
{
    refcount_get(&container_of(cache, struct shared_memory, cache)->ref);
}

void shared_memory_put(struct page_cache *cache)
{
    struct shared_memory *shared = container_of(cache, struct shared_memory, cache);

    if (!refcount_put(&shared->ref))
        return;
    page_cache_destroy(cache);
    slab_free(&shared_memory_cache, shared);
}
