/*
 * Pipes and FIFOs (pipe(7), fifo(7)): one object, a row of page-sized slots, behind both.
 *
 * A write puts its bytes into new slots; what is left over from whole pages goes to the last slot
 * if it fits there. So a write of at most PIPE_BUF bytes always goes into one slot, in one step,
 * and can't be mixed with others: that is the promise of PIPE_BUF.
 *
 * Locking: pipe->lock guards all of it. head, tail, readers and writers are also read without it,
 * in wait conditions and poll; who changes them wakes afterwards. A FIFO's pipe hangs on its inode
 * under the inode's mutex, as long as it is open.
 *
 * Waking: readers wait on an empty pipe and writers on a full one, both exclusively: the one who
 * ends that state wakes one of them, and who was woken passes the turn on while something is left
 * for the next. Edge-triggered epolls are promised more (man 7 epoll): an event for each write.
 */
#include "kernel/ipc/pipe.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/ioctl.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/ipc/pipe_internal.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/signal.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/inode.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/poll.h"

#define PIPE_MAGIC 0x50495045

static struct mount *pipe_mount;

static const struct file_ops pipe_ops;

/* Wakes one waiter. The caller has made its condition true under the mutex, whose unlocking is the
 * full barrier that this look at the queue needs. */
static void pipe_wake(struct wait_queue *queue)
{
    if (wait_queue_active(queue))
        wake_up(queue);
}

static struct pipe *pipe_alloc(void)
{
    struct pipe *pipe = kzalloc(sizeof(*pipe));

    if (!pipe)
        return NULL;
    if (pipe_slots_init(pipe) != 0) {
        kfree(pipe);
        return NULL;
    }
    mutex_init(&pipe->lock, RANK_PIPE);
    wait_queue_init(&pipe->read_wait);
    wait_queue_init(&pipe->write_wait);
    wait_queue_init(&pipe->open_wait);
    return pipe;
}

static void pipe_free(struct pipe *pipe)
{
    for (; pipe->tail != pipe->head; pipe->tail++)
        page_put(pipe_slot(pipe, pipe->tail)->page);
    pipe_slots_free(pipe);
    kfree(pipe);
}

/* Moves what there is to the iter: bytes, 0 if the pipe is empty, -EFAULT if nothing could be. */
static ssize_t pipe_take(struct pipe *pipe, struct iter *to)
{
    ssize_t done = 0;

    while (iter_count(to) != 0 && pipe_used(pipe) != 0) {
        struct pipe_slot *slot = pipe_slot(pipe, pipe->tail);
        size_t wanted = min((size_t)slot->length, iter_count(to));
        char *bytes = page_to_virt(slot->page);
        size_t moved = iter_copy_to(to, bytes + slot->offset, wanted);
        bool is_packet = slot->is_packet;

        done += (ssize_t)moved;
        slot->offset += (unsigned)moved;
        slot->length -= (unsigned)moved;
        if (slot->length == 0 || is_packet) {
            page_put(slot->page);
            WRITE_ONCE(pipe->tail, pipe->tail + 1);
        }
        if (moved < wanted)
            return done ? done : -EFAULT;
        if (is_packet)
            break;
    }
    return done;
}

void pipe_consume(struct pipe *pipe, size_t size)
{
    while (size != 0) {
        struct pipe_slot *slot = pipe_slot(pipe, pipe->tail);
        size_t part = min((size_t)slot->length, size);

        slot->offset += (unsigned)part;
        slot->length -= (unsigned)part;
        size -= part;
        if (slot->length == 0) {
            page_put(slot->page);
            WRITE_ONCE(pipe->tail, pipe->tail + 1);
        }
    }
}

/* The part of a write that isn't whole pages, into the last slot if all of it fits there: bytes, 0
 * if it doesn't fit, -EFAULT (a part may be in the slot's page then, but isn't in the pipe). */
static ssize_t pipe_append(struct pipe *pipe, struct iter *from)
{
    size_t size = iter_count(from) % PAGE_SIZE;
    struct pipe_slot *slot;
    unsigned end;
    char *bytes;

    if (size == 0 || pipe_used(pipe) == 0)
        return 0;
    slot = pipe_slot(pipe, pipe->head - 1);
    end = slot->offset + slot->length;
    if (slot->is_packet || slot->is_fixed || size > PAGE_SIZE - end)
        return 0;
    bytes = page_to_virt(slot->page);
    if (iter_copy_from(from, bytes + end, size) < size)
        return -EFAULT;
    slot->length += (unsigned)size;
    return (ssize_t)size;
}

