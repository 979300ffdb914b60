/*
 * mlock(2), mlockall(2): memory whose pages are there before they are touched. Nothing is ever
 * swapped out here, so what remains of locking is that: pages are made present at once (or by their
 * first touch, MLOCK_ONFAULT), madvise can't drop them, and RLIMIT_MEMLOCK bounds their number.
 *
 * Locking: mm->lock is held but where a comment says otherwise.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/abi/resource.h"
#include "kernel/mm/mm.h"

static size_t mapped_bytes(const struct mm *mm)
{
    size_t total = 0;

    for (struct vma *vma = vma_find(&mm->vmas, 0); vma; vma = vma_next(vma))
        total += vma->range.end - vma->range.start;
    return total;
}

/* Sets the lock flags of all of [start, end). -ENOMEM: a hole, after what lies before it. */
static int range_set_lock(struct mm *mm, uintptr_t start, uintptr_t end, unsigned flags)
{
    struct vma *vma = vma_find(&mm->vmas, start);
    int error;

    while (start < end) {
        if (!vma || vma->range.start > start)
            return -ENOMEM;
        error = vma_change_flags(&mm->vmas, &vma, start, end, VMA_LOCK_FLAGS, flags);
        if (error != 0)
            return error;
        start = vma->range.end;
        vma = vma_next(vma);
    }
    return 0;
}

/* What a failure to make pages present is to mlock. */
static int lock_error(int error)
{
    switch (error) {
    case -ENOMEM:
        return -EAGAIN;
    case -EFAULT:
    case -EACCES:
    case -EIO:
        return -ENOMEM;
    default:
        return error;
    }
}

/* Makes present what of a range is locked. With goes_on, pages that can't be had are passed over.
 * Takes the lock. */
static int lock_populate(struct mm *mm, uintptr_t start, uintptr_t end, bool goes_on)
{
    int error = 0;

    while (start < end && (error == 0 || (goes_on && error != -EINTR))) {
        uintptr_t stop = end;
        bool is_wanted = false;
        unsigned access = 0;
        struct vma *vma;

        mutex_lock(&mm->lock);
        vma = vma_find(&mm->vmas, start);
        if (vma && vma->range.start < end) {
            start = max(start, vma->range.start);
            stop = min(end, vma->range.end);
            is_wanted = (vma->flags & VMA_LOCK_FLAGS) == VMA_LOCKED;
            access = (vma->prot & PROT_WRITE) && !(vma->flags & VMA_SHARED) ? PT_WRITE : 0;
        }
        mutex_unlock(&mm->lock);
        if (is_wanted)
            error = lock_error(mm_populate(mm, start, stop, access));
        start = stop;
    }
    return error;
}

int mm_lock_populate(struct mm *mm, uintptr_t start, uintptr_t end)
{
    return lock_populate(mm, start, end, false);
}

static int lock_locked(struct mm *mm, uintptr_t start, uintptr_t end, unsigned flags)
{
    if (!mm_limit_allows(mm, RLIMIT_MEMLOCK, end - start, start, end))
        return -ENOMEM;
    return range_set_lock(mm, start, end, flags);
}

/* Takes the lock. */
int mm_lock(struct mm *mm, uintptr_t start, size_t size, bool on_fault)
{
    unsigned flags = VMA_LOCKED | (on_fault ? VMA_LOCK_ON_FAULT : 0);
    uintptr_t first = round_down(start, PAGE_SIZE), end;
    int error;

    if (mm_limit(RLIMIT_MEMLOCK) == 0)
        return -EPERM;
    if (check_add_overflow(first, round_up(size + (start - first), PAGE_SIZE), &end))
        return -EINVAL;
    mutex_lock(&mm->lock);
    error = lock_locked(mm, first, end, flags);
    mutex_unlock(&mm->lock);
    return error != 0 ? error : mm_lock_populate(mm, first, end);
}

/* Takes the lock. */
int mm_unlock(struct mm *mm, uintptr_t start, size_t size)
{
    uintptr_t first = round_down(start, PAGE_SIZE), end;
    int error;

    if (check_add_overflow(first, round_up(size + (start - first), PAGE_SIZE), &end))
        return -EINVAL;
    mutex_lock(&mm->lock);
    error = range_set_lock(mm, first, end, 0);
    mutex_unlock(&mm->lock);
    return error;
}

/* All that is mapped, holes passed over. No memory to split with is needed: VMAs change whole. */
static void lock_everything(struct mm *mm, unsigned flags)
{
    struct vma *vma = vma_find(&mm->vmas, 0);

    for (; vma; vma = vma_next(vma))
        (void)vma_change_flags(&mm->vmas, &vma, vma->range.start, vma->range.end, VMA_LOCK_FLAGS,
                               flags);
}

/* Takes the lock. */
int mm_lock_all(struct mm *mm, int flags)
{
    unsigned lock = VMA_LOCKED | (flags & MCL_ONFAULT ? VMA_LOCK_ON_FAULT : 0);
    bool is_allowed;

    if (mm_limit(RLIMIT_MEMLOCK) == 0)
        return -EPERM;
    mutex_lock(&mm->lock);
    is_allowed = !(flags & MCL_CURRENT) ||
                 mm_limit_allows(mm, RLIMIT_MEMLOCK, mapped_bytes(mm), 0, USER_END);
    if (is_allowed)
        mm->future_lock = flags & MCL_FUTURE ? (uint16_t)lock : 0;
    if (is_allowed && (flags & MCL_CURRENT))
        lock_everything(mm, lock);
    mutex_unlock(&mm->lock);
    if (!is_allowed)
        return -ENOMEM;
    if (flags & MCL_CURRENT)
        (void)lock_populate(mm, 0, USER_END, true);
    return 0;
}

/* Takes the lock. */
void mm_unlock_all(struct mm *mm)
{
    mutex_lock(&mm->lock);
    mm->future_lock = 0;
    lock_everything(mm, 0);
    mutex_unlock(&mm->lock);
}
