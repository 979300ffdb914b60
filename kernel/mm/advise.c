/*
 * madvise(2). Some advice has an effect that must be had (DONTNEED, DONTFORK ...); other advice may
 * be taken or not, and isn't; everything else is -EINVAL.
 *
 * Locking: mm->lock is held but where a comment says otherwise.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/mm/mm.h"

/* True for advice that is fulfilled by doing nothing: there is neither swap nor read-ahead, no core
 * dump, no merging of equal pages, no huge page. */
static bool advice_is_only_a_hint(int advice)
{
    switch (advice) {
    case MADV_NORMAL:
    case MADV_RANDOM:
    case MADV_SEQUENTIAL:
    case MADV_WILLNEED:
    case MADV_COLD:
    case MADV_PAGEOUT:
    case MADV_DONTDUMP:
    case MADV_DODUMP:
    case MADV_MERGEABLE:
    case MADV_UNMERGEABLE:
    case MADV_HUGEPAGE:
    case MADV_NOHUGEPAGE:
        return true;
    default:
        return false;
    }
}

static bool advice_is_known(int advice)
{
    switch (advice) {
    case MADV_DONTNEED:
    case MADV_DONTNEED_LOCKED:
    case MADV_FREE:
    case MADV_REMOVE:
    case MADV_DONTFORK:
    case MADV_DOFORK:
    case MADV_WIPEONFORK:
    case MADV_KEEPONFORK:
    case MADV_POPULATE_READ:
    case MADV_POPULATE_WRITE:
        return true;
    default:
        return advice_is_only_a_hint(advice);
    }
}

/* What would take pages from their places: locked memory is spared it. */
static bool advice_drops_pages(int advice)
{
    switch (advice) {
    case MADV_DONTNEED:
    case MADV_FREE:
    case MADV_COLD:
    case MADV_PAGEOUT:
        return true;
    default:
        return false;
    }
}

/* Follows the advice for what of a VMA lies in [start, end). */
static int vma_advise(struct mm *mm, struct vma **vma, uintptr_t start, uintptr_t end, int advice)
{
    if ((advice == MADV_FREE || advice == MADV_WIPEONFORK) && (*vma)->cache)
        return -EINVAL;
    if (((*vma)->flags & VMA_LOCKED) && advice_drops_pages(advice))
        return -EINVAL;
    switch (advice) {
    case MADV_FREE:
    case MADV_DONTNEED:
    case MADV_DONTNEED_LOCKED:
        mm_zap(mm, start, end, ZAP_FLUSH);
        return 0;
    case MADV_DONTFORK:
        return vma_change_flags(&mm->vmas, vma, start, end, 0, VMA_NO_FORK);
    case MADV_DOFORK:
        return vma_change_flags(&mm->vmas, vma, start, end, VMA_NO_FORK, 0);
    case MADV_WIPEONFORK:
        return vma_change_flags(&mm->vmas, vma, start, end, 0, VMA_WIPE_ON_FORK);
    case MADV_KEEPONFORK:
        return vma_change_flags(&mm->vmas, vma, start, end, VMA_WIPE_ON_FORK, 0);
    default:
        return 0; /* a hint */
    }
}

/* Holes are passed over, and reported in the end. */
static int advise_locked(struct mm *mm, uintptr_t start, uintptr_t end, int advice)
{
    struct vma *vma = vma_find(&mm->vmas, start);
    int result = 0;

    while (start < end) {
        uintptr_t stop;
        int error;

        if (!vma || vma->range.start >= end)
            return -ENOMEM;
        if (vma->range.start > start) {
            result = -ENOMEM;
            start = vma->range.start;
        }
        stop = min(end, vma->range.end);
        error = vma_advise(mm, &vma, start, stop, advice);
        if (error != 0)
            return error;
        start = stop;
        vma = vma_find(&mm->vmas, start);
    }
    return result;
}

/* MADV_POPULATE_*: what a fault reports, in madvise's words. Takes the lock. */
static int advise_populate(struct mm *mm, uintptr_t start, uintptr_t end, int advice)
{
    int error = mm_populate(mm, start, end, advice == MADV_POPULATE_WRITE ? PT_WRITE : 0);

    switch (error) {
    case -EFAULT:
        return -ENOMEM; /* a hole */
    case -EACCES:
        return -EINVAL;
    case -EIO:
        return -EFAULT;
    default:
        return error;
    }
}

/* A VMA of its own for the first part of [*start, end) that is mapped, if a hole can be made of
 * what it shows; moves *start to where it begins. -EAGAIN: no memory. */
static int part_to_remove(struct mm *mm, uintptr_t *start, uintptr_t end, struct vma **part)
{
    const struct vma *vma = vma_find(&mm->vmas, *start);

    if (!vma || vma->range.start >= end)
        return -ENOMEM;
    if ((vma->flags & VMA_LOCKED) || !vma->cache)
        return -EINVAL;
    if (!(vma->flags & VMA_SHARED) || !(vma->max_prot & PROT_WRITE))
        return -EACCES;
    *start = max(*start, vma->range.start);
    *part = vma_create(vma, *start, min(end, vma->range.end));
    return *part ? 0 : -EAGAIN;
}

/* MADV_REMOVE: a hole in the object, which all who share it see. Takes the lock, and leaves it
 * while a hole is made, for that takes others' locks: the mappings may be others afterwards. */
static int advise_remove(struct mm *mm, uintptr_t start, uintptr_t end)
{
    int result = 0, error = 0;

    while (start < end && error == 0) {
        struct list dead = LIST_INIT(dead);
        uintptr_t wanted = start;
        struct vma *part;

        mutex_lock(&mm->lock);
        error = part_to_remove(mm, &start, end, &part);
        mutex_unlock(&mm->lock);
        if (error != 0)
            return error;
        if (start > wanted)
            result = -ENOMEM;
        error = vma_punch(part);
        start = part->range.end;
        list_add_tail(&dead, &part->cache_node);
        vma_release_all(&dead);
    }
    return error != 0 ? error : result;
}

/* Takes the lock. */
int mm_advise(struct mm *mm, uintptr_t start, size_t size, int advice)
{
    uintptr_t end;
    int error;

    if (!advice_is_known(advice) || !is_aligned(start, PAGE_SIZE))
        return -EINVAL;
    if (size == 0)
        return 0;
    if (size > -PAGE_SIZE || check_add_overflow(start, round_up(size, PAGE_SIZE), &end))
        return -EINVAL;
    if (advice == MADV_POPULATE_READ || advice == MADV_POPULATE_WRITE)
        return advise_populate(mm, start, end, advice);
    if (advice == MADV_REMOVE)
        return advise_remove(mm, start, end);
    mutex_lock(&mm->lock);
    error = advise_locked(mm, start, end, advice);
    mutex_unlock(&mm->lock);
    return error;
}
