/*
 * Out of memory: an address space whose processes have been killed to get at its pages gives them
 * up at once. Its threads may take long to end, and may even wait for a lock of who needs the
 * memory.
 *
 * What is mapped stays mapped, but without pages: a user copy that a dying thread is busy with must
 * not find zeros where its data was, so all faults fail from then on (mm_fault).
 *
 * Locking: mm->lock is taken here. An address space is counted as doomed until mm_put's last one
 * has emptied it.
 */
#include "kernel/abi/errno.h"
#include "kernel/mm/mm.h"

static uint32_t doomed_count; /* atomic */

struct wait_queue mm_doomed_wait = WAIT_QUEUE_INIT(mm_doomed_wait);

static int nobody_to_kill(unsigned attempt)
{
    (void)attempt;
    return -ENOMEM;
}

int (*mm_out_of_memory)(unsigned attempt) = nobody_to_kill;

void mm_doom(struct mm *mm)
{
    mutex_lock(&mm->lock);
    if (!mm->is_doomed && !mm->is_empty) {
        mm->is_doomed = true;
        atomic_add(&doomed_count, 1);
        for (struct vma *vma = vma_find(&mm->vmas, 0); vma; vma = vma_next(vma))
            mm_zap(mm, vma->range.start, vma->range.end, ZAP_FLUSH);
        pt_prune(&mm->page_table, 0, USER_END);
    }
    mutex_unlock(&mm->lock);
}

void mm_doom_end(struct mm *mm)
{
    assert(mm->is_empty);
    if (mm->is_doomed && atomic_sub(&doomed_count, 1) == 0)
        wake_up_all(&mm_doomed_wait);
}

bool mm_doomed_exist(void)
{
    return atomic_load(&doomed_count) != 0;
}
