/*
 * What is mapped, and what of it is in memory: mincore(2), what msync(2) asks, and what /proc
 * tells.
 *
 * Locking: mm->lock is taken here.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/mm/cache.h"
#include "kernel/mm/mm.h"

/* A page of an object counts as in memory when the object has it, whoever read it in: that a
 * mapping of one's own lacks it is no news. */
static bool page_is_resident(struct mm *mm, const struct vma *vma, uintptr_t address)
{
    struct pt_entry entry;

    return pt_query(&mm->page_table, address, &entry) ||
           (vma->cache && page_cache_has(vma->cache, vma_cache_index(vma, address)));
}

int mm_resident(struct mm *mm, uintptr_t start, size_t count, unsigned char *resident)
{
    uintptr_t address = start;
    struct vma *vma;
    int error = 0;

    mutex_lock(&mm->lock);
    vma = vma_find(&mm->vmas, start);
    for (size_t i = 0; i < count; i++, address += PAGE_SIZE) {
        if (vma && address >= vma->range.end)
            vma = vma_next(vma);
        if (!vma || address < vma->range.start) {
            error = -ENOMEM;
            break;
        }
        resident[i] = page_is_resident(mm, vma, address);
    }
    mutex_unlock(&mm->lock);
    return error;
}

int mm_check_sync(struct mm *mm, uintptr_t start, uintptr_t end, bool invalidates)
{
    struct vma *vma;
    int error = 0;

    mutex_lock(&mm->lock);
    for (vma = vma_find(&mm->vmas, start); start < end && error != -EBUSY; vma = vma_next(vma)) {
        if (!vma || vma->range.start > start)
            error = -ENOMEM;
        if (!vma || vma->range.start >= end)
            break;
        if (invalidates && (vma->flags & VMA_LOCKED))
            error = -EBUSY;
        start = vma->range.end;
    }
    mutex_unlock(&mm->lock);
    return error;
}

void mm_measure(struct mm *mm, struct mm_measures *measures)
{
    *measures = (struct mm_measures){0};
    mutex_lock(&mm->lock);
    for (struct vma *vma = vma_find(&mm->vmas, 0); vma; vma = vma_next(vma)) {
        size_t size = vma->range.end - vma->range.start;

        measures->mapped += size;
        if (vma->flags & VMA_LOCKED)
            measures->locked += size;
        if (vma->flags & VMA_GROWS_DOWN)
            measures->stack += size;
        else if ((vma->prot & PROT_WRITE) && !(vma->flags & VMA_SHARED))
            measures->data += size;
        else if ((vma->prot & (PROT_WRITE | PROT_EXEC)) == PROT_EXEC)
            measures->text += size;
    }
    measures->resident = mm->resident_pages * PAGE_SIZE;
    mutex_unlock(&mm->lock);
}

/* True if it is the object's page that is mapped, not a copy of it. */
static bool page_is_of_cache(const struct vma *vma, uintptr_t address, const struct page *page)
{
    struct page *cached = NULL;

    if (!vma->cache)
        return false;
    mutex_lock(&vma->cache->lock);
    cached = radix_find(&vma->cache->pages, vma_cache_index(vma, address));
    mutex_unlock(&vma->cache->lock);
    return cached == page;
}

/* Each mapping of a page has a reference on it, and so has its object; others have one for moments.
 */
void vma_measure(const struct vma *vma, struct vma_measures *measures)
{
    struct page_table *table = &vma->mm->page_table;
    uintptr_t address = vma->range.start;
    struct pt_entry entry;

    assert(mutex_is_held(&vma->mm->lock));
    *measures = (struct vma_measures){0};
    for (; pt_next(table, &address, vma->range.end, &entry); address += PAGE_SIZE) {
        struct page *page = phys_to_page(entry.phys);
        bool is_file = page_is_of_cache(vma, address, page);
        uint32_t mappings = max(atomic_load(&page->ref) - is_file, 1u);
        bool is_shared = mappings > 1;

        measures->resident += PAGE_SIZE;
        measures->proportional += PAGE_SIZE / mappings;
        *(is_file     ? is_shared ? &measures->shared_file : &measures->private_file
          : is_shared ? &measures->shared_own
                      : &measures->private_own) += PAGE_SIZE;
    }
}
