/*
 * epoll_create(2), epoll_ctl(2): what an epoll watches. See epoll_internal.h for locking and
 * lifetimes; epoll_wait.c has what is done about those that are ready.
 */
#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/ipc/epoll_internal.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/task.h"
#include "kernel/proc/user.h"
#include "kernel/vfs/anonymous.h"
#include "kernel/vfs/hooks.h"
#include "kernel/vfs/inode.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/pseudo.h"

/* What a watch can cost; a user's may take a twenty-fifth of memory, as on Linux. (In /proc/sys:
 * fs/epoll/max_user_watches. Atomic.) */
#define WATCH_BYTES (sizeof(struct epoll_item) + 2 * sizeof(struct epoll_entry))
#define WATCHES_SHARE 25
static uint64_t watches_max;

/* EPOLLEXCLUSIVE goes with these only. */
#define EXCLUSIVE_EVENTS \
    (EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE)

/* A queue that an item has joined. */
struct epoll_entry {
    struct wait_entry wait;
    struct epoll_item *item;
    unsigned events; /* what a wake-up can mean */
    struct list node;
};

/* The poll table of an item that is being made. */
struct epoll_joiner {
    struct poll_table table;
    struct epoll_item *item;
    int error;
};

static SLAB_CACHE(epoll_cache, struct epoll);
static SLAB_CACHE(epoll_item_cache, struct epoll_item);
static SLAB_CACHE(epoll_entry_cache, struct epoll_entry);

static const struct file_ops epoll_ops;

struct epoll *epoll_of(const struct file *file)
{
    return file->ops == &epoll_ops ? file->private : NULL;
}

static void epoll_put(struct epoll *epoll)
{
    if (refcount_put(&epoll->ref))
        slab_free(&epoll_cache, epoll);
}

void epoll_item_make_ready_locked(struct epoll_item *item)
{
    if (item->is_ready)
        return;
    item->is_ready = true;
    list_add_tail(&item->epoll->ready, &item->ready_node);
}

/* A queue of the item's file was woken, whose lock is held. True if it made somebody run: who
 * watches exclusively leaves the event to the next one otherwise. */
static bool epoll_item_wake(struct wait_entry *wait)
{
    const struct epoll_entry *entry = container_of(wait, struct epoll_entry, wait);
    struct epoll_item *item = entry->item;
    struct epoll *epoll = item->epoll;
    bool is_wanted, woke;

    spin_lock(&epoll->ready_lock);
    is_wanted = (item->event.events & ~EPOLL_MODES & entry->events) != 0;
    if (is_wanted)
        epoll_item_make_ready_locked(item);
    spin_unlock(&epoll->ready_lock);
    if (!is_wanted)
        return false;
    woke = wake_up_nested(&epoll->wait);
    if (wait_queue_active(&epoll->poll_wait))
        woke = wake_up_nested(&epoll->poll_wait) || woke;
    return woke;
}

static void epoll_join(struct poll_table *table, struct wait_queue *queue, unsigned events)
{
    struct epoll_joiner *joiner = container_of(table, struct epoll_joiner, table);
    struct epoll_item *item = joiner->item;
    struct epoll_entry *entry;

    if (joiner->error)
        return;
    entry = slab_alloc(&epoll_entry_cache);
    if (!entry) {
        joiner->error = -ENOMEM;
        return;
    }
    entry->item = item;
    entry->events = events;
    list_add_tail(&item->entries, &entry->node);
    wait_join(queue, &entry->wait, epoll_item_wake, (item->event.events & EPOLLEXCLUSIVE) != 0);
}

static void epoll_item_leave_queues(struct epoll_item *item)
{
    struct epoll_entry *entry, *ahead;

    list_for_each_entry_safe (entry, ahead, &item->entries, node) {
        wait_leave(&entry->wait);
        slab_free(&epoll_entry_cache, entry);
    }
}

