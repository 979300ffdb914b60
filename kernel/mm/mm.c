/*
 * Address spaces: their life, fork's copy, the stack and the heap (brk(2)). See mm.h.
 */
#include "kernel/mm/mm.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/abi/resource.h"
#include "kernel/core/atomic.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"

#define STACK_FIRST_BYTES (33 * PAGE_SIZE) /* 128 KiB and a page, as Linux maps at first */

static SLAB_CACHE(mm_cache, struct mm);

struct mm *mm_create(void)
{
    struct mm *mm = slab_alloc(&mm_cache);

    if (!mm)
        return NULL;
    if (pt_init(&mm->page_table) != 0) {
        slab_free(&mm_cache, mm);
        return NULL;
    }
    refcount_init(&mm->users);
    refcount_init(&mm->ref);
    mutex_init(&mm->lock, RANK_MM);
    return mm;
}

void mm_hold(struct mm *mm)
{
    refcount_get(&mm->ref);
}

void mm_release(struct mm *mm)
{
    if (!refcount_put(&mm->ref))
        return;
    pt_destroy(&mm->page_table);
    slab_free(&mm_cache, mm);
}

void mm_get(struct mm *mm)
{
    refcount_get(&mm->users);
}

/* Nobody runs in it any more, so nobody's TLB needs to be flushed. */
static void mm_empty(struct mm *mm)
{
    struct list dead = LIST_INIT(dead);
    struct vma *vma;

    mutex_lock(&mm->lock);
    mm->is_empty = true;
    while ((vma = vma_find(&mm->vmas, 0))) {
        mm_zap(mm, vma->range.start, vma->range.end, ZAP_NO_FLUSH);
        vma_trim(&mm->vmas, vma, 0, USER_END, &dead);
    }
    assert(mm->resident_pages == 0);
    mutex_unlock(&mm->lock);
    vma_release_all(&dead);
    mm_doom_end(mm);
}

void mm_put(struct mm *mm)
{
    mutex_assert_order(RANK_INODE);
    if (!refcount_put(&mm->users))
        return;
    assert(current->mm != mm);
    mm_empty(mm);
    mm_release(mm);
}

int mm_add_vma(struct mm *mm, const struct vma *model)
{
    struct vma *vma;

    assert(mutex_is_held(&mm->lock));
    if (mm->vmas.count >= atomic_load(&vma_count_max))
        return -ENOMEM;
    vma = vma_create(model, model->range.start, model->range.end);
    if (!vma)
        return -ENOMEM;
    vma->mm = mm;
    vma_insert(&mm->vmas, vma);
    return 0;
}

bool mm_overcommits(size_t size)
{
    return size >> PAGE_SHIFT > page_total_count();
}

/* Shares the pages of a private VMA with the child: neither may write to them from now on without
 * making a copy. Sets *protected if the parent's TLB has to forget that it could. */
static int pages_share(struct mm *parent, struct mm *child, const struct vma *vma, bool *protected)
{
    uintptr_t address = vma->range.start, end = vma->range.end;
    struct pt_entry entry;

    for (; pt_next(&parent->page_table, &address, end, &entry); address += PAGE_SIZE) {
        if (pt_map(&child->page_table, address, entry.phys, entry.rights & ~PT_WRITE) != 0)
            return -ENOMEM;
        page_get(phys_to_page(entry.phys));
        mm_count_page(child);
        if (entry.rights & PT_WRITE) {
            pt_protect(&parent->page_table, address, entry.rights & ~PT_WRITE);
            *protected = true;
        }
    }
    return 0;
}

/* A VMA for the child of fork. Pages of shared memory come by faults, from the cache. */
static int vma_clone(struct mm *parent, struct mm *child, const struct vma *vma, bool *protected)
{
    struct vma *copy;

    if (vma->flags & VMA_NO_FORK)
        return 0;
    copy = vma_create(vma, vma->range.start, vma->range.end);
    if (!copy)
        return -ENOMEM;
    copy->mm = child;
    copy->flags &= (uint16_t)~VMA_LOCK_FLAGS;
    range_insert(&child->vmas, &copy->range);
    if (vma->flags & (VMA_SHARED | VMA_WIPE_ON_FORK))
        return 0;
    return pages_share(parent, child, vma, protected);
}

