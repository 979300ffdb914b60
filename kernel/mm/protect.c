/*
 * mprotect(2): see mm.h. mm->lock is held but where a comment says otherwise.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page.h"

#define PROT_GROWS (PROT_GROWSDOWN | PROT_GROWSUP)
#define PROT_ALL (PROT_READ | PROT_WRITE | PROT_EXEC)
#define PROT_KNOWN (PROT_ALL | PROT_SEM)

unsigned vma_page_rights(const struct vma *vma)
{
    if (vma->prot == PROT_NONE)
        return 0;
    return PT_USER | (vma->prot & PROT_WRITE ? PT_WRITE : 0) |
           (vma->prot & PROT_EXEC ? PT_EXEC : 0);
}

/* Gives the present pages of a VMA the rights that it has now. A private page that others refer to
 * too (fork, page cache) isn't writable until a fault has copied it. */
static void pages_protect(struct mm *mm, const struct vma *vma)
{
    uintptr_t address = vma->range.start, end = vma->range.end;
    bool flush = false;
    struct pt_entry entry;

    for (; pt_next(&mm->page_table, &address, end, &entry); address += PAGE_SIZE) {
        unsigned rights = vma_page_rights(vma);

        if (!(vma->flags & VMA_SHARED) && atomic_load(&phys_to_page(entry.phys)->ref) != 1)
            rights &= ~PT_WRITE;
        if (rights == entry.rights)
            continue;
        pt_protect(&mm->page_table, address, rights);
        flush |= (entry.rights & ~rights) != 0;
    }
    if (flush)
        tlb_flush(&mm->page_table, vma->range.start, end);
}

/* Changes what of a VMA lies in [start, end): 0 with *vma the VMA that this is part of then. */
static int vma_protect(struct mm *mm, struct vma **vma, uintptr_t start, uintptr_t end,
                       unsigned prot)
{
    bool new_writable = (prot & PROT_WRITE) && !((*vma)->prot & PROT_WRITE);
    int error;

    if (prot & ~(*vma)->max_prot)
        return -EACCES;
    if ((*vma)->prot == prot)
        return 0;
    if (new_writable && !((*vma)->flags & (VMA_SHARED | VMA_NO_RESERVE)) &&
        mm_overcommits(min(end, (*vma)->range.end) - start))
        return -ENOMEM;
    if (new_writable && !mm_may_make_data(mm, *vma, min(end, (*vma)->range.end) - start))
        return -ENOMEM;
    error = vma_isolate(&mm->vmas, vma, start, end);
    if (error != 0)
        return error;
    (*vma)->prot = (uint8_t)prot;
    pages_protect(mm, *vma);
    *vma = vma_merge(&mm->vmas, *vma);
    return 0;
}

static int protect_locked(struct mm *mm, uintptr_t start, uintptr_t end, unsigned grows,
                          unsigned prot)
{
    struct vma *vma = vma_find(&mm->vmas, start);

    if (!vma || vma->range.start >= end)
        return -ENOMEM;
    if (grows == PROT_GROWSDOWN) {
        if (!(vma->flags & VMA_GROWS_DOWN))
            return -EINVAL;
        start = vma->range.start;
    } else if (grows == PROT_GROWSUP && vma->range.start <= start) {
        return -EINVAL; /* no VMA grows up */
    }
    while (start < end) {
        int error = -ENOMEM;

        if (vma && vma->range.start <= start)
            error = vma_protect(mm, &vma, start, end, prot);
        if (error != 0)
            return error;
        start = vma->range.end;
        vma = vma_next(vma);
    }
    return 0;
}

/* Takes the lock. */
int mm_protect(struct mm *mm, uintptr_t start, size_t size, unsigned long prot)
{
    unsigned grows = (unsigned)prot & PROT_GROWS;
    uintptr_t end;
    int error;

    if (grows == PROT_GROWS || !is_aligned(start, PAGE_SIZE))
        return -EINVAL;
    if (size == 0)
        return 0;
    if (size > -PAGE_SIZE || check_add_overflow(start, round_up(size, PAGE_SIZE), &end))
        return -ENOMEM;
    if (prot & ~(unsigned long)(PROT_KNOWN | PROT_GROWS))
        return -EINVAL;
    mutex_lock(&mm->lock);
    error = protect_locked(mm, start, end, grows, (unsigned)prot & PROT_ALL);
    mutex_unlock(&mm->lock);
    return error;
}
