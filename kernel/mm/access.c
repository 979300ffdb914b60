/*
 * Reading and writing an address space from outside, page by page through the direct map: exec
 * fills a new one before anybody runs in it, ptrace looks into another's. See mm.h.
 */
#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page.h"
#include "kernel/mm/uaccess.h"

enum transfer {
    TRANSFER_READ,
    TRANSFER_WRITE,
    TRANSFER_ZERO
};

/* Moves bytes within one page. With the lock held the page can't become another's meanwhile. */
static int page_transfer(struct mm *mm, uintptr_t address, char *data, size_t size,
                         enum transfer kind, bool force)
{
    struct pt_entry entry;
    char *place;
    int error = mm_fault(mm, address, kind == TRANSFER_READ ? 0 : PT_WRITE, force);

    if (error != 0)
        return error;
    if (!pt_query(&mm->page_table, round_down(address, PAGE_SIZE), &entry))
        return -EFAULT;
    place = (char *)phys_to_virt(entry.phys) + address % PAGE_SIZE;
    if (kind == TRANSFER_READ)
        memcpy(data, place, size);
    else if (kind == TRANSFER_WRITE)
        memcpy(place, data, size);
    else
        memset(place, 0, size);
    return 0;
}

static int mm_transfer(struct mm *mm, uintptr_t address, char *data, size_t size,
                       enum transfer kind, bool force)
{
    int error = 0;

    if (!user_range_ok((const void __user *)address, size))
        return -EFAULT;
    while (size > 0 && error == 0) {
        size_t piece = min(size, PAGE_SIZE - address % PAGE_SIZE);

        mutex_lock(&mm->lock);
        error = page_transfer(mm, address, data, piece, kind, force);
        mutex_unlock(&mm->lock);
        address += piece;
        data = data ? data + piece : NULL;
        size -= piece;
    }
    return error;
}

int mm_read(struct mm *mm, uintptr_t address, void *data, size_t size, bool force)
{
    return mm_transfer(mm, address, data, size, TRANSFER_READ, force);
}

int mm_write(struct mm *mm, uintptr_t address, const void *data, size_t size, bool force)
{
    return mm_transfer(mm, address, (char *)(uintptr_t)data, size, TRANSFER_WRITE, force);
}

int mm_zero(struct mm *mm, uintptr_t address, size_t size)
{
    return mm_transfer(mm, address, NULL, size, TRANSFER_ZERO, false);
}
