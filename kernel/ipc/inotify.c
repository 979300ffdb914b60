/*
 * inotify(7). Locking: everything of an instance is under notify_lock (kernel/vfs/notify.h), in
 * which events come in.
 *
 * A watch has a reference on its inode. One that ends while an event comes in (IN_ONESHOT) can't
 * put it there; it waits among the dead until the instance is used next.
 */
#include "kernel/ipc/inotify.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/ioctl.h"
#include "kernel/core/init.h"
#include "kernel/lib/string.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/task.h"
#include "kernel/proc/user.h"
#include "kernel/vfs/anonymous.h"
#include "kernel/vfs/dentry.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/notify.h"
#include "kernel/vfs/poll.h"
#include "kernel/vfs/pseudo.h"

/* A user's, as on Linux: instances; watches, which may take a hundredth of memory, each with an
 * inode; events that nobody has read, of an instance, and as much memory with them in all. What is
 * fs/inotify in /proc/sys; all atomic. */
static uint64_t instances_max = 128, watches_max, events_max = 16384;

#define MEMORY_SHARE 100
#define WATCH_BYTES (sizeof(struct inotify_watch) + sizeof(struct inode))

/* What is kept of a mask, and what is told. */
#define MASK_KEPT (IN_ALL_EVENTS | IN_EXCL_UNLINK | IN_ONESHOT)
#define MASK_TOLD (IN_ALL_EVENTS | IN_ISDIR | IN_UNMOUNT | IN_IGNORED | IN_Q_OVERFLOW)

struct inotify_entry {
    struct list node;
    int wd;
    uint32_t mask, cookie;
    uint32_t length; /* of the name; 0: none */
    char name[];
};

struct inotify_watch {
    struct notify_watch base;
    struct inotify *owner;
    struct user *user; /* who is charged; a reference */
    int wd;
    uint32_t mask;
    struct list node; /* of owner->watches or owner->dead */
};

struct inotify {
    struct list watches, dead;
    struct list events;
    uint64_t event_count, events_max;
    int last_wd;
    struct user *user;   /* a reference */
    bool has_overflowed; /* `overflow` is among the events */
    struct wait_queue wait;
    struct inotify_entry overflow; /* there is always room to tell that there is none */
};

static SLAB_CACHE(inotify_cache, struct inotify);
static SLAB_CACHE(inotify_watch_cache, struct inotify_watch);

static const struct file_ops inotify_ops;

bool file_is_inotify(const struct file *file)
{
    return file->ops == &inotify_ops;
}

/* A user's share of memory for watches, and another one for events. */
static size_t share_bytes(void)
{
    return page_total_count() * PAGE_SIZE / MEMORY_SHARE;
}

/* --- Events come in: under notify_lock --- */

static void events_add(struct inotify *inotify, struct inotify_entry *entry)
{
    list_add_tail(&inotify->events, &entry->node);
    inotify->event_count++;
    wake_up(&inotify->wait);
}

static void events_overflow(struct inotify *inotify)
{
    if (inotify->has_overflowed)
        return;
    inotify->has_overflowed = true;
    events_add(inotify, &inotify->overflow);
}

/* True if this would be the same as the last one. */
static bool event_repeats(const struct inotify *inotify, int wd, uint32_t mask,
                          const struct name *name)
{
    const struct inotify_entry *last;
    uint32_t length = name ? name->length : 0;

    if (list_empty(&inotify->events) || (mask & IN_IGNORED))
        return false;
    last = list_last_entry(&inotify->events, struct inotify_entry, node);
    return last->wd == wd && last->mask == mask && last->length == length &&
           (length == 0 || memcmp(last->name, name->text, length) == 0);
}

/* NULL: there are too many events, or there is no memory. */
static struct inotify_entry *entry_alloc(struct inotify *inotify, uint32_t length)
{
    size_t size = sizeof(struct inotify_entry) + length;
    struct inotify_entry *entry = NULL;

    if (inotify->event_count >= inotify->events_max)
        return NULL;
    if (atomic_add(&inotify->user->inotify_bytes, size) <= share_bytes())
        entry = kmalloc(size);
    if (!entry)
        atomic_sub(&inotify->user->inotify_bytes, size);
    return entry;
}

