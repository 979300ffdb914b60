/*
 * mremap(2): a mapping grows, shrinks or moves. What moves are entries of the page table: the pages
 * themselves stay where they are, and are written by whoever still has the old translation until it
 * is flushed.
 *
 * Locking: mm->lock is held but where a comment says otherwise.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/abi/resource.h"
#include "kernel/mm/mm.h"

#define MREMAP_ALL (MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)

/* Takes back what pages_move has moved; the tables are there. */
static void pages_move_back(struct mm *mm, uintptr_t from, uintptr_t to, uintptr_t moved_end)
{
    uintptr_t end = to + (moved_end - from), address = to;
    struct pt_entry entry;
    int error;

    for (; pt_next(&mm->page_table, &address, end, &entry); address += PAGE_SIZE) {
        pt_unmap(&mm->page_table, address, NULL);
        error = pt_map(&mm->page_table, from + (address - to), entry.phys, entry.rights);
        assert(error == 0);
    }
    tlb_flush(&mm->page_table, to, end);
}

/* Moves the pages of [from, end) to the same places from `to` on, where there are none. 0, or
 * -ENOMEM with all of them where they were. */
static int pages_move(struct mm *mm, uintptr_t from, uintptr_t end, uintptr_t to)
{
    uintptr_t address = from;
    struct pt_entry entry;

    for (; pt_next(&mm->page_table, &address, end, &entry); address += PAGE_SIZE) {
        if (pt_map(&mm->page_table, to + (address - from), entry.phys, entry.rights) != 0) {
            pages_move_back(mm, from, to, address);
            return -ENOMEM;
        }
        pt_unmap(&mm->page_table, address, &entry);
    }
    tlb_flush(&mm->page_table, from, end);
    return 0;
}

struct remap {
    uintptr_t old, new;
    size_t old_size, new_size; /* whole pages */
    unsigned flags;            /* MREMAP_* */
    struct list dead;
};

/* A mapping of new_size at the new place like the one at the old, not merged yet. It keeps the old
 * one's unmap_mark: who cuts off a file finds the moved pages. NULL: no memory, too many VMAs. */
static struct vma *remap_add(struct mm *mm, const struct vma *vma, const struct remap *remap)
{
    struct vma model = *vma, *copy;

    if (mm->vmas.count >= atomic_load(&vma_count_max))
        return NULL;
    model.range.start = remap->new;
    model.cache_index = vma->cache ? vma_cache_index(vma, remap->old) : 0;
    copy = vma_create(&model, remap->new, remap->new + remap->new_size);
    if (!copy)
        return NULL;
    range_insert(&mm->vmas, &copy->range);
    vma_link_cache(copy);
    return copy;
}

/* Moves the old range, which is part of the VMA, to the new one, which is free. An old_size of 0
 * makes a second mapping of shared memory. */
static long remap_move(struct mm *mm, struct vma *vma, struct remap *remap)
{
    uintptr_t old_end = remap->old + remap->old_size;
    struct vma *copy;
    int error = 0;

    if (remap->old_size > 0)
        error = vma_isolate(&mm->vmas, &vma, remap->old, old_end);
    if (error != 0)
        return error;
    copy = remap_add(mm, vma, remap);
    if (!copy)
        return -ENOMEM;
    error = pages_move(mm, remap->old, old_end, remap->new);
    if (error != 0) {
        vma_trim(&mm->vmas, copy, copy->range.start, copy->range.end, &remap->dead);
        return error;
    }
    if (remap->old_size > 0 && !(remap->flags & MREMAP_DONTUNMAP)) {
        error = mm_unmap_locked(mm, remap->old, old_end, &remap->dead);
        assert(error == 0); /* it is a VMA of its own: nothing has to be split */
    }
    vma_merge(&mm->vmas, copy);
    return (long)remap->new;
}

/* May the old range become so large? Sets *found to the VMA that it is part of. */
static int remap_check(struct mm *mm, const struct remap *remap, struct vma **found)
{
    struct vma *vma = vma_find(&mm->vmas, remap->old);
    size_t more = remap->new_size - (remap->flags & MREMAP_DONTUNMAP ? 0 : remap->old_size);
    uint64_t end;

    if (!vma || vma->range.start > remap->old)
        return -EFAULT;
    if (remap->old_size == 0 && !(vma->flags & VMA_SHARED))
        return -EINVAL;
    if (remap->old_size > vma->range.end - remap->old)
        return -EFAULT;
    if (vma->cache && check_add_overflow(vma_cache_index(vma, remap->old) << PAGE_SHIFT,
                                         (uint64_t)remap->new_size, &end))
        return -EINVAL;
    *found = vma;
    if (more == 0 || remap->new_size < remap->old_size)
        return 0;
    if ((vma->prot & PROT_WRITE) && !(vma->flags & (VMA_SHARED | VMA_NO_RESERVE)) &&
        mm_overcommits(remap->new_size))
        return -ENOMEM;
    if ((vma->flags & VMA_LOCKED) && !mm_limit_allows(mm, RLIMIT_MEMLOCK, more, 0, 0))
        return -EAGAIN;
    return mm_may_map(mm, vma, more, false) ? 0 : -ENOMEM;
}