static void epoll_item_free(struct epoll_item *item)
{
    atomic_sub(&item->user->epoll_watches, 1);
    user_put(item->user);
    slab_free(&epoll_item_cache, item);
}

/* Ends a watch. Under the epoll's lock; where it watches an epoll, under epoll_nest_lock, too. */
static void epoll_remove(struct epoll_item *item)
{
    struct epoll *epoll = item->epoll;
    unsigned long flags;

    epoll_item_leave_queues(item);
    if (epoll_of(item->file)) {
        list_del(&item->inner_node);
        list_del(&item->outer_node);
    }
    spin_lock(&item->file->lock);
    list_del(&item->file_node);
    spin_unlock(&item->file->lock);
    flags = spin_lock_irqsave(&epoll->ready_lock);
    if (item->is_ready)
        list_del(&item->ready_node);
    spin_unlock_irqrestore(&epoll->ready_lock, flags);
    rb_erase(&epoll->items, &item->node);
    epoll_item_free(item);
}

/* A new item at the running thread's user's expense. -ENOSPC, -ENOMEM. */
static int epoll_item_alloc(struct epoll_item **out)
{
    struct user *user = current_task()->user;
    struct epoll_item *item;
    int err = -ENOSPC;

    if (atomic_add(&user->epoll_watches, 1) > atomic_load(&watches_max))
        goto uncharge;
    err = -ENOMEM;
    item = slab_alloc(&epoll_item_cache);
    if (!item)
        goto uncharge;
    item->user = user_get(user);
    *out = item;
    return 0;

uncharge:
    atomic_sub(&user->epoll_watches, 1);
    return err;
}

static bool item_before(const struct rb_node *a, const struct rb_node *b)
{
    const struct epoll_item *left = rb_entry(a, struct epoll_item, node);
    const struct epoll_item *right = rb_entry(b, struct epoll_item, node);

    return left->file < right->file || (left->file == right->file && left->fd < right->fd);
}

/* The item that watches the file under this descriptor. Under lock. */
static struct epoll_item *epoll_find(const struct epoll *epoll, const struct file *file,
                                     unsigned fd)
{
    struct rb_node *node = epoll->items.top;

    while (node) {
        struct epoll_item *item = rb_entry(node, struct epoll_item, node);

        if (item->file == file && item->fd == fd)
            return item;
        if (item->file < file || (item->file == file && item->fd < fd))
            node = node->right;
        else
            node = node->left;
    }
    return NULL;
}

/* Links a new item to its file and its epoll. */
static void epoll_item_link(struct epoll_item *item)
{
    struct epoll *inner = epoll_of(item->file);
    struct file *file = item->file;

    spin_lock(&file->lock);
    if (!file->is_watched)
        list_init(&file->watches);
    file->is_watched = true;
    list_add_tail(&file->watches, &item->file_node);
    spin_unlock(&file->lock);
    rb_insert(&item->epoll->items, &item->node, item_before);
    if (inner) {
        list_add_tail(&item->epoll->inner, &item->inner_node);
        list_add_tail(&inner->outer, &item->outer_node);
    }
}

/* If the item's file is ready it is so for who waits, too. Under lock. */
static void epoll_item_check(struct epoll_item *item, unsigned ready)
{
    struct epoll *epoll = item->epoll;
    unsigned long flags;

    if (!(ready & item->event.events))
        return;
    flags = spin_lock_irqsave(&epoll->ready_lock);
    epoll_item_make_ready_locked(item);
    spin_unlock_irqrestore(&epoll->ready_lock, flags);
    wake_up(&epoll->wait);
    wake_up(&epoll->poll_wait);
}