/* Up to a page of the iter into a new slot: bytes, -ENOMEM, -EFAULT. */
static ssize_t pipe_add(struct pipe *pipe, struct iter *from, bool is_packet)
{
    size_t wanted = min(iter_count(from), PAGE_SIZE);
    struct page *page = page_alloc(0, 0);
    size_t moved;

    if (!page)
        return -ENOMEM;
    moved = iter_copy_from(from, page_to_virt(page), wanted);
    if (moved < wanted) {
        page_put(page);
        return -EFAULT;
    }
    *pipe_slot(pipe, pipe->head) =
        (struct pipe_slot){.page = page, .length = (unsigned)moved, .is_packet = is_packet};
    WRITE_ONCE(pipe->head, pipe->head + 1);
    return (ssize_t)moved;
}

/* Moves what fits: adds to *done. 0: all that fits now is there; or an error. */
static ssize_t pipe_put(struct pipe *pipe, struct iter *from, bool is_packet, ssize_t *done)
{
    while (iter_count(from) != 0 && !pipe_is_full(pipe)) {
        ssize_t moved = pipe_add(pipe, from, is_packet);

        if (moved < 0)
            return moved;
        *done += moved;
    }
    return 0;
}

/* One look at the pipe: bytes, 0 at its end, -EAGAIN when there is nothing yet. Who has waited, and
 * so was woken, passes that on. */
static ssize_t pipe_read_once(struct pipe *pipe, struct iter *to, bool has_waited)
{
    bool was_full, more;
    ssize_t count;

    mutex_lock(&pipe->lock);
    was_full = pipe_is_full(pipe);
    count = pipe->is_drained ? 0 : pipe_take(pipe, to);
    if (count == 0 && (pipe->writers != 0 || pipe->is_drained))
        count = -EAGAIN;
    was_full = was_full && !pipe_is_full(pipe);
    more = has_waited && pipe_used(pipe) != 0;
    mutex_unlock(&pipe->lock);
    if (was_full)
        pipe_wake(&pipe->write_wait);
    if (more)
        pipe_wake(&pipe->read_wait);
    return count;
}

static ssize_t pipe_read(struct file *file, struct iter *to, loff_t *pos)
{
    struct pipe *pipe = file->private;
    bool has_waited = false;

    (void)pos;
    if (iter_count(to) == 0)
        return 0;
    for (;;) {
        ssize_t count = pipe_read_once(pipe, to, has_waited);
        int err;

        if (count != -EAGAIN || file_is_nonblocking(file) || (to->flags & RWF_NOWAIT))
            return count;
        err = wait_event_exclusive(&pipe->read_wait, pipe_can_read(pipe));
        if (err)
            return err;
        has_waited = true;
    }
}

/* One round of a write: 0 or an error; *done grows. `first`: nothing was written yet. */
static ssize_t pipe_write_once(struct file *file, struct iter *from, bool first, ssize_t *done)
{
    struct pipe *pipe = file->private;
    bool is_packet = (file_flags(file) & O_DIRECT) != 0;
    bool was_empty, more;
    ssize_t result = 0;

    mutex_lock(&pipe->lock);
    was_empty = pipe_used(pipe) == 0;
    if (pipe->readers == 0) {
        result = -EPIPE;
    } else if (first) {
        result = pipe_append(pipe, from);
        if (result > 0)
            *done += result;
    }
    if (result >= 0)
        result = pipe_put(pipe, from, is_packet, done);
    was_empty = was_empty && pipe_used(pipe) != 0;
    more = !first && !pipe_is_full(pipe);
    mutex_unlock(&pipe->lock);
    if (was_empty || (*done && READ_ONCE(pipe->is_polled)))
        pipe_wake(&pipe->read_wait);
    if (more)
        pipe_wake(&pipe->write_wait);
    return result;
}

static ssize_t pipe_write(struct file *file, struct iter *from, loff_t *pos)
{
    struct pipe *pipe = file->private;
    ssize_t done = 0, err = 0;
    bool first = true;

    (void)pos;
    while (iter_count(from) != 0) {
        err = pipe_write_once(file, from, first, &done);
        first = false;
        if (err == -EPIPE)
            signal_send_current(SIGPIPE);
        if (err || iter_count(from) == 0)
            break;
        if (file_is_nonblocking(file) || (from->flags & RWF_NOWAIT))
            err = -EAGAIN;
        else
            err = wait_event_exclusive(&pipe->write_wait, pipe_can_write(pipe));
        if (err)
            break;
    }
    if (done)
        inode_touch(file->inode, TOUCH_MTIME | TOUCH_CTIME);
    return done ? done : err;
}