static int mm_clone_locked(struct mm *parent, struct mm *child)
{
    bool protected = false;
    int error = 0;
    struct vma *vma;

    for (vma = vma_find(&parent->vmas, 0); vma && error == 0; vma = vma_next(vma))
        error = vma_clone(parent, child, vma, &protected);
    if (protected)
        tlb_flush(&parent->page_table, 0, USER_END);
    for (vma = vma_find(&child->vmas, 0); vma; vma = vma_next(vma))
        vma_link_cache(vma);
    child->brk_start = parent->brk_start;
    child->brk = parent->brk;
    child->args_start = parent->args_start;
    child->args_end = parent->args_end;
    child->environment_end = parent->environment_end;
    child->auxv_start = parent->auxv_start;
    child->auxv_end = parent->auxv_end;
    return error;
}

struct mm *mm_clone(struct mm *parent)
{
    struct mm *child = mm_create();
    int error;

    if (!child)
        return NULL;
    child->barriers = atomic_load(&parent->barriers);
    mutex_lock(&parent->lock);
    error = mm_clone_locked(parent, child);
    mutex_unlock(&parent->lock);
    if (error == 0)
        return child;
    mm_put(child);
    return NULL;
}

int mm_map_stack(struct mm *mm, unsigned prot)
{
    const struct vma stack = {
        .range = {.start = USER_END - STACK_FIRST_BYTES, .end = USER_END},
        .prot = (uint8_t)(prot & (PROT_READ | PROT_WRITE | PROT_EXEC)),
        .max_prot = PROT_READ | PROT_WRITE | PROT_EXEC,
        .flags = VMA_GROWS_DOWN,
    };
    int error;

    mutex_lock(&mm->lock);
    error = mm_add_vma(mm, &stack);
    mutex_unlock(&mm->lock);
    return error;
}

void mm_set_brk(struct mm *mm, uintptr_t start)
{
    mutex_lock(&mm->lock);
    mm->brk_start = start;
    mm->brk = start;
    mutex_unlock(&mm->lock);
}

/* Moves the heap's last page up; both are page aligned. One page stays free above it. */
static int heap_grow(struct mm *mm, uintptr_t from, uintptr_t to)
{
    const struct vma *next = vma_find(&mm->vmas, from);
    const struct vma heap = {
        .range = {.start = from, .end = to},
        .prot = PROT_READ | PROT_WRITE,
        .max_prot = PROT_READ | PROT_WRITE | PROT_EXEC,
        .flags = mm->future_lock,
    };

    if (to > USER_END || mm_overcommits(to - from))
        return -ENOMEM;
    if ((heap.flags & VMA_LOCKED) && !mm_limit_allows(mm, RLIMIT_MEMLOCK, to - from, 0, 0))
        return -ENOMEM;
    if (next && to + PAGE_SIZE + next->range.guard > next->range.start)
        return -ENOMEM;
    if (!mm_may_map(mm, &heap, to - from, false))
        return -ENOMEM;
    return mm_add_vma(mm, &heap);
}

static int brk_move(struct mm *mm, uintptr_t wanted, struct list *dead)
{
    uintptr_t from = round_up(mm->brk, PAGE_SIZE), to;

    if (wanted < mm->brk_start || wanted > USER_END ||
        wanted - mm->brk_start > mm_limit(RLIMIT_DATA))
        return -ENOMEM;
    to = round_up(wanted, PAGE_SIZE);
    if (to > from)
        return heap_grow(mm, from, to);
    return to < from ? mm_unmap_locked(mm, to, from, dead) : 0;
}

uintptr_t mm_brk(struct mm *mm, uintptr_t wanted)
{
    struct list dead = LIST_INIT(dead);
    uintptr_t before, result;

    mutex_lock(&mm->lock);
    before = mm->brk;
    if (brk_move(mm, wanted, &dead) == 0)
        mm->brk = wanted;
    result = mm->brk;
    mutex_unlock(&mm->lock);
    vma_release_all(&dead);
    if (result > before && mm->future_lock != 0)
        (void)mm_lock_populate(mm, round_down(before, PAGE_SIZE), round_up(result, PAGE_SIZE));
    return result;
}
