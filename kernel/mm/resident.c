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

int mm_check_mapped(struct mm *mm, uintptr_t start, uintptr_t end)
{
    struct vma *vma;
    bool is_mapped;

    mutex_lock(&mm->lock);
    vma = vma_find(&mm->vmas, start);
    while (vma && vma->range.start <= start && vma->range.end < end) {
        start = vma->range.end;
        vma = vma_next(vma);
    }
    is_mapped = vma && vma->range.start <= start;
    mutex_unlock(&mm->lock);
    return is_mapped ? 0 : -ENOMEM;
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