/* POLLHUP is for readers who have had a writer: not for one who opened a FIFO before any came. */
static unsigned pipe_poll(struct file *file, struct poll_table *table)
{
    struct pipe *pipe = file->private;
    unsigned ready = 0;

    if (!READ_ONCE(pipe->is_polled))
        WRITE_ONCE(pipe->is_polled, true);
    if (file->mode & FMODE_READ) {
        poll_wait_for(table, &pipe->read_wait, POLLIN | POLLRDNORM | POLLHUP);
        if (pipe_used(pipe) != 0)
            ready |= POLLIN | POLLRDNORM;
        if (READ_ONCE(pipe->writers) == 0 && READ_ONCE(pipe->write_opens) != file->cookie)
            ready |= POLLHUP;
    }
    if (file->mode & FMODE_WRITE) {
        poll_wait_for(table, &pipe->write_wait, POLLOUT | POLLWRNORM | POLLERR);
        if (!pipe_is_full(pipe))
            ready |= POLLOUT | POLLWRNORM;
        if (READ_ONCE(pipe->readers) == 0)
            ready |= POLLERR;
    }
    return ready;
}

static long pipe_ioctl(struct file *file, unsigned request, unsigned long argument)
{
    struct pipe *pipe = file->private;
    int bytes = 0;

    if (request != FIONREAD)
        return -ENOTTY;
    mutex_lock(&pipe->lock);
    for (unsigned i = pipe->tail; i != pipe->head; i++)
        bytes += (int)pipe_slot(pipe, i)->length;
    mutex_unlock(&pipe->lock);
    return put_user(bytes, (int __user *)argument);
}

/* An opening for `mode` comes (+1) or goes (-1). The lock is held. */
static void pipe_count(struct pipe *pipe, uint32_t mode, int step)
{
    if (mode & FMODE_READ) {
        WRITE_ONCE(pipe->readers, pipe->readers + (unsigned)step);
        if (step > 0)
            WRITE_ONCE(pipe->read_opens, pipe->read_opens + 1);
    }
    if (mode & FMODE_WRITE) {
        WRITE_ONCE(pipe->writers, pipe->writers + (unsigned)step);
        if (step > 0)
            WRITE_ONCE(pipe->write_opens, pipe->write_opens + 1);
    }
}

/* Everybody looks again, for openings have come or gone. */
static void pipe_wake_all(struct pipe *pipe)
{
    wake_up_all(&pipe->read_wait);
    wake_up_all(&pipe->write_wait);
    wake_up_all(&pipe->open_wait);
}

/* One user of the inode's pipe less; the last one takes it away. */
static void pipe_unuse(struct inode *inode)
{
    struct pipe *pipe = inode->pipe;
    bool last;

    mutex_lock(&inode->lock);
    last = --pipe->users == 0;
    if (last)
        inode->pipe = NULL;
    mutex_unlock(&inode->lock);
    if (last)
        pipe_free(pipe);
}

/* An opening that was counted goes. */
static void pipe_leave(struct pipe *pipe, uint32_t mode)
{
    mutex_lock(&pipe->lock);
    pipe_count(pipe, mode, -1);
    mutex_unlock(&pipe->lock);
    pipe_wake_all(pipe);
}

static void pipe_release(struct file *file)
{
    pipe_leave(file->private, file->mode);
    pipe_unuse(file->inode);
}

/* The inode's pipe, made if this is its first opening, with one user more. NULL: no memory. */
static struct pipe *pipe_use(struct inode *inode)
{
    struct pipe *pipe;

    mutex_lock(&inode->lock);
    pipe = inode->pipe;
    if (!pipe)
        pipe = inode->pipe = pipe_alloc();
    if (pipe)
        pipe->users++;
    mutex_unlock(&inode->lock);
    return pipe;
}

/* The side that an opening has to meet: how many of it are open now, and ever were. */
struct fifo_side {
    const unsigned *open, *opens;
};

/* fifo(7): an end opened alone waits until the other one is opened, be it closed again by then.
 * That it is alone and how often the other one was opened before is found out in one step with
 * being counted: so it misses nobody who came for it. */