/* EPOLL_CTL_ADD. `nests`: epoll_nest_lock is held. */
static int epoll_insert(struct epoll *epoll, unsigned fd, struct file *file,
                        const struct epoll_event *event, bool nests)
{
    struct epoll_joiner joiner = {.table = {.join = epoll_join, .wanted = ~0u}};
    struct epoll_item *item;
    unsigned ready;
    int err = epoll_item_alloc(&item);

    if (err)
        return err;
    item->epoll = epoll;
    item->file = file;
    item->fd = fd;
    item->event = *event;
    item->event.events |= EPOLLERR | EPOLLHUP;
    list_init(&item->entries);
    epoll_item_link(item);
    joiner.item = item;
    if (nests)
        joiner.error = epoll_paths_check(item);
    ready = file_poll(file, &joiner.table);
    if (joiner.error)
        epoll_remove(item);
    else
        epoll_item_check(item, ready);
    return joiner.error;
}

/* EPOLL_CTL_MOD. A wake-up before the change may have been passed over; the look after it sees what
 * that was about. */
static int epoll_modify(struct epoll_item *item, const struct epoll_event *event)
{
    struct epoll *epoll = item->epoll;
    unsigned long flags;

    if (item->event.events & EPOLLEXCLUSIVE)
        return -EINVAL;
    flags = spin_lock_irqsave(&epoll->ready_lock);
    item->event = *event;
    item->event.events |= EPOLLERR | EPOLLHUP;
    spin_unlock_irqrestore(&epoll->ready_lock, flags);
    epoll_item_check(item, file_poll(item->file, NULL));
    return 0;
}

/* Under lock, and epoll_nest_lock if `nests`. */
static int epoll_apply(struct epoll *epoll, int op, unsigned fd, struct file *target,
                       const struct epoll_event *event, bool nests)
{
    struct epoll_item *item = epoll_find(epoll, target, fd);

    switch (op) {
    case EPOLL_CTL_ADD:
        return item ? -EEXIST : epoll_insert(epoll, fd, target, event, nests);
    case EPOLL_CTL_MOD:
        return item ? epoll_modify(item, event) : -ENOENT;
    case EPOLL_CTL_DEL:
        if (!item)
            return -ENOENT;
        epoll_remove(item);
        return 0;
    default:
        return -EINVAL;
    }
}

static bool exclusive_is_allowed(int op, const struct file *target, unsigned events)
{
    if (op == EPOLL_CTL_ADD)
        return !epoll_of(target) && !(events & ~EXCLUSIVE_EVENTS);
    return op != EPOLL_CTL_MOD;
}

int epoll_control(struct file *file, int op, unsigned fd, struct file *target,
                  struct epoll_event *event)
{
    struct epoll *epoll = epoll_of(file), *inner = epoll_of(target);
    bool nests;
    int err = 0;

    if (!target->ops->poll)
        return -EPERM;
    event->events &= ~EPOLLWAKEUP; /* there is no suspending */
    if (!epoll || file == target)
        return -EINVAL;
    if ((event->events & EPOLLEXCLUSIVE) && !exclusive_is_allowed(op, target, event->events))
        return -EINVAL;
    nests = inner != NULL || (op == EPOLL_CTL_ADD && !list_empty(&epoll->outer));
    if (nests)
        mutex_lock(&epoll_nest_lock);
    if (inner && op == EPOLL_CTL_ADD)
        err = epoll_nest_check(epoll, inner);
    if (err == 0) {
        mutex_lock(&epoll->lock);
        err = epoll_apply(epoll, op, fd, target, event, nests);
        mutex_unlock(&epoll->lock);
    }
    if (nests)
        mutex_unlock(&epoll_nest_lock);
    return err;
}

/* The first item that watches the file, its epoll with a reference. */
static struct epoll *file_first_watcher(struct file *file, struct epoll_item **item)
{
    struct epoll *epoll = NULL;

    spin_lock(&file->lock);
    *item = list_first_entry(&file->watches, struct epoll_item, file_node);
    if (*item) {
        epoll = (*item)->epoll;
        refcount_get(&epoll->ref);
    }
    spin_unlock(&file->lock);
    return epoll;
}

