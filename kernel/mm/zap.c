/*
 * Taking pages out of page tables: for unmapping, for the end of an address space, for truncation.
 *
 * A page may be reused only when no CPU can reach it through its TLB any more. So pages are
 * gathered, their translations flushed on all CPUs in one go, and only then dropped.
 *
 * Locking: mm->lock is held, but for mm_unmap_cache, which takes it.
 */
#include "kernel/mm/cache.h"
#include "kernel/mm/mm.h"

#define GATHER_MAX 64u

struct gather {
    struct mm *mm;
    enum zap_mode mode;
    uintptr_t start; /* of what the gathered pages were mapped at */
    size_t count;
    struct page *pages[GATHER_MAX];
};

/* Everything gathered lies below `end`: flushes and drops it. */
static void gather_finish(struct gather *gather, uintptr_t end)
{
    if (gather->count > 0 && gather->mode == ZAP_FLUSH)
        tlb_flush(&gather->mm->page_table, gather->start, end);
    for (size_t i = 0; i < gather->count; i++)
        page_put(gather->pages[i]);
    gather->count = 0;
}

static void gather_add(struct gather *gather, uintptr_t address, struct page *page)
{
    if (gather->count == 0)
        gather->start = address;
    gather->pages[gather->count++] = page;
    if (gather->count == GATHER_MAX)
        gather_finish(gather, address + PAGE_SIZE);
}

void mm_zap(struct mm *mm, uintptr_t start, uintptr_t end, enum zap_mode mode)
{
    struct gather gather;
    uintptr_t address = start, last = start;
    struct pt_entry entry;

    assert(mutex_is_held(&mm->lock));
    gather.mm = mm; /* not all of it: the array is large */
    gather.mode = mode;
    gather.count = 0;
    for (; pt_next(&mm->page_table, &address, end, &entry); address += PAGE_SIZE) {
        pt_unmap(&mm->page_table, address, NULL);
        last = address + PAGE_SIZE;
        mm->resident_pages--;
        gather_add(&gather, address, phys_to_page(entry.phys));
    }
    gather_finish(&gather, last);
}

/* Each unmapping leaves at most a few tables, more for each 2 MiB of it. At this many it's time. */
#define PRUNE_DEBT_MAX 64u
#define PRUNE_UNIT_SHIFT 21u

/* Frees the tables of the gaps between VMAs that reach into [mm->prune_start, mm->prune_end). */
static void prune_gaps(struct mm *mm)
{
    uintptr_t gap = 0;

    for (struct vma *vma = vma_find(&mm->vmas, 0); vma; vma = vma_next(vma)) {
        if (gap < vma->range.start && gap < mm->prune_end && vma->range.start > mm->prune_start)
            pt_prune(&mm->page_table, gap, vma->range.start);
        gap = vma->range.end;
    }
    if (gap < mm->prune_end)
        pt_prune(&mm->page_table, gap, USER_END);
}

/*
 * Tables are freed late, and many at once: an address that was unmapped is often mapped again soon.
 * But freed they are, or who maps and unmaps one page here and one there would fill the memory.
 */
void mm_prune_tables(struct mm *mm, uintptr_t start, uintptr_t end)
{
    bool owes = mm->prune_debt > 0;

    mm->prune_start = owes ? min(mm->prune_start, start) : start;
    mm->prune_end = owes ? max(mm->prune_end, end) : end;
    mm->prune_debt += 1 + ((end - start) >> PRUNE_UNIT_SHIFT);
    if (mm->prune_debt < PRUNE_DEBT_MAX)
        return;
    prune_gaps(mm);
    mm->prune_debt = 0;
}

/* Takes what of a VMA shows this part of its cache out of the page table. */
static void zap_cache_part(struct vma *vma, const struct cache_part *part)
{
    uint64_t pages = (vma->range.end - vma->range.start) >> PAGE_SHIFT;
    uint64_t from = max(part->first, vma->cache_index) - vma->cache_index;
    uint64_t to = max(part->end, vma->cache_index) - vma->cache_index;

    if (part->shared_only && !(vma->flags & VMA_SHARED))
        return;
    to = min(to, pages);
    if (from < to)
        mm_zap(vma->mm, vma->range.start + (from << PAGE_SHIFT),
               vma->range.start + (to << PAGE_SHIFT), ZAP_FLUSH);
}

/* Notes that a VMA has been seen to, and moves it behind those that haven't. */
static void mark_visited(struct vma *vma)
{
    struct page_cache *cache = vma->cache;

    spin_lock(&cache->mappings_lock);
    vma->unmap_mark = cache->unmap_sequence;
    list_del(&vma->cache_node);
    list_add_tail(&cache->mappings, &vma->cache_node);
    spin_unlock(&cache->mappings_lock);
}

static void unmap_cache_in(struct mm *mm, struct page_cache *cache, const struct cache_part *part)
{
    mutex_lock(&mm->lock);
    for (struct vma *vma = vma_find(&mm->vmas, 0); vma; vma = vma_next(vma)) {
        if (vma->cache != cache)
            continue;
        zap_cache_part(vma, part);
        mark_visited(vma);
    }
    mutex_unlock(&mm->lock);
}

/* An address space with a VMA that hasn't been visited, its struct held; NULL: there is none. */
static struct mm *unvisited_mm(struct page_cache *cache)
{
    struct mm *mm = NULL;
    struct vma *vma;

    spin_lock(&cache->mappings_lock);
    vma = list_first_entry(&cache->mappings, struct vma, cache_node);
    if (vma && vma->unmap_mark != cache->unmap_sequence) {
        mm = vma->mm;
        mm_hold(mm);
    }
    spin_unlock(&cache->mappings_lock);
    return mm;
}

/*
 * The caller has taken the pages out of the cache, so no fault finds them any more; one that found
 * them earlier holds its mm's lock until it has mapped them. fork copies unmap_mark with the VMA
 * while it holds the parent's lock, so a child of an unvisited parent is unvisited.
 */
void mm_unmap_cache(struct page_cache *cache, const struct cache_part *part)
{
    struct mm *mm;

    spin_lock(&cache->mappings_lock);
    cache->unmap_sequence++;
    spin_unlock(&cache->mappings_lock);
    while ((mm = unvisited_mm(cache))) {
        unmap_cache_in(mm, cache, part);
        mm_release(mm);
    }
}
