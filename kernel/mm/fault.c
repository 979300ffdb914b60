/*
 * Page faults: how a page table gets its pages.
 *
 * A page that isn't there comes as zeros (anonymous memory) or from the page cache; a private one
 * that is written to is copied first, unless nobody else refers to it. upcall_page_fault is the
 * CPU's way in; mm_fault is that of the kernel's own look into an address space.
 *
 * Locking: all of it happens under mm->lock, so two threads that fault on one page, and a fault and
 * a munmap, come one after the other; the later one sees what the earlier one did. A reference
 * count of 1 on a mapped private page means that only this address space knows it, and who could
 * share it (fork) needs the lock. When there is no memory the lock is dropped, and mm_out_of_memory
 * sees to it that there will be.
 */
#include "arch/api/upcalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/abi/resource.h"
#include "kernel/mm/cache.h"
#include "kernel/mm/mm.h"

/* Moves the start of a stack down to the page of address, if limits and neighbour allow. 0 or
 * -EFAULT. */
static int stack_grow(struct mm *mm, struct vma *vma, uintptr_t address)
{
    const struct vma *prev = vma_prev(vma);
    uintptr_t start = round_down(address, PAGE_SIZE);

    if (!(vma->flags & VMA_GROWS_DOWN) || start < MMAP_MIN_ADDRESS ||
        vma->range.end - start > mm_limit(RLIMIT_STACK) ||
        !mm_may_map(mm, vma, vma->range.start - start, false) ||
        ((vma->flags & VMA_LOCKED) &&
         !mm_limit_allows(mm, RLIMIT_MEMLOCK, vma->range.start - start, 0, 0)))
        return -EFAULT;
    if (prev && !(prev->flags & VMA_GROWS_DOWN) && prev->prot != PROT_NONE &&
        start - prev->range.end < STACK_GUARD_BYTES)
        return -EFAULT;
    range_resize(&mm->vmas, &vma->range, start, vma->range.end);
    return 0;
}

/* True if the VMA's rights allow the access. Reading is allowed wherever anything is: no page table
 * entry of x86 is only executable or only writable. */
static bool access_allowed(const struct vma *vma, unsigned access)
{
    if (access & PT_WRITE)
        return (vma->prot & PROT_WRITE) != 0;
    if (access & PT_EXEC)
        return (vma->prot & PROT_EXEC) != 0;
    return vma->prot != PROT_NONE;
}

/* Maps a page whose reference passes to the page table. 0 or -ENOMEM, the reference dropped. */
static int page_map(struct mm *mm, uintptr_t address, struct page *page, unsigned rights)
{
    int error = pt_map(&mm->page_table, address, page_to_phys(page), rights);

    if (error != 0)
        page_put(page);
    return error;
}

/* The same where none is mapped. */
static int page_add(struct mm *mm, uintptr_t address, struct page *page, unsigned rights)
{
    int error = page_map(mm, address, page, rights);

    if (error == 0)
        mm_count_page(mm);
    return error;
}

/* A private copy of a page. NULL: no memory. */
static struct page *page_duplicate(const struct page *page)
{
    struct page *copy = page_alloc(0, 0);

    if (copy)
        page_copy(page_to_virt(copy), page_to_virt(page));
    return copy;
}

/* A write to a private page that is mapped read-only. */
static int fault_copy_on_write(struct mm *mm, const struct vma *vma, uintptr_t address,
                               struct page *page)
{
    struct page *copy;
    int error;

    if (atomic_load(&page->ref) == 1) {
        pt_protect(&mm->page_table, address, vma_page_rights(vma));
        return 0;
    }
    copy = page_duplicate(page);
    if (!copy)
        return -ENOMEM;
    error = page_map(mm, address, copy, vma_page_rights(vma));
    if (error != 0)
        return error;
    tlb_flush(&mm->page_table, address, address + PAGE_SIZE);
    page_put(page);
    return 0;
}

/* The page is there. If its rights allow the access, another thread's fault was faster, or this
 * CPU's TLB was late; it forgets the translation by the fault itself (SDM 3A 4.10.4.1). */
