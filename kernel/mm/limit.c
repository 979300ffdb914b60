/*
 * RLIMIT_AS, RLIMIT_DATA and RLIMIT_MEMLOCK (getrlimit(2)): how much an address space may map in
 * all, of what only it can see its writes to, and of what is locked.
 *
 * What is mapped is summed up when more is asked for under a limit. Hardly any process has one, and
 * a count would have to be kept in step with each split, merge and growth of a VMA.
 *
 * Locking: mm->lock is held.
 */
#include "kernel/abi/mman.h"
#include "kernel/abi/resource.h"
#include "kernel/mm/mm.h"

static unsigned long default_limit(int resource)
{
    return resource == RLIMIT_STACK ? STACK_LIMIT_DEFAULT : RLIM_INFINITY;
}

unsigned long (*mm_limit)(int resource) = default_limit;

/* Stacks are no data to Linux: RLIMIT_STACK is theirs. */
static bool vma_is_data(const struct vma *vma)
{
    return (vma->prot & PROT_WRITE) && !(vma->flags & (VMA_SHARED | VMA_GROWS_DOWN));
}

static bool limit_counts(int resource, const struct vma *vma)
{
    switch (resource) {
    case RLIMIT_DATA:
        return vma_is_data(vma);
    case RLIMIT_MEMLOCK:
        return (vma->flags & VMA_LOCKED) != 0;
    default:
        return true;
    }
}

bool mm_limit_allows(const struct mm *mm, int resource, size_t size, uintptr_t start, uintptr_t end)
{
    unsigned long limit = mm_limit(resource);
    size_t total = size;

    if (limit == RLIM_INFINITY)
        return true;
    for (struct vma *vma = vma_find(&mm->vmas, 0); vma; vma = vma_next(vma))
        if (limit_counts(resource, vma))
            total += vma_bytes_outside(vma, start, end);
    return total >> PAGE_SHIFT <= limit >> PAGE_SHIFT;
}

bool mm_may_map(const struct mm *mm, const struct vma *model, size_t size, bool replaces)
{
    uintptr_t start = replaces ? model->range.start : 0, end = replaces ? model->range.end : 0;

    if (!mm_limit_allows(mm, RLIMIT_AS, size, start, end))
        return false;
    return !vma_is_data(model) || mm_limit_allows(mm, RLIMIT_DATA, size, start, end);
}

bool mm_may_make_data(const struct mm *mm, const struct vma *vma, size_t size)
{
    return vma_is_data(vma) || (vma->flags & (VMA_SHARED | VMA_GROWS_DOWN)) ||
           mm_limit_allows(mm, RLIMIT_DATA, size, 0, 0);
}
