/*
 * From one open file to another, inside the kernel: sendfile(2), copy_file_range(2).
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/limits.h"
#include "kernel/abi/stat.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/inode.h"

#define COPY_CHUNK (8 * PAGE_SIZE)

/* One end of a copy. */
struct place {
    struct file *file;
    loff_t pos;
    bool is_own; /* the file's own position, which moves along */
};

/* Writes where the file stands (sendfile), or at a position. */
static ssize_t place_write(struct place *to, struct iter *from)
{
    return to->is_own ? file_write(to->file, from) : file_write_at(to->file, from, &to->pos);
}

/* One piece: reads, writes, and advances by what was written. */
static ssize_t copy_piece(struct place *to, struct place *from, char *buffer, size_t size)
{
    ssize_t count = file_read_kernel(from->file, buffer, size, from->pos);
    struct iter iter;

    if (count <= 0)
        return count;
    iter_kernel(&iter, buffer, (size_t)count);
    count = place_write(to, &iter);
    if (count > 0)
        from->pos += count;
    return count;
}

/* Bytes moved, or an error if none was. A short piece ends it. */
static ssize_t copy_all(struct place *to, struct place *from, size_t count)
{
    char *buffer = kmalloc(COPY_CHUNK);
    size_t done = 0;
    ssize_t moved = 0;

    if (!buffer)
        return -ENOMEM;
    count = min_t(size_t, count, RW_COUNT_MAX);
    while (done < count) {
        size_t wanted = min(count - done, (size_t)COPY_CHUNK);

        moved = copy_piece(to, from, buffer, wanted);
        if (moved <= 0)
            break;
        done += (size_t)moved;
        if ((size_t)moved < wanted || thread_interrupted())
            break;
    }
    kfree(buffer);
    return done ? (ssize_t)done : moved;
}

/* Where a copy begins: at the position that is stored at `offset`, else at the file's own. */
static int place_begin(struct place *place, const off_t __user *offset)
{
    place->is_own = !offset;
    if (offset)
        return copy_from_user(&place->pos, offset, sizeof(place->pos));
    place->pos = place->file->mode & FMODE_POSITION ? file_seek(place->file, 0, SEEK_CUR) : 0;
    return 0;
}

/* Tells how far it came. */
static int place_end(const struct place *place, off_t __user *offset)
{
    if (offset)
        return put_user(place->pos, offset);
    file_seek(place->file, place->pos, SEEK_SET);
    return 0;
}

/* What sendfile reads has a position, so that nothing is lost that can't be written; what it writes
 * to doesn't append. */
static int send_check(const struct file *out, const struct file *in)
{
    if (!out || !(out->mode & FMODE_WRITE))
        return -EBADF;
    if (!(in->mode & FMODE_POSITION) || inode_is_dir(in->inode) || (file_flags(out) & O_APPEND))
        return -EINVAL;
    return 0;
}

static ssize_t send_file(struct file *out, struct file *in, off_t __user *offset, size_t count)
{
    struct place from = {.file = in}, to = {.file = out, .is_own = true};
    ssize_t result;

    if (!(in->mode & FMODE_READ))
        return -EBADF;
    if (offset && !(in->mode & FMODE_POSITION))
        return -ESPIPE;
    result = place_begin(&from, offset);
    if (result == 0 && from.pos < 0)
        result = -EINVAL;
    if (result == 0)
        result = send_check(out, in);
    if (result == 0)
        result = copy_all(&to, &from, count);
    if (result >= 0 && place_end(&from, offset) != 0)
        result = -EFAULT;
    return result;
}

/* Copies bytes from one open file to another without a detour through user memory. */
long sys_sendfile(int out_fd, int in_fd, off_t __user *offset, size_t count)
{
    struct file *in = fd_get((unsigned)in_fd), *out = fd_get((unsigned)out_fd);
    ssize_t result = -EBADF;

    if (in)
        result = send_file(out, in, offset, count);
    if (in)
        file_put(in);
    if (out)
        file_put(out);
    return result;
}

/* Regular files of one file system, one that is open for reading and one for writing. */
static int range_check_files(const struct file *in, const struct file *out)
{
    if (inode_is_dir(in->inode) || inode_is_dir(out->inode))
        return -EISDIR;
    if (!S_ISREG(in->inode->mode) || !S_ISREG(out->inode->mode))
        return -EINVAL;
    if (!(in->mode & FMODE_READ) || !(out->mode & FMODE_WRITE) || (file_flags(out) & O_APPEND))
        return -EBADF;
    return in->inode->sb == out->inode->sb ? 0 : -EXDEV;
}

/* Cuts the count at the end of what is copied: 0 or an error. */
static int range_check(const struct place *from, const struct place *to, size_t *count)
{
    loff_t size = inode_size(from->file->inode);
    size_t end;

    /* As unsigned numbers, so that negative positions overflow, and INT64_MAX doesn't. */
    if (check_add_overflow((size_t)from->pos, *count, &end) ||
        check_add_overflow((size_t)to->pos, *count, &end))
        return -EOVERFLOW;
    *count = from->pos >= size ? 0 : min_t(size_t, *count, (size_t)(size - from->pos));
    if (*count != 0 && to->pos == INT64_MAX)
        return -EFBIG;
    *count = min_t(size_t, *count, (size_t)(INT64_MAX - to->pos));
    if (from->file->inode == to->file->inode && to->pos + (loff_t)*count > from->pos &&
        to->pos < from->pos + (loff_t)*count)
        return -EINVAL;
    return from->pos < 0 || to->pos < 0 ? -EINVAL : 0;
}

static ssize_t copy_range(struct place *from, off_t __user *from_offset, struct place *to,
                          off_t __user *to_offset, size_t count)
{
    ssize_t result = place_begin(from, from_offset);

    if (result == 0)
        result = place_begin(to, to_offset);
    if (result == 0)
        result = range_check_files(from->file, to->file);
    if (result == 0)
        result = range_check(from, to, &count);
    if (result != 0 || count == 0)
        return result;
    to->is_own = false;
    result = copy_all(to, from, count);
    if (result <= 0)
        return result;
    return place_end(from, from_offset) || place_end(to, to_offset) ? -EFAULT : result;
}

/* Copies a part of a regular file to a place in another, or in itself where that doesn't overlap.
 */
long sys_copy_file_range(int in_fd, off_t __user *in_offset, int out_fd, off_t __user *out_offset,
                         size_t count, unsigned int flags)
{
    struct place from = {.file = fd_get((unsigned)in_fd)}, to = {.file = fd_get((unsigned)out_fd)};
    ssize_t result = -EBADF;

    if (from.file && to.file)
        result = flags ? -EINVAL : copy_range(&from, in_offset, &to, out_offset, count);
    if (from.file)
        file_put(from.file);
    if (to.file)
        file_put(to.file);
    return result;
}