static void events_put(struct inotify *inotify, int wd, uint32_t mask, uint32_t cookie,
                       const struct name *name)
{
    uint32_t length = name ? name->length : 0;
    struct inotify_entry *entry;

    if (event_repeats(inotify, wd, mask, name))
        return;
    entry = entry_alloc(inotify, length);
    if (!entry) {
        events_overflow(inotify);
        return;
    }
    entry->wd = wd;
    entry->mask = mask;
    entry->cookie = cookie;
    entry->length = length;
    if (length != 0)
        memcpy(entry->name, name->text, length);
    events_add(inotify, entry);
}

/* The watch is none any more, and says so. Its memory and its inode are the caller's. */
static void watch_end(struct inotify_watch *watch)
{
    notify_detach(&watch->base);
    list_del(&watch->node);
    events_put(watch->owner, watch->wd, IN_IGNORED, 0, NULL);
}

static void watch_tell(struct notify_watch *base, const struct notify_event *event)
{
    struct inotify_watch *watch = container_of(base, struct inotify_watch, base);
    struct inotify *inotify = watch->owner;
    uint32_t mask = event->mask & MASK_TOLD;

    if (!(watch->mask & mask & IN_ALL_EVENTS))
        return;
    if (event->name && event->is_unlinked && (watch->mask & IN_EXCL_UNLINK))
        return;
    if (mask & (IN_DELETE_SELF | IN_MOVE_SELF))
        mask &= ~IN_ISDIR;
    events_put(inotify, watch->wd, mask, event->cookie, event->name);
    if (watch->mask & IN_ONESHOT) {
        watch_end(watch);
        list_add_tail(&inotify->dead, &watch->node);
    }
}

static void watch_free(struct inotify_watch *watch)
{
    atomic_sub(&watch->user->inotify_watches, 1);
    user_put(watch->user);
    slab_free(&inotify_watch_cache, watch);
}

static void watch_lose(struct notify_watch *base, uint32_t why)
{
    struct inotify_watch *watch = container_of(base, struct inotify_watch, base);

    if (why == IN_UNMOUNT || (watch->mask & why))
        events_put(watch->owner, watch->wd, why, 0, NULL);
    watch_end(watch);
    watch_free(watch);
}

/* --- Watches --- */

/* Frees the watches of a list: with their inodes, so without the lock. */
static void watches_free(struct list *list)
{
    for (;;) {
        struct inotify_watch *watch;

        spin_lock(&notify_lock);
        watch = list_first_entry(list, struct inotify_watch, node);
        if (watch)
            list_del(&watch->node);
        spin_unlock(&notify_lock);
        if (!watch)
            break;
        inode_put(watch->base.inode);
        watch_free(watch);
    }
}

/* Under the lock: the instance's watch of an inode. An inode has at most one of each instance. */
static struct inotify_watch *watch_of_inode(const struct inotify *inotify,
                                            const struct inode *inode)
{
    struct notify_watch *base;

    for (base = inode->watches; base; base = base->next) {
        struct inotify_watch *watch = container_of(base, struct inotify_watch, base);

        if (base->tell == watch_tell && watch->owner == inotify)
            return watch;
    }
    return NULL;
}

/* A new watch at the running thread's user's expense. -ENOSPC, -ENOMEM. */
static int watch_alloc(struct inode *inode, struct inotify_watch **out)
{
    struct user *user = current_task()->user;
    struct inotify_watch *watch;
    int err = -ENOSPC;

    if (atomic_add(&user->inotify_watches, 1) > atomic_load(&watches_max))
        goto uncharge;
    err = -ENOMEM;
    watch = slab_alloc(&inotify_watch_cache);
    if (!watch)
        goto uncharge;
    watch->user = user_get(user);
    watch->base = (struct notify_watch){.inode = inode, .tell = watch_tell, .lose = watch_lose};
    inode_get(inode);
    *out = watch;
    return 0;

uncharge:
    atomic_sub(&user->inotify_watches, 1);
    return err;
}

/* Another mask for a watch that there is: its number, -EEXIST; 0: there is none. */
static int watch_change_locked(struct inotify *inotify, const struct inode *inode, uint32_t mask)
{
    struct inotify_watch *watch = watch_of_inode(inotify, inode);

    if (!watch)
        return 0;
    if (mask & IN_MASK_CREATE)
        return -EEXIST;
    watch->mask = (mask & IN_MASK_ADD ? watch->mask : 0) | (mask & MASK_KEPT);
    return watch->wd;
}

static void watch_add_locked(struct inotify *inotify, struct inotify_watch *watch, uint32_t mask)
{
    watch->owner = inotify;
    watch->mask = mask & MASK_KEPT;
    watch->wd = ++inotify->last_wd;
    list_add_tail(&inotify->watches, &watch->node);
    notify_attach(&watch->base);
}

