/*
 * mmap(2), munmap(2), mprotect(2), mremap(2), madvise(2), mincore(2), msync(2), brk(2): what the
 * calls check before kernel/mm acts.
 *
 * Flags of mmap that Linux ignores are ignored. MAP_HUGETLB is refused with -ENOMEM, as on a Linux
 * where no huge page is set aside.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/refuse.h"
#include "kernel/proc/task.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/mount.h"

#define PROT_ALL (PROT_READ | PROT_WRITE | PROT_EXEC)
#define OFFSET_MAX INT64_MAX

/* What MAP_SHARED_VALIDATE lets pass; MAP_FIXED_NOREPLACE and MAP_SYNC are not among it on Linux
 * either, for files without direct access. */
#define MAP_VALID                                                                            \
    (MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_32BIT | MAP_GROWSDOWN | MAP_DENYWRITE |      \
     MAP_EXECUTABLE | MAP_LOCKED | MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK | \
     MAP_HUGETLB)

/* Checks that a file may be mapped like this, and completes the request with what it shows. */
static int request_file(struct map_request *request, struct file *file)
{
    unsigned type = request->flags & MAP_TYPE;
    uint64_t end;

    if (type != MAP_PRIVATE && type != MAP_SHARED && type != MAP_SHARED_VALIDATE)
        return -EINVAL;
    if (type == MAP_SHARED_VALIDATE && (request->flags & ~MAP_VALID))
        return -EOPNOTSUPP;
    if (check_add_overflow(request->offset, request->size, &end) || end > OFFSET_MAX)
        return -EOVERFLOW;
    if (type != MAP_PRIVATE && !(file->mode & FMODE_WRITE)) {
        if (request->prot & PROT_WRITE)
            return -EACCES;
        request->max_prot &= ~PROT_WRITE;
    }
    if (!(file->mode & FMODE_READ))
        return -EACCES;
    if (mount_has(file->path.mount, MS_NOEXEC)) {
        if (request->prot & PROT_EXEC)
            return -EPERM;
        request->max_prot &= ~PROT_EXEC;
    }
    if (!file->ops->mmap)
        return -ENODEV;
    if (request->flags & MAP_GROWSDOWN)
        return -EINVAL;
    request->file = file;
    return file->ops->mmap(file, type != MAP_PRIVATE, &request->cache);
}

static int request_anonymous(struct map_request *request)
{
    unsigned type = request->flags & MAP_TYPE;

    request->offset = 0;
    return type == MAP_PRIVATE || type == MAP_SHARED ? 0 : -EINVAL;
}

/* The flags that Linux knows and Limen doesn't. */
static int refuse_flags(unsigned flags)
{
    if (flags & MAP_HUGETLB) {
        log_refusal("%s", "MAP_HUGETLB");
        return flags & MAP_ANONYMOUS ? -ENOMEM : -EINVAL;
    }
    return 0;
}

/* Maps a file, or fresh zero pages, into memory: the address. Pages come when they are touched. */
long sys_mmap(unsigned long addr, size_t length, unsigned long prot, unsigned long flags,
              unsigned long fd, unsigned long offset)
{
    struct map_request request = {
        .address = addr,
        .size = length,
        .prot = (unsigned)prot,
        .max_prot = PROT_ALL,
        .flags = (unsigned)flags,
        .offset = offset,
    };
    struct file *file = NULL;
    long result;

    if (!is_aligned(offset, PAGE_SIZE))
        return -EINVAL;
    if (!(flags & MAP_ANONYMOUS)) {
        file = fd_get((unsigned)fd);
        if (!file)
            return -EBADF;
    }
    result = length == 0 ? -EINVAL : refuse_flags(request.flags);
    if (result == 0)
        result = file ? request_file(&request, file) : request_anonymous(&request);
    if (result == 0)
        result = mm_map(current->mm, &request);
    if (file)
        file_put(file);
    return result;
}

/* Takes a range of memory away, whatever lies there. */
long sys_munmap(unsigned long addr, size_t length)
{
    return mm_unmap(current->mm, addr, length);
}

/* Changes what may be done with a range of memory: read, write, execute. */
long sys_mprotect(unsigned long start, size_t length, unsigned long prot)
{
    return mm_protect(current->mm, start, length, prot);
}

/* Makes a mapping larger or smaller, moving it where flags allow that. */
long sys_mremap(unsigned long old_addr, size_t old_size, size_t new_size, unsigned long flags,
                unsigned long new_addr)
{
    return mm_remap(current->mm, old_addr, old_size, new_size, flags, new_addr);
}

/* Tells which pages of a range are in memory: a byte each, whose lowest bit is 1. */
long sys_mincore(unsigned long start, size_t length, unsigned char __user *vec)
{
    size_t count = length / PAGE_SIZE + (length % PAGE_SIZE != 0), now;
    unsigned char resident[256];
    int err;

    if (!is_aligned(start, PAGE_SIZE))
        return -EINVAL;
    if (start > USER_END || length > USER_END - start)
        return -ENOMEM;
    for (; count > 0; count -= now, vec += now, start += now * PAGE_SIZE) {
        now = min(count, sizeof(resident));
        err = mm_resident(current->mm, start, now, resident);
        if (err != 0)
            return err;
        if (copy_to_user(vec, resident, now) != 0)
            return -EFAULT;
    }
    return 0;
}

/* Writes what was changed in mapped files back to them: here both are the same memory. */
long sys_msync(unsigned long start, size_t length, int flags)
{
    uintptr_t end;

    if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) ||
        (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC) || !is_aligned(start, PAGE_SIZE))
        return -EINVAL;
    if (check_add_overflow(start, round_up(length, PAGE_SIZE), &end))
        return -ENOMEM;
    if (end == start)
        return 0;
    return mm_check_sync(current->mm, start, end, (flags & MS_INVALIDATE) != 0);
}

/* Makes the pages of a range present, and keeps them. */
long sys_mlock(unsigned long start, size_t length)
{
    return mm_lock(current->mm, start, length, false);
}

/* The same; with MLOCK_ONFAULT each page when it is first touched. */
long sys_mlock2(unsigned long start, size_t length, int flags)
{
    if (flags & ~MLOCK_ONFAULT)
        return -EINVAL;
    return mm_lock(current->mm, start, length, (flags & MLOCK_ONFAULT) != 0);
}

/* Undoes mlock, however often it was called. */
long sys_munlock(unsigned long start, size_t length)
{
    return mm_unlock(current->mm, start, length);
}

/* mlock of all that is mapped, of what will be mapped, or both. */
long sys_mlockall(int flags)
{
    if (flags == 0 || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) || flags == MCL_ONFAULT)
        return -EINVAL;
    return mm_lock_all(current->mm, flags);
}

/* Undoes mlockall and every mlock. */
long sys_munlockall(void)
{
    mm_unlock_all(current->mm);
    return 0;
}

/* Advice on how a range of memory will be used; MADV_DONTNEED and its kin drop pages. */
long sys_madvise(unsigned long start, size_t length, int advice)
{
    return mm_advise(current->mm, start, length, advice);
}

/* Moves the end of the heap. Tells where it is, moved or not; 0 only asks. */
long sys_brk(unsigned long brk)
{
    return (long)mm_brk(current->mm, brk);
}
