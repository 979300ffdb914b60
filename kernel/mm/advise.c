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

/* What locked memory is spared. */
static bool advice_drops_pages(int advice)
{
    return advice == MADV_DONTNEED || advice == MADV_FREE || advice == MADV_REMOVE;
}

/* MADV_REMOVE makes holes in an object, which no object of ours can have made yet. */
static int vma_remove_pages(const struct vma *vma)
{
    if (!vma->cache)
        return -EINVAL;
    if (!(vma->flags & VMA_SHARED) || !(vma->prot & PROT_WRITE))
        return -EACCES;
    return -EOPNOTSUPP;
}

/* Follows the advice for what of a VMA lies in [start, end). */
static int vma_advise(struct mm *mm, struct vma **vma, uintptr_t start, uintptr_t end, int advice)
{
    bool is_private_anonymous = !(*vma)->cache;

    switch (advice) {
    case MADV_FREE:
    case MADV_WIPEONFORK:
        if (!is_private_anonymous)
            return -EINVAL;
        break;
    default:
        break;
    }
    if (((*vma)->flags & VMA_LOCKED) && advice_drops_pages(advice))
        return -EINVAL;
    switch (advice) {
    case MADV_FREE:
    case MADV_DONTNEED:
    case MADV_DONTNEED_LOCKED:
        mm_zap(mm, start, end, ZAP_FLUSH);
        return 0;
    case MADV_REMOVE:
        return vma_remove_pages(*vma);
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
    mutex_lock(&mm->lock);
    error = advise_locked(mm, start, end, advice);
    mutex_unlock(&mm->lock);
    return error;
}