static int fifo_meet(struct pipe *pipe, const struct file *file, const struct fifo_side *other)
{
    bool nonblocking = file_is_nonblocking(file), alone;
    unsigned before;
    int err = 0;

    mutex_lock(&pipe->lock);
    alone = *other->open == 0;
    before = *other->opens;
    if (alone && nonblocking && (file->mode & FMODE_WRITE))
        err = -ENXIO;
    else
        pipe_count(pipe, file->mode, 1);
    mutex_unlock(&pipe->lock);
    if (err)
        return err;
    pipe_wake_all(pipe);
    if (alone && !nonblocking)
        err = wait_event(&pipe->open_wait, READ_ONCE(*other->opens) != before);
    if (err)
        pipe_leave(pipe, file->mode);
    return err;
}

/* A pipe without a name, which /proc/PID/fd leads to: its ends have met. */
static bool pipe_is_anonymous(const struct inode *inode)
{
    return inode->sb == pipe_mount->sb;
}

/* Counts an opening, after the other side is there if it must be. */
static int fifo_enter(struct pipe *pipe, const struct file *file)
{
    unsigned mode = file->mode & (FMODE_READ | FMODE_WRITE);
    const struct fifo_side readers = {&pipe->readers, &pipe->read_opens};
    const struct fifo_side writers = {&pipe->writers, &pipe->write_opens};

    if (!pipe_is_anonymous(file->inode) && mode != (FMODE_READ | FMODE_WRITE))
        return fifo_meet(pipe, file, mode == FMODE_READ ? &writers : &readers);
    mutex_lock(&pipe->lock);
    pipe_count(pipe, file->mode, 1);
    mutex_unlock(&pipe->lock);
    pipe_wake_all(pipe);
    return 0;
}

static int fifo_open(struct inode *inode, struct file *file)
{
    struct pipe *pipe;
    int err;

    if (!(file->mode & (FMODE_READ | FMODE_WRITE)))
        return -EINVAL;
    pipe = pipe_use(inode);
    if (!pipe)
        return -ENOMEM;
    file->private = pipe;
    file->cookie = UINT64_MAX;
    if (!pipe_is_anonymous(inode) && READ_ONCE(pipe->writers) == 0)
        file->cookie = READ_ONCE(pipe->write_opens);
    err = fifo_enter(pipe, file);
    if (err)
        pipe_unuse(inode);
    return err;
}

static const struct file_ops pipe_ops = {
    .open = fifo_open,
    .release = pipe_release,
    .read = pipe_read,
    .write = pipe_write,
    .poll = pipe_poll,
    .ioctl = pipe_ioctl,
};

static const struct inode_ops pipe_inode_ops = {0};

/* An inode without a name for a new pipe. -ENOMEM. */
static int pipe_inode(struct path *path)
{
    const struct cred *cred = current->cred;
    struct inode *inode = inode_create(pipe_mount->sb, S_IFIFO | 0600, cred->fsuid, cred->fsgid);

    if (!inode)
        return -ENOMEM;
    inode->ops = &pipe_inode_ops;
    return path_create_anonymous(pipe_mount, inode, path);
}

/* One end: a file that counts as a user. -ENOMEM. */
static int pipe_end(const struct path *path, unsigned flags, struct file **out)
{
    struct inode *inode = path_inode(path);
    struct pipe *pipe = pipe_use(inode);
    int err;

    if (!pipe)
        return -ENOMEM;
    err = file_create(path, &pipe_ops, flags, out);
    if (err) {
        pipe_unuse(inode);
        return err;
    }
    (*out)->private = pipe;
    (*out)->cookie = UINT64_MAX;
    mutex_lock(&pipe->lock);
    pipe_count(pipe, (*out)->mode, 1);
    mutex_unlock(&pipe->lock);
    return 0;
}

int pipe_create(unsigned flags, struct file *files[2])
{
    struct path path;
    int err = pipe_inode(&path);

    if (err)
        return err;
    err = pipe_end(&path, O_RDONLY | flags, &files[0]);
    if (err)
        goto put_path;
    err = pipe_end(&path, O_WRONLY | flags, &files[1]);
    if (err)
        file_put(files[0]);
put_path:
    path_put(&path);
    return err;
}

bool file_is_pipe(const struct file *file)
{
    return file->ops == &pipe_ops;
}

static struct fs_type pipe_fs_type = {
    .name = "pipe",
    .magic = PIPE_MAGIC,
    .needs_no_device = true,
};

static const struct superblock_ops pipe_superblock_ops = {0};

static void pipe_init(void)
{
    if (mount_anonymous(&pipe_fs_type, &pipe_superblock_ops, &pipe_mount) != 0)
        panic("no memory for the pipes' file system");
    inode_register_type(S_IFIFO, &pipe_ops);
}
INIT_CALL(2, pipe_init);