static int fault_present(struct mm *mm, const struct vma *vma, uintptr_t address,
                         const struct pt_entry *entry, unsigned access)
{
    if (!(access & PT_WRITE) || (entry->rights & PT_WRITE))
        return 0;
    if (!(vma->flags & VMA_SHARED))
        return fault_copy_on_write(mm, vma, address, phys_to_page(entry->phys));
    pt_protect(&mm->page_table, address, vma_page_rights(vma));
    return 0;
}

/* First touch of a page of a file or of shared memory. */
static int fault_cached(struct mm *mm, const struct vma *vma, uintptr_t address, unsigned access)
{
    unsigned rights = vma_page_rights(vma);
    struct page *page, *copy;
    int error = page_cache_get_mapped(vma->cache, vma_cache_index(vma, address), &page);

    if (error != 0)
        return error;
    if (vma->flags & VMA_SHARED)
        return page_add(mm, address, page, rights);
    if (!(access & PT_WRITE))
        return page_add(mm, address, page, rights & ~PT_WRITE);
    copy = page_duplicate(page);
    page_put(page);
    return copy ? page_add(mm, address, copy, rights) : -ENOMEM;
}

/* First touch of a page of private anonymous memory. */
static int fault_anonymous(struct mm *mm, const struct vma *vma, uintptr_t address)
{
    struct page *page = page_alloc(0, PAGE_ZEROED);

    return page ? page_add(mm, address, page, vma_page_rights(vma)) : -ENOMEM;
}

static int fault_resolve(struct mm *mm, uintptr_t address, unsigned access, bool force)
{
    struct vma *vma = vma_find(&mm->vmas, address);
    struct pt_entry entry;

    if (mm->is_doomed)
        return -ENOMEM;
    if (!vma || (vma->range.start > address && stack_grow(mm, vma, address) != 0))
        return -EFAULT;
    if (!access_allowed(vma, access) && !(force && !(vma->flags & VMA_SHARED)))
        return -EACCES;
    address = round_down(address, PAGE_SIZE);
    if (pt_query(&mm->page_table, address, &entry))
        return fault_present(mm, vma, address, &entry, access);
    if (vma->cache)
        return fault_cached(mm, vma, address, access);
    return fault_anonymous(mm, vma, address);
}

/* Whoever makes a page come is charged with the fault, as on Linux; all of them are minor ones: no
 * page comes from a disk. */
int mm_fault(struct mm *mm, uintptr_t address, unsigned access, bool force)
{
    int error;

    assert(mutex_is_held(&mm->lock));
    error = fault_resolve(mm, address, access, force);
    if (error == 0)
        current->faults++;
    return error;
}

static bool is_mapped(const struct mm *mm, uintptr_t address)
{
    const struct vma *vma = vma_find(&mm->vmas, address);

    return vma && vma->range.start <= address;
}

/* Takes the lock; may_grow: the fault may extend a stack. */
static int fault_locked(struct mm *mm, uintptr_t address, unsigned access, bool may_grow)
{
    int error = -EFAULT;

    mutex_lock(&mm->lock);
    if (may_grow || is_mapped(mm, address))
        error = mm_fault(mm, address, access, false);
    mutex_unlock(&mm->lock);
    return error;
}

/* The same; without memory for it, some is made free. -ENOMEM: the running thread is to die. */
static int fault_retried(struct mm *mm, uintptr_t address, unsigned access, bool may_grow)
{
    unsigned attempt = 0;
    int error;

    do
        error = fault_locked(mm, address, access, may_grow);
    while (error == -ENOMEM && mm_out_of_memory(attempt++) == 0);
    return error;
}

int upcall_page_fault(uintptr_t address, unsigned access, bool present)
{
    (void)present; /* what the CPU saw may be the past: the page table is asked again */
    if (!current->mm || !may_sleep())
        return -EFAULT;
    return fault_retried(current->mm, address, access, true);
}

int mm_populate(struct mm *mm, uintptr_t start, uintptr_t end, unsigned access)
{
    int error = 0;

    for (; start < end && error == 0; start += PAGE_SIZE) {
        if (atomic_load(&current->flags) & TF_KILLED)
            return -EINTR;
        error = fault_retried(mm, start, access, false);
    }
    return error;
}