/* The old size is whatever the caller says: nothing behind user space must be reached by it. */
static long remap_shrink(struct mm *mm, struct remap *remap)
{
    int error;

    if (remap->old_size > USER_END - remap->old)
        return -EINVAL;
    error = mm_unmap_locked(mm, remap->old + remap->new_size, remap->old + remap->old_size,
                            &remap->dead);
    return error != 0 ? error : (long)remap->old;
}

/* MREMAP_FIXED, or MREMAP_DONTUNMAP: to the address asked for, or to where there is room. */
static long remap_to(struct mm *mm, struct remap *remap)
{
    bool is_fixed = (remap->flags & MREMAP_FIXED) != 0;
    struct map_request request = {.address = remap->new, .flags = is_fixed ? MAP_FIXED : 0};
    struct vma *vma;
    long place;
    int error = 0;

    if (is_fixed && (!is_aligned(remap->new, PAGE_SIZE) || remap->new_size > USER_END ||
                     remap->new > USER_END - remap->new_size))
        return -EINVAL;
    if (is_fixed && remap->old < remap->new + remap->new_size &&
        remap->new < remap->old + remap->old_size)
        return -EINVAL;
    place = mm_choose_place(mm, &request, remap->new_size);
    if (place < 0)
        return place;
    remap->new = (uintptr_t)place;
    if (is_fixed)
        error = mm_unmap_locked(mm, remap->new, remap->new + remap->new_size, &remap->dead);
    if (error == 0 && remap->old_size > remap->new_size) {
        long shrunk = remap_shrink(mm, remap);

        error = shrunk < 0 ? (int)shrunk : 0;
        remap->old_size = remap->new_size;
    }
    if (error == 0)
        error = remap_check(mm, remap, &vma);
    return error != 0 ? error : remap_move(mm, vma, remap);
}

/* Behind the VMA there is room up to `end`. */
static bool remap_has_room(const struct vma *vma, uintptr_t end)
{
    const struct vma *next = vma_next(vma);

    return end <= USER_END &&
           (!next || (next->range.start >= end && next->range.start - end >= next->range.guard));
}

static long remap_grow(struct mm *mm, struct remap *remap)
{
    const struct map_request anywhere = {.flags = 0};
    uintptr_t new_end = remap->old + remap->new_size;
    struct vma *vma;
    long place;
    int error = remap_check(mm, remap, &vma);

    if (error != 0)
        return error;
    if (remap->old_size > 0 && remap->old + remap->old_size == vma->range.end &&
        remap_has_room(vma, new_end)) {
        range_resize(&mm->vmas, &vma->range, vma->range.start, new_end);
        vma_merge(&mm->vmas, vma);
        return (long)remap->old;
    }
    if (!(remap->flags & MREMAP_MAYMOVE))
        return -ENOMEM;
    place = mm_choose_place(mm, &anywhere, remap->new_size);
    if (place < 0)
        return place;
    remap->new = (uintptr_t)place;
    return remap_move(mm, vma, remap);
}

static long remap_locked(struct mm *mm, struct remap *remap)
{
    const struct vma *vma = vma_find(&mm->vmas, remap->old);

    if (!vma || vma->range.start > remap->old)
        return -EFAULT;
    if (remap->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))
        return remap_to(mm, remap);
    if (remap->old_size > remap->new_size)
        return remap_shrink(mm, remap);
    if (remap->old_size == remap->new_size)
        return (long)remap->old;
    return remap_grow(mm, remap);
}

/* Takes the lock. */
long mm_remap(struct mm *mm, uintptr_t old, size_t old_size, size_t new_size, unsigned long flags,
              uintptr_t new)
{
    struct remap remap = {
        .old = old,
        .new = new,
        .old_size = round_up(old_size, PAGE_SIZE),
        .new_size = round_up(new_size, PAGE_SIZE),
        .flags = (unsigned)flags,
        .dead = LIST_INIT(remap.dead),
    };
    long result;

    if ((flags & ~(unsigned long)MREMAP_ALL) || !is_aligned(old, PAGE_SIZE) || remap.new_size == 0)
        return -EINVAL;
    if ((flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) && !(flags & MREMAP_MAYMOVE))
        return -EINVAL;
    if ((flags & MREMAP_DONTUNMAP) && remap.old_size != remap.new_size)
        return -EINVAL;
    if (remap.new_size > USER_END)
        return -ENOMEM;
    mutex_lock(&mm->lock);
    result = remap_locked(mm, &remap);
    mutex_unlock(&mm->lock);
    vma_release_all(&remap.dead);
    if (result > 0 && remap.new_size > remap.old_size)
        (void)mm_lock_populate(mm, (uintptr_t)result + remap.old_size,
                               (uintptr_t)result + remap.new_size);
    return result;
}
