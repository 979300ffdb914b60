/*
 * epoll_wait(2): the items of an epoll that have been woken, and whether they are ready indeed. See
 * epoll_internal.h.
 *
 * Who looks takes the whole list of them as a batch, under the epoll's lock, and asks one after the
 * other. What wakes an item of the batch has nothing to do; what wakes one that has left it puts it
 * on the list anew. An item that is level-triggered goes back to the list's end when it has been
 * reported: the next look asks it again, after all others.
 */
#include "kernel/abi/errno.h"
#include "kernel/ipc/epoll_internal.h"
#include "kernel/mm/uaccess.h"

unsigned epoll_item_poll(const struct epoll_item *item)
{
    return file_poll(item->file, NULL) & item->event.events;
}

static void batch_take(struct epoll *epoll, struct list *batch)
{
    unsigned long flags = spin_lock_irqsave(&epoll->ready_lock);

    list_init(batch);
    list_splice_tail(batch, &epoll->ready);
    spin_unlock_irqrestore(&epoll->ready_lock, flags);
}

/* What was not looked at comes before what has become ready meanwhile. */
static void batch_return(struct epoll *epoll, struct list *batch)
{
    unsigned long flags = spin_lock_irqsave(&epoll->ready_lock);

    list_splice_tail(batch, &epoll->ready);
    list_splice_tail(&epoll->ready, batch);
    spin_unlock_irqrestore(&epoll->ready_lock, flags);
}

/* The next item to ask, which is woken by itself from now on. */
static struct epoll_item *batch_next(struct epoll *epoll, struct list *batch)
{
    unsigned long flags = spin_lock_irqsave(&epoll->ready_lock);
    struct epoll_item *item = list_first_entry(batch, struct epoll_item, ready_node);

    if (item) {
        list_del(&item->ready_node);
        item->is_ready = false;
    }
    spin_unlock_irqrestore(&epoll->ready_lock, flags);
    return item;
}

/* Puts back one that nobody was told of. */
static void batch_undo(struct list *batch, struct epoll_item *item)
{
    struct epoll *epoll = item->epoll;
    unsigned long flags = spin_lock_irqsave(&epoll->ready_lock);

    if (!item->is_ready) {
        item->is_ready = true;
        list_add(batch, &item->ready_node);
    }
    spin_unlock_irqrestore(&epoll->ready_lock, flags);
}

bool epoll_is_ready(struct epoll *epoll)
{
    struct epoll_item *item;
    struct list batch;
    bool found = false;

    if (!epoll_has_ready(epoll))
        return false;
    mutex_lock_nested(&epoll->lock);
    batch_take(epoll, &batch);
    while (!found && (item = batch_next(epoll, &batch)) != NULL) {
        found = epoll_item_poll(item) != 0;
        if (found)
            batch_undo(&batch, item);
    }
    batch_return(epoll, &batch);
    mutex_unlock(&epoll->lock);
    return found;
}

/* The item has been reported. */
static void item_reported(struct epoll_item *item)
{
    struct epoll *epoll = item->epoll;
    unsigned long flags = spin_lock_irqsave(&epoll->ready_lock);

    if (item->event.events & EPOLLONESHOT)
        item->event.events &= EPOLL_MODES;
    else if (!(item->event.events & EPOLLET))
        epoll_item_make_ready_locked(item);
    spin_unlock_irqrestore(&epoll->ready_lock, flags);
}

/* Stores the item's event if it is ready: 1, 0 or -EFAULT. */
static int item_report(struct epoll_item *item, struct epoll_event __user *to)
{
    struct epoll_event event = {.events = epoll_item_poll(item), .data = item->event.data};

    if (event.events == 0)
        return 0;
    if (copy_to_user(to, &event, sizeof(event)) != 0)
        return -EFAULT;
    item_reported(item);
    return 1;
}

/* Stores the events of what is ready now: how many, or -EFAULT. */
static long epoll_collect(struct epoll *epoll, struct epoll_event __user *events, int max)
{
    struct epoll_item *item;
    struct list batch;
    long count = 0;
    int stored = 0;

    if (!epoll_has_ready(epoll))
        return 0;
    mutex_lock(&epoll->lock);
    batch_take(epoll, &batch);
    while (count < max && (item = batch_next(epoll, &batch)) != NULL) {
        stored = item_report(item, &events[count]);
        if (stored < 0) {
            batch_undo(&batch, item);
            break;
        }
        count += stored;
    }
    batch_return(epoll, &batch);
    mutex_unlock(&epoll->lock);
    if (epoll_has_ready(epoll))
        wake_up(&epoll->wait); /* others may have seen an empty list meanwhile */
    return count == 0 && stored < 0 ? stored : count;
}

long epoll_wait(struct file *file, struct epoll_event __user *events, int max, uint64_t deadline_ns)
{
    struct epoll *epoll = epoll_of(file);
    bool is_over = deadline_ns == 0;
    long count;
    int err;

    if (!epoll)
        return -EINVAL;
    while ((count = epoll_collect(epoll, events, max)) == 0 && !is_over) {
        err = WAIT_LOOP(&epoll->wait, epoll_has_ready(epoll), THREAD_INTERRUPTIBLE, deadline_ns,
                        true);
        if (err == -ERESTARTSYS)
            return -EINTR;
        is_over = err == -ETIMEDOUT;
    }
    return count;
}