int inotify_watch(struct file *file, struct inode *inode, uint32_t mask)
{
    struct inotify *inotify = file->private;
    struct inotify_watch *fresh = NULL;
    int wd, err;

    watches_free(&inotify->dead);
    err = watch_alloc(inode, &fresh);
    spin_lock(&notify_lock);
    wd = watch_change_locked(inotify, inode, mask);
    if (wd == 0 && err == 0) {
        watch_add_locked(inotify, fresh, mask);
        wd = fresh->wd;
        fresh = NULL;
    }
    spin_unlock(&notify_lock);
    if (fresh) {
        inode_put(inode);
        watch_free(fresh);
    }
    return wd != 0 ? wd : err;
}

int inotify_unwatch(struct file *file, int wd)
{
    struct inotify *inotify = file->private;
    struct inotify_watch *watch;
    int err = -EINVAL;

    if (!file_is_inotify(file))
        return -EINVAL;
    spin_lock(&notify_lock);
    list_for_each_entry (watch, &inotify->watches, node) {
        if (watch->wd != wd)
            continue;
        watch_end(watch);
        list_add_tail(&inotify->dead, &watch->node);
        err = 0;
        break;
    }
    spin_unlock(&notify_lock);
    watches_free(&inotify->dead);
    return err;
}

/* --- The file --- */

/* Bytes that an event takes: the name is padded with at least one NUL. */
static size_t entry_size(const struct inotify_entry *entry)
{
    size_t unit = sizeof(struct inotify_event);

    return unit + (entry->length ? (entry->length / unit + 1) * unit : 0);
}

static void entry_free(struct inotify *inotify, struct inotify_entry *entry)
{
    if (entry == &inotify->overflow)
        return;
    atomic_sub(&inotify->user->inotify_bytes, sizeof(*entry) + entry->length);
    kfree(entry);
}

/* Takes the first event, if it fits in so many bytes: 0 and *out NULL if there is none, -EINVAL if
 * it doesn't fit. */
static int events_take(struct inotify *inotify, size_t room, struct inotify_entry **out)
{
    struct inotify_entry *first;
    int err = 0;

    spin_lock(&notify_lock);
    first = list_first_entry(&inotify->events, struct inotify_entry, node);
    if (first && entry_size(first) > room) {
        first = NULL;
        err = -EINVAL;
    }
    if (first) {
        list_del(&first->node);
        inotify->event_count--;
        if (first == &inotify->overflow)
            inotify->has_overflowed = false;
    }
    spin_unlock(&notify_lock);
    *out = first;
    return err;
}

/* Stores an event: its size, or -EFAULT. */
static ssize_t entry_copy(const struct inotify_entry *entry, struct iter *to)
{
    static const char padding[sizeof(struct inotify_event)];
    size_t size = entry_size(entry), name_size = size - sizeof(struct inotify_event);
    struct inotify_event event = {
        .wd = entry->wd,
        .mask = entry->mask,
        .cookie = entry->cookie,
        .len = (unsigned)name_size,
    };

    if (iter_copy_to(to, &event, sizeof(event)) != sizeof(event) ||
        iter_copy_to(to, entry->name, entry->length) != entry->length ||
        iter_copy_to(to, padding, name_size - entry->length) != name_size - entry->length)
        return -EFAULT;
    return (ssize_t)size;
}

/* Stores what has come in: bytes, 0, or an error. */
static ssize_t inotify_collect(struct inotify *inotify, struct iter *to)
{
    struct inotify_entry *entry;
    ssize_t done = 0;

    for (;;) {
        ssize_t size = events_take(inotify, iter_count(to), &entry);

        if (!entry)
            return done ? done : size;
        size = entry_copy(entry, to);
        entry_free(inotify, entry);
        if (size < 0)
            return size;
        done += size;
    }
}

static ssize_t inotify_read(struct file *file, struct iter *to, loff_t *pos)
{
    struct inotify *inotify = file->private;

    (void)pos;
    watches_free(&inotify->dead);
    for (;;) {
        ssize_t done = inotify_collect(inotify, to);
        int err;

        if (done != 0)
            return done;
        if (file_is_nonblocking(file))
            return -EAGAIN;
        err = wait_event(&inotify->wait, READ_ONCE(inotify->event_count) != 0);
        if (err)
            return err;
    }
}

