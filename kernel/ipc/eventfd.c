/*
 * eventfd(2). Locking: eventfd->lock; the count is also read without it, in wait conditions and
 * poll; who changes it wakes afterwards.
 */
#include "kernel/ipc/eventfd.h"

#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/wait.h"
#include "kernel/vfs/anonymous.h"
#include "kernel/vfs/poll.h"
#include "kernel/vfs/pseudo.h"

#define COUNT_MAX (UINT64_MAX - 1)

struct eventfd {
    struct spinlock lock; /* RANK_FILE */
    uint64_t count;
    bool is_semaphore;
    unsigned number; /* for fdinfo */
    struct wait_queue read_wait, write_wait;
};

static SLAB_CACHE(eventfd_cache, struct eventfd);

static unsigned eventfds_made;

/* What a read gets now; 0: nothing. */
static uint64_t eventfd_take(struct eventfd *eventfd)
{
    uint64_t taken;

    spin_lock(&eventfd->lock);
    taken = eventfd->is_semaphore ? min(eventfd->count, (uint64_t)1) : eventfd->count;
    WRITE_ONCE(eventfd->count, eventfd->count - taken);
    spin_unlock(&eventfd->lock);
    return taken;
}

/* What was taken is gone, be the buffer good or not. */
static ssize_t eventfd_read(struct file *file, struct iter *to, loff_t *pos)
{
    struct eventfd *eventfd = file->private;
    uint64_t taken;
    int err;

    (void)pos;
    if (iter_count(to) < sizeof(taken))
        return -EINVAL;
    while ((taken = eventfd_take(eventfd)) == 0) {
        if (file_is_nonblocking(file))
            return -EAGAIN;
        err = wait_event(&eventfd->read_wait, READ_ONCE(eventfd->count) != 0);
        if (err)
            return err;
    }
    wake_up(&eventfd->write_wait);
    return iter_copy_to(to, &taken, sizeof(taken)) == sizeof(taken) ? (ssize_t)sizeof(taken)
                                                                    : -EFAULT;
}

static bool eventfd_has_room(const struct eventfd *eventfd, uint64_t added)
{
    return added <= COUNT_MAX - READ_ONCE(eventfd->count);
}

/* False: the sum would be too large. */
static bool eventfd_add(struct eventfd *eventfd, uint64_t added)
{
    bool fits;

    spin_lock(&eventfd->lock);
    fits = eventfd_has_room(eventfd, added);
    if (fits)
        WRITE_ONCE(eventfd->count, eventfd->count + added);
    spin_unlock(&eventfd->lock);
    return fits;
}

static ssize_t eventfd_write(struct file *file, struct iter *from, loff_t *pos)
{
    struct eventfd *eventfd = file->private;
    uint64_t added;
    int err;

    (void)pos;
    if (iter_count(from) != sizeof(added))
        return -EINVAL;
    if (iter_copy_from(from, &added, sizeof(added)) != sizeof(added))
        return -EFAULT;
    if (added > COUNT_MAX)
        return -EINVAL;
    while (!eventfd_add(eventfd, added)) {
        if (file_is_nonblocking(file))
            return -EAGAIN;
        err = wait_event(&eventfd->write_wait, eventfd_has_room(eventfd, added));
        if (err)
            return err;
    }
    wake_up(&eventfd->read_wait);
    return sizeof(added);
}

static unsigned eventfd_poll(struct file *file, struct poll_table *table)
{
    struct eventfd *eventfd = file->private;
    uint64_t count;

    poll_wait_for(table, &eventfd->read_wait, POLLIN);
    poll_wait_for(table, &eventfd->write_wait, POLLOUT);
    count = READ_ONCE(eventfd->count);
    return (count > 0 ? POLLIN : 0) | (count < COUNT_MAX ? POLLOUT : 0);
}

static void eventfd_info(struct file *file, struct text *text)
{
    const struct eventfd *eventfd = file->private;

    text_printf(text, "eventfd-count: %16lx\neventfd-id: %u\neventfd-semaphore: %d\n",
                READ_ONCE(eventfd->count), eventfd->number, eventfd->is_semaphore);
}

static void eventfd_release(struct file *file)
{
    slab_free(&eventfd_cache, file->private);
}

static const struct file_ops eventfd_ops = {
    .release = eventfd_release,
    .read = eventfd_read,
    .write = eventfd_write,
    .poll = eventfd_poll,
    .info = eventfd_info,
};

static struct anonymous_kind eventfd_kind = {.name = "[eventfd]", .ops = &eventfd_ops};

int eventfd_open(unsigned count, unsigned flags)
{
    struct eventfd *eventfd = slab_alloc(&eventfd_cache);
    int fd;

    if (!eventfd)
        return -ENOMEM;
    spin_lock_init(&eventfd->lock, RANK_FILE);
    eventfd->count = count;
    eventfd->is_semaphore = (flags & EFD_SEMAPHORE) != 0;
    eventfd->number = atomic_add(&eventfds_made, 1);
    wait_queue_init(&eventfd->read_wait);
    wait_queue_init(&eventfd->write_wait);
    fd = anonymous_open(&eventfd_kind, O_RDWR | (flags & (EFD_CLOEXEC | EFD_NONBLOCK)), eventfd);
    if (fd < 0)
        slab_free(&eventfd_cache, eventfd);
    return fd;
}

static void eventfd_init(void)
{
    anonymous_register(&eventfd_kind);
}
INIT_CALL(2, eventfd_init);