/* The file's last reference has gone: whoever watches it doesn't any more. */
static void epoll_forget(struct file *file)
{
    bool nests = epoll_of(file) != NULL;
    struct epoll_item *item, *still;
    struct epoll *epoll, *same;

    if (nests)
        mutex_lock(&epoll_nest_lock);
    while ((epoll = file_first_watcher(file, &item)) != NULL) {
        mutex_lock(&epoll->lock);
        same = file_first_watcher(file, &still);
        if (still == item && same == epoll)
            epoll_remove(item);
        mutex_unlock(&epoll->lock);
        if (same)
            epoll_put(same);
        epoll_put(epoll);
    }
    if (nests)
        mutex_unlock(&epoll_nest_lock);
}

static void epoll_release(struct file *file)
{
    struct epoll *epoll = file->private;
    bool nests = !list_empty(&epoll->inner); /* nobody adds any more */
    struct rb_node *node;

    if (nests)
        mutex_lock(&epoll_nest_lock);
    mutex_lock(&epoll->lock);
    while ((node = rb_first(&epoll->items)) != NULL)
        epoll_remove(rb_entry(node, struct epoll_item, node));
    mutex_unlock(&epoll->lock);
    if (nests)
        mutex_unlock(&epoll_nest_lock);
    epoll_put(epoll);
}

static unsigned epoll_poll(struct file *file, struct poll_table *table)
{
    struct epoll *epoll = file->private;

    poll_wait_for(table, &epoll->poll_wait, POLLIN | POLLRDNORM);
    return epoll_is_ready(epoll) ? POLLIN | POLLRDNORM : 0;
}

static void epoll_info(struct file *file, struct text *text)
{
    struct epoll *epoll = file->private;
    struct rb_node *node;

    mutex_lock(&epoll->lock);
    for (node = rb_first(&epoll->items); node && !text->error; node = rb_next(node)) {
        const struct epoll_item *item = rb_entry(node, struct epoll_item, node);
        const struct inode *inode = item->file->inode;

        text_printf(text, "tfd: %8d events: %8x data: %16lx  pos:%ld ino:%lx sdev:%lx\n",
                    (int)item->fd, item->event.events, item->event.data.u64,
                    READ_ONCE(item->file->pos), inode->number, inode->sb->dev);
    }
    mutex_unlock(&epoll->lock);
}

static const struct file_ops epoll_ops = {
    .release = epoll_release,
    .poll = epoll_poll,
    .info = epoll_info,
};

static struct anonymous_kind epoll_kind = {.name = "[eventpoll]", .ops = &epoll_ops};

int epoll_open(unsigned flags)
{
    struct epoll *epoll = slab_alloc(&epoll_cache);
    int fd;

    if (!epoll)
        return -ENOMEM;
    refcount_init(&epoll->ref);
    mutex_init(&epoll->lock, RANK_EPOLL);
    spin_lock_init(&epoll->ready_lock, RANK_EPOLL_READY);
    list_init(&epoll->ready);
    wait_queue_init(&epoll->wait);
    wait_queue_init(&epoll->poll_wait);
    list_init(&epoll->inner);
    list_init(&epoll->outer);
    fd = anonymous_open(&epoll_kind, O_RDWR | flags, epoll);
    if (fd < 0)
        epoll_put(epoll);
    return fd;
}

static const struct pseudo_number watches = {&watches_max, 0, INT64_MAX};

static struct pseudo_entry sys_values[] = {
    {.name = "max_user_watches", .mode = S_IFREG | 0644, .number = &watches},
};

static void epoll_init(void)
{
    watches_max = page_total_count() * PAGE_SIZE / WATCHES_SHARE / WATCH_BYTES;
    pseudo_register_sys(PSEUDO_SYS_FS_EPOLL, sys_values, ARRAY_SIZE(sys_values));
    anonymous_register(&epoll_kind);
    vfs_hooks.unwatch = epoll_forget;
}
INIT_CALL(2, epoll_init);