static unsigned inotify_poll(struct file *file, struct poll_table *table)
{
    struct inotify *inotify = file->private;

    poll_wait_for(table, &inotify->wait, POLLIN | POLLRDNORM);
    return READ_ONCE(inotify->event_count) != 0 ? POLLIN | POLLRDNORM : 0;
}

static long inotify_ioctl(struct file *file, unsigned request, unsigned long argument)
{
    struct inotify *inotify = file->private;
    const struct inotify_entry *entry;
    size_t size = 0;

    if (request != FIONREAD)
        return -ENOTTY;
    spin_lock(&notify_lock);
    list_for_each_entry (entry, &inotify->events, node)
        size += entry_size(entry);
    spin_unlock(&notify_lock);
    return put_user((int)size, (int __user *)argument);
}

static void inotify_info(struct file *file, struct text *text)
{
    struct inotify *inotify = file->private;
    const struct inotify_watch *watch;

    spin_lock(&notify_lock);
    list_for_each_entry (watch, &inotify->watches, node)
        text_printf(text, "inotify wd:%x ino:%lx sdev:%lx mask:%x ignored_mask:0 \n", watch->wd,
                    watch->base.inode->number, watch->base.inode->sb->dev,
                    watch->mask & IN_ALL_EVENTS);
    spin_unlock(&notify_lock);
}

static void inotify_free(struct inotify *inotify)
{
    atomic_sub(&inotify->user->inotify_instances, 1);
    user_put(inotify->user);
    slab_free(&inotify_cache, inotify);
}

static void inotify_release(struct file *file)
{
    struct inotify *inotify = file->private;
    struct inotify_watch *watch;
    struct inotify_entry *entry;

    spin_lock(&notify_lock);
    list_for_each_entry (watch, &inotify->watches, node)
        notify_detach(&watch->base);
    spin_unlock(&notify_lock);
    watches_free(&inotify->watches);
    watches_free(&inotify->dead);
    while (events_take(inotify, SIZE_MAX, &entry) == 0 && entry)
        entry_free(inotify, entry);
    inotify_free(inotify);
}

static const struct file_ops inotify_ops = {
    .release = inotify_release,
    .read = inotify_read,
    .poll = inotify_poll,
    .ioctl = inotify_ioctl,
    .info = inotify_info,
};

static struct anonymous_kind inotify_kind = {.name = "inotify", .ops = &inotify_ops};

/* A new instance at the running thread's user's expense. -EMFILE, -ENOMEM. */
static int inotify_alloc(struct inotify **out)
{
    struct user *user = current_task()->user;
    struct inotify *inotify;

    if (atomic_add(&user->inotify_instances, 1) > atomic_load(&instances_max)) {
        atomic_sub(&user->inotify_instances, 1);
        return -EMFILE;
    }
    inotify = slab_alloc(&inotify_cache);
    if (!inotify) {
        atomic_sub(&user->inotify_instances, 1);
        return -ENOMEM;
    }
    inotify->user = user_get(user);
    inotify->events_max = atomic_load(&events_max);
    list_init(&inotify->watches);
    list_init(&inotify->dead);
    list_init(&inotify->events);
    inotify->overflow.wd = -1;
    inotify->overflow.mask = IN_Q_OVERFLOW;
    wait_queue_init(&inotify->wait);
    *out = inotify;
    return 0;
}

int inotify_open(unsigned flags)
{
    struct inotify *inotify;
    int fd = inotify_alloc(&inotify);

    if (fd < 0)
        return fd;
    fd = anonymous_open(&inotify_kind, O_RDONLY | flags, inotify);
    if (fd < 0)
        inotify_free(inotify);
    return fd;
}

static const struct pseudo_number instances = {&instances_max, 0, INT32_MAX};
static const struct pseudo_number watches = {&watches_max, 0, INT32_MAX};
static const struct pseudo_number queued_events = {&events_max, 0, INT32_MAX};

static struct pseudo_entry sys_values[] = {
    {.name = "max_user_instances", .mode = S_IFREG | 0644, .number = &instances},
    {.name = "max_user_watches", .mode = S_IFREG | 0644, .number = &watches},
    {.name = "max_queued_events", .mode = S_IFREG | 0644, .number = &queued_events},
};

static void inotify_init(void)
{
    watches_max = share_bytes() / WATCH_BYTES;
    pseudo_register_sys(PSEUDO_SYS_FS_INOTIFY, sys_values, ARRAY_SIZE(sys_values));
    anonymous_register(&inotify_kind);
}
INIT_CALL(2, inotify_init);
