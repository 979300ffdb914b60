/*
 * mmap(2) and munmap(2): where a mapping goes, and making room for it. See mm.h.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/abi/resource.h"
#include "kernel/mm/cache.h"
#include "kernel/mm/mm.h"

#define PROT_ALL (PROT_READ | PROT_WRITE | PROT_EXEC)

/* What MAP_32BIT asks for (`man 2 mmap`): a place in the second GiB. */
#define LOW_WINDOW_START 0x40000000ul
#define LOW_WINDOW_END 0x80000000ul

#define MAP_FIXED_ANY (MAP_FIXED | MAP_FIXED_NOREPLACE)

static bool is_writable_private(const struct map_request *request)
{
    return (request->flags & MAP_TYPE) == MAP_PRIVATE && (request->prot & PROT_WRITE);
}

/* Checks what doesn't depend on the address space. Gives the size in whole pages. */
static int request_check(const struct map_request *request, size_t *size)
{
    bool shared = (request->flags & MAP_TYPE) != MAP_PRIVATE;
    uint64_t end;

    if (request->size == 0)
        return -EINVAL;
    if ((request->flags & MAP_LOCKED) && mm_limit(RLIMIT_MEMLOCK) == 0)
        return -EPERM;
    if (request->size > USER_END)
        return -ENOMEM;
    *size = round_up(request->size, PAGE_SIZE);
    if (check_add_overflow(request->offset, *size, &end))
        return -EOVERFLOW;
    if ((request->flags & MAP_GROWSDOWN) && (shared || request->cache))
        return -EINVAL;
    if (request->flags & MAP_NORESERVE)
        return 0;
    if ((is_writable_private(request) || (shared && !request->cache)) && mm_overcommits(*size))
        return -ENOMEM;
    return 0;
}

/* True if nothing is mapped in [start, end), nor wanted free for a stack to grow. */
static bool place_is_free(const struct mm *mm, uintptr_t start, uintptr_t end)
{
    const struct vma *next = vma_find(&mm->vmas, start);

    return !next || (next->range.start >= end && next->range.start - end >= next->range.guard);
}

/* For MAP_FIXED and MAP_FIXED_NOREPLACE: the address asked for, if that is possible. */
static long place_fixed(const struct mm *mm, const struct map_request *request, size_t size)
{
    uintptr_t address = request->address;
    const struct vma *next;

    if (address > USER_END - size)
        return -ENOMEM;
    if (!is_aligned(address, PAGE_SIZE))
        return -EINVAL;
    if (address < MMAP_MIN_ADDRESS)
        return -EPERM;
    next = vma_find(&mm->vmas, address);
    if ((request->flags & MAP_FIXED_NOREPLACE) && next && next->range.start < address + size)
        return -EEXIST;
    return (long)address;
}

long mm_choose_place(struct mm *mm, const struct map_request *request, size_t size)
{
    bool is_low = (request->flags & MAP_32BIT) != 0;
    uintptr_t low = is_low ? LOW_WINDOW_START : MMAP_MIN_ADDRESS;
    uintptr_t high = is_low ? LOW_WINDOW_END : USER_END;
    uintptr_t address = round_down(request->address, PAGE_SIZE);

    if (request->flags & MAP_FIXED_ANY)
        return place_fixed(mm, request, size);
    if (address != 0 && size <= high) {
        address = max(address, MMAP_MIN_ADDRESS);
        if (address <= high - size && place_is_free(mm, address, address + size))
            return (long)address;
    }
    address = range_find_gap(&mm->vmas, size, low, min(high, MMAP_TOP));
    if (address == 0 && !is_low)
        address = range_find_gap(&mm->vmas, size, low, high);
    return address == 0 ? -ENOMEM : (long)address;
}

