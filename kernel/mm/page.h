/*
 * Page frames: physical memory in units of PAGE_SIZE, given out in runs of 2^order frames by a
 * buddy allocator (Knowlton 1965). Every frame below the end of RAM has a struct page.
 *
 * Anything here may be called from any context, interrupt handlers included. Nothing sleeps, and
 * running out of memory is NULL. A run is born with one reference; who drops the last frees it.
 */
#ifndef LIMEN_MM_PAGE_H
#define LIMEN_MM_PAGE_H

#include "arch/api/memory.h"
#include "kernel/core/atomic.h"
#include "kernel/core/boot_info.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

#define PAGE_ORDER_MAX 10u /* the biggest run: 4 MiB */

enum page_state {
    PAGE_RESERVED, /* not RAM, or in use since before page_init: image, modules, early tables */
    PAGE_FREE,     /* head of a free run */
    PAGE_TAIL,     /* of a run, but not its first frame */
    PAGE_CACHED,   /* free, in a CPU's own stock */
    PAGE_USED,     /* head of a run that somebody owns */
    PAGE_SLAB,     /* part of a slab */
};

struct slab_cache;

struct page {
    uint32_t ref;         /* atomic; of a run's first frame */
    uint8_t state;        /* enum page_state */
    uint8_t order : 7;    /* of a run's first frame */
    uint8_t poisoned : 1; /* debug builds: free, and filled with the poison pattern */
    union {
        uint16_t slab_used;   /* objects of a slab in use */
        uint16_t is_reserved; /* of a page cache, under its lock: nobody has written to it yet */
    };
    struct list node; /* free list; slab's partial list; else the owner's to use */
    struct slab_cache *slab;
    void *slab_free; /* first of a slab's free objects */
};
static_assert(sizeof(struct page) == 40, "struct page");

extern struct page *page_array; /* by frame number */

/* Takes over the RAM that boot code left: page aligned, sorted, disjoint, inside the direct map. */
void page_init(const struct memory_range *ranges, size_t count);

#define PAGE_ZEROED 0x1u

/* A run of 2^order frames, aligned to its size, that ends up with one reference. flags: PAGE_ZEROED
 * or 0 (contents are then anything). NULL: no such run is free. */
struct page *page_alloc(unsigned order, unsigned flags);

/* Frees a run whose only reference is the caller's. A second free panics. */
void page_free(struct page *page);

/* Gives RAM in use since before page_init to the allocator: whole pages inside [start, end). */
void page_free_range(phys_addr_t start, phys_addr_t end);

/* One more reference to a run the caller holds one of; and one less. */
static inline void page_get(struct page *page)
{
    uint32_t count = atomic_add(&page->ref, 1);

    assert(count > 1);
    (void)count;
}

static inline void page_put(struct page *page)
{
    assert(atomic_load(&page->ref) != 0);
    if (atomic_sub(&page->ref, 1) == 0) {
        page->ref = 1;
        page_free(page);
    }
}

static inline phys_addr_t page_to_phys(const struct page *page)
{
    return (phys_addr_t)(page - page_array) << PAGE_SHIFT;
}

/* Of an address in RAM. */
static inline struct page *phys_to_page(phys_addr_t phys)
{
    return page_array + (phys >> PAGE_SHIFT);
}

static inline void *page_to_virt(const struct page *page)
{
    return phys_to_virt(page_to_phys(page));
}

/* Of a direct-map or image address. */
static inline struct page *virt_to_page(const void *virt)
{
    return phys_to_page(virt_to_phys(virt));
}

/* Frames that the allocator governs, and how many of them are free now. */
size_t page_total_count(void);
size_t page_free_count(void);

/* A small part of all frames is kept back: who runs a program and isn't to die finds NULL when no
 * others are left. How many these are; and whether it is so now, for single frames. */
size_t page_reserve_count(void);
bool page_is_short(void);

/*
 * Fault injection: of the pages and slab objects that the running thread asks for from now on, the
 * nth is refused, once; 0: none is. allocation_must_fail is asked at each.
 */
#if LIMEN_DEBUG
void allocation_fail_nth(uint32_t nth);
bool allocation_must_fail(void);
#else
static inline bool allocation_must_fail(void)
{
    return false;
}
#endif

#endif
