/*
 * The page cache: the pages of one object (a file's data, shared anonymous memory) by index. read,
 * write and mmap of the object all work on these pages. Whoever owns the object embeds a struct
 * page_cache and says how pages get their first contents.
 *
 * Locking: `lock`, a mutex of rank RANK_PAGE_CACHE, guards pages and size; it is never held while
 * user memory is touched or an mm's mutex is taken. The owner keeps writes and changes of size out
 * of each other's way (an inode's lock does).
 *
 * There is no write-back yet. When there is, a page gets dirty in page_cache_write and by a write
 * fault on a shared mapping (kernel/mm/fault.c), and resize and destroy know which pages that were.
 */
#ifndef LIMEN_MM_CACHE_H
#define LIMEN_MM_CACHE_H

#include "kernel/mm/iter.h"
#include "kernel/mm/page.h"
#include "kernel/mm/radix.h"
#include "kernel/sched/mutex.h"

struct page_cache;

struct page_cache_ops {
    /* Gives page `index` its contents; called once per page, with the cache's lock held. 0, -EIO,
     * -ENOMEM. NULL: pages begin as zeros, and one that is not there need not be made to read it.
     */
    int (*fill)(struct page_cache *cache, struct page *page, uint64_t index);
    /* The object is to hold one page more: 0, or -ENOSPC if it may not; and `count` pages less.
     * Called with the cache's lock held. NULL: there is no limit but memory. */
    int (*charge)(struct page_cache *cache);
    void (*uncharge)(struct page_cache *cache, size_t count);
};

struct page_cache {
    const struct page_cache_ops *ops;
    struct mutex lock;
    /* Under lock; size also readable without */
    struct radix_tree pages;
    size_t page_count;
    uint64_t size; /* bytes; faults beyond it are -EIO */

    struct spinlock mappings_lock; /* RANK_PAGE_TABLE */
    /* Under mappings_lock */
    struct list mappings;    /* struct vma.cache_node: who maps this object */
    uint64_t unmap_sequence; /* number of the latest page_cache_resize that unmaps */
};

void page_cache_init(struct page_cache *cache, const struct page_cache_ops *ops);

/* Drops all pages. Nobody maps the object any more. */
void page_cache_destroy(struct page_cache *cache);

static inline uint64_t page_cache_size(const struct page_cache *cache)
{
    return atomic_load(&cache->size);
}

/* Pages held, for st_blocks. */
static inline size_t page_cache_page_count(const struct page_cache *cache)
{
    return READ_ONCE(cache->page_count);
}

/* Sets the size. Unless it grows, pages beyond it go, also out of every address space that maps
 * them, and the rest of the last one becomes zeros. Takes mm mutexes: hold no mutex from RANK_MM
 * up. */
void page_cache_resize(struct page_cache *cache, uint64_t size);

/* Makes pages [first, end) that aren't there, whatever the size: all, or none of them. 0, -ENOSPC,
 * -ENOMEM, -EINTR. The owner lets nobody change the size or make holes meanwhile. */
int page_cache_allocate(struct page_cache *cache, uint64_t first, uint64_t end);

/* Makes a hole of the bytes [start, end): whole pages go, also out of the address spaces that share
 * them, and the rest becomes zeros. Private mappings keep what they showed. Locks as for
 * page_cache_resize. */
void page_cache_punch(struct page_cache *cache, uint64_t start, uint64_t end);

/* Pages of all caches together, or of those that are nowhere but in memory. */
size_t page_cache_total(bool only_memory);

/* The first page at or after `index` that somebody has written to or maps (want_data), or the first
 * that is none of those. UINT64_MAX: there is no data behind it. */
uint64_t page_cache_find(struct page_cache *cache, uint64_t index, bool want_data);

/* True if the page at index is in memory. */
bool page_cache_has(struct page_cache *cache, uint64_t index);

/* The page at index, made if it isn't there, with a reference for the caller. 0, -EIO if it lies
 * entirely beyond the object's size or ops->charge has no room for it, -ENOMEM, or what ops->fill
 * said. */
int page_cache_get_mapped(struct page_cache *cache, uint64_t index, struct page **page);

/* Puts a page of the caller's, whose reference passes to the cache, where there is none. 0 or
 * -ENOMEM. */
int page_cache_add(struct page_cache *cache, uint64_t index, struct page *page);

/*
 * read(2) and write(2) on the object: move bytes at *pos (>= 0) and advance it. Return how many; 0
 * at the end; an error if none could be moved (-EFAULT, -ENOMEM, -ENOSPC, ops->fill's). Writing
 * behind the end extends the object; the caller has checked that pos + count doesn't overflow. A
 * write that ends early may leave pages behind the end, which page_cache_resize takes away.
 */
ssize_t page_cache_read(struct page_cache *cache, struct iter *to, loff_t *pos);
ssize_t page_cache_write(struct page_cache *cache, struct iter *from, loff_t *pos);

/* A cache of its own, counted, for memory that is shared but no file's: born with one reference and
 * of fixed size. NULL: no memory. */
struct page_cache *shared_memory_create(uint64_t size);
void shared_memory_get(struct page_cache *cache);
void shared_memory_put(struct page_cache *cache);

#endif