static uint16_t vma_flags(const struct map_request *request)
{
    uint16_t flags = 0;

    if ((request->flags & MAP_TYPE) != MAP_PRIVATE)
        flags |= VMA_SHARED;
    if (request->flags & MAP_GROWSDOWN)
        flags |= VMA_GROWS_DOWN;
    if (request->flags & MAP_NORESERVE)
        flags |= VMA_NO_RESERVE;
    return flags;
}

static long map_locked(struct mm *mm, const struct map_request *request, size_t size,
                       struct vma *model, struct list *dead)
{
    long address = mm_choose_place(mm, request, size);
    int error = 0;

    if (address < 0)
        return address;
    model->range.start = (uintptr_t)address;
    model->range.end = (uintptr_t)address + size;
    if (!mm_may_map(mm, model, size, (request->flags & MAP_FIXED) != 0))
        return -ENOMEM;
    model->flags |= mm->future_lock | (request->flags & MAP_LOCKED ? VMA_LOCKED : 0);
    if ((model->flags & VMA_LOCKED) && !mm_limit_allows(mm, RLIMIT_MEMLOCK, size, 0, 0))
        return -EAGAIN;
    if (request->flags & MAP_FIXED)
        error = mm_unmap_locked(mm, model->range.start, model->range.end, dead);
    if (error == 0)
        error = mm_add_vma(mm, model);
    return error == 0 ? address : error;
}

long mm_map(struct mm *mm, const struct map_request *request)
{
    struct list dead = LIST_INIT(dead);
    struct vma model = {
        .prot = (uint8_t)(request->prot & PROT_ALL),
        .max_prot = (uint8_t)(request->max_prot & PROT_ALL),
        .flags = vma_flags(request),
        .file = request->cache ? request->file : NULL,
        .cache = request->cache,
        .cache_index = request->offset >> PAGE_SHIFT,
    };
    uintptr_t end;
    size_t size;
    long address = request_check(request, &size);

    if (address != 0)
        return address;
    if ((model.flags & VMA_SHARED) && !model.cache) {
        model.cache = shared_memory_create(size);
        model.cache_index = 0;
        if (!model.cache)
            return -ENOMEM;
    }
    mutex_lock(&mm->lock);
    address = map_locked(mm, request, size, &model, &dead);
    mutex_unlock(&mm->lock);
    vma_release_all(&dead);
    if (model.cache != request->cache)
        shared_memory_put(model.cache);
    if (address < 0)
        return address;
    end = (uintptr_t)address + size;
    if (model.flags & VMA_LOCKED)
        (void)mm_lock_populate(mm, (uintptr_t)address, end);
    else if ((request->flags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE)
        (void)mm_populate(mm, (uintptr_t)address, end, is_writable_private(request) ? PT_WRITE : 0);
    return address;
}

int mm_unmap_locked(struct mm *mm, uintptr_t start, uintptr_t end, struct list *dead)
{
    struct vma *vma = vma_find(&mm->vmas, start), *next;

    assert(mutex_is_held(&mm->lock));
    assert(start < end && end <= USER_END);
    if (!vma || vma->range.start >= end)
        return 0;
    if (vma->range.start < start && vma->range.end > end) {
        int error = vma_split(&mm->vmas, vma, end);

        if (error != 0)
            return error;
    }
    for (; vma && vma->range.start < end; vma = next) {
        next = vma_next(vma);
        vma_trim(&mm->vmas, vma, start, end, dead);
    }
    mm_zap(mm, start, end, ZAP_FLUSH);
    mm_prune_tables(mm, start, end);
    return 0;
}

int mm_unmap(struct mm *mm, uintptr_t start, size_t size)
{
    struct list dead = LIST_INIT(dead);
    int error;

    if (!is_aligned(start, PAGE_SIZE) || start > USER_END || size > USER_END - start || size == 0)
        return -EINVAL;
    mutex_lock(&mm->lock);
    error = mm_unmap_locked(mm, start, start + round_up(size, PAGE_SIZE), &dead);
    mutex_unlock(&mm->lock);
    vma_release_all(&dead);
    return error;
}
