/*
 * The memory of another process. See memory_access.h.
 *
 * Bytes go by way of a page of the kernel's: two address spaces are never locked at once, and the
 * other may be one's own. What is changed meanwhile may be seen in part.
 */
#include "kernel/proc/memory_access.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/process_look.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/pseudo.h"

/* Where bytes are moved from or to. */
struct place {
    struct mm *mm;
    uintptr_t address;
    bool is_write; /* to there */
    bool force;    /* rights of private mappings don't matter */
    char *buffer;  /* of a page */
};

/* Bytes within one page: how many, -EFAULT (the iter's), -EIO (the place's), or -ENOMEM. */
static ssize_t piece_move(const struct place *place, size_t size, struct iter *iter)
{
    int err;

    if (place->is_write) {
        size = iter_copy_from(iter, place->buffer, size);
        err = mm_write(place->mm, place->address, place->buffer, size, place->force);
    } else {
        err = mm_read(place->mm, place->address, place->buffer, size, place->force);
        if (err == 0)
            size = iter_copy_to(iter, place->buffer, size);
    }
    if (err != 0)
        return err == -ENOMEM ? err : -EIO;
    return size != 0 ? (ssize_t)size : -EFAULT;
}

/* Up to `size` bytes, or what the iter has: how many, if only some could be moved; else as above.
 */
static ssize_t bytes_move(struct place *place, size_t size, struct iter *iter)
{
    size_t left = min(size, iter_count(iter)), moved = 0;

    while (left > 0) {
        size_t piece = min(left, PAGE_SIZE - place->address % PAGE_SIZE);
        ssize_t done = piece_move(place, piece, iter);

        if (done < 0)
            return moved > 0 ? (ssize_t)moved : done;
        place->address += (size_t)done;
        moved += (size_t)done;
        left -= (size_t)done;
        if ((size_t)done < piece)
            break;
    }
    return (ssize_t)moved;
}

/* --- process_vm_readv, process_vm_writev --- */

/* All pieces, one after the other; a place that isn't there is an -EFAULT as well. */
static ssize_t pieces_move(struct place *place, const struct iovec *pieces, size_t count,
                           struct iter *iter)
{
    ssize_t moved = 0, done = 0;

    for (size_t i = 0; i < count && iter_count(iter) > 0; i++) {
        size_t wanted = min(pieces[i].iov_len, iter_count(iter));

        place->address = (uintptr_t)pieces[i].iov_base;
        done = bytes_move(place, wanted, iter);
        if (done > 0)
            moved += done;
        if (done != (ssize_t)wanted)
            break;
    }
    if (moved > 0 || done >= 0)
        return moved;
    return done == -EIO ? -EFAULT : done;
}

/* The memory of a task that a system call may look into; it is taken first, and then asked. */
static int task_mm_look_by_call(struct task *task, struct mm **out)
{
    struct mm *mm = task_mm_get(task);
    int err = 0;

    if (!task_may_look_by_call(task))
        err = -EPERM;
    else if (mm == NULL)
        err = -ESRCH;
    if (err != 0 && mm != NULL)
        mm_put(mm);
    *out = mm;
    return err;
}

ssize_t process_memory_move(pid_t pid, const struct iovec *pieces, size_t count, struct iter *iter,
                            bool is_write)
{
    struct place place = {.is_write = is_write};
    struct task *task = task_find(pid);
    ssize_t result;

    if (task == NULL)
        return -ESRCH;
    result = task_mm_look_by_call(task, &place.mm);
    task_put(task);
    if (result != 0)
        return result;
    place.buffer = kmalloc(PAGE_SIZE);
    result = place.buffer != NULL ? pieces_move(&place, pieces, count, iter) : -ENOMEM;
    kfree(place.buffer);
    mm_put(place.mm);
    return result;
}

/* --- /proc/PID/mem: the position is the address --- */

/* It stays on the memory that the process had then, and keeps none of it. */
static int mem_open(const struct pseudo_subject *of, void **object)
{
    struct mm *mm;
    int err = task_mm_look(of->task, &mm);

    if (err != 0)
        return err;
    if (mm != NULL) {
        mm_hold(mm);
        mm_put(mm);
    }
    *object = mm;
    return 0;
}

static void mem_release(void *object)
{
    if (object != NULL)
        mm_release(object);
}

static ssize_t mem_move(void *object, struct iter *iter, loff_t *pos, bool is_write)
{
    struct place place = {
        .mm = object,
        .address = (uintptr_t)*pos,
        .is_write = is_write,
        .force = true,
    };
    ssize_t result;

    if (place.mm == NULL || READ_ONCE(place.mm->is_empty))
        return 0;
    place.buffer = kmalloc(PAGE_SIZE);
    if (place.buffer == NULL)
        return -ENOMEM;
    result = bytes_move(&place, iter_count(iter), iter);
    kfree(place.buffer);
    if (result > 0)
        *pos += result;
    return result == -EIO && READ_ONCE(place.mm->is_empty) ? 0 : result;
}

/* There is no end to seek from. */
static loff_t mem_seek(loff_t pos, loff_t offset, int whence)
{
    if (whence != SEEK_SET && whence != SEEK_CUR)
        return -EINVAL;
    if (whence == SEEK_CUR && __builtin_add_overflow(pos, offset, &offset))
        return -EINVAL;
    return offset >= 0 ? offset : -EINVAL;
}

static const struct pseudo_object mem_object = {
    .open = mem_open,
    .release = mem_release,
    .move = mem_move,
    .seek = mem_seek,
};

static struct pseudo_entry entries[] = {
    {.name = "mem", .mode = S_IFREG | 0600, .object = &mem_object},
};

static void memory_access_init(void)
{
    pseudo_register_process(entries, ARRAY_SIZE(entries));
}
INIT_CALL(2, memory_access_init);
