/*
 * Passing on to watches what happens to files. See notify.h.
 */
#include "kernel/vfs/notify.h"

#include "kernel/vfs/inode.h"
#include "kernel/vfs/mount.h"

struct spinlock notify_lock = SPINLOCK_INIT(RANK_NOTIFY);
uint32_t notify_count;

void notify_attach(struct notify_watch *watch)
{
    watch->next = watch->inode->watches;
    watch->inode->watches = watch;
    WRITE_ONCE(notify_count, notify_count + 1);
}

void notify_detach(struct notify_watch *watch)
{
    struct notify_watch **link = &watch->inode->watches;

    while (*link != watch)
        link = &(*link)->next;
    *link = watch->next;
    WRITE_ONCE(notify_count, notify_count - 1);
}

/* Tells all watches of an inode, each of which may detach itself. */
static void watches_tell(struct inode *inode, const struct notify_event *event)
{
    struct notify_watch *watch, *next;

    for (watch = inode->watches; watch; watch = next) {
        next = watch->next;
        watch->tell(watch, event);
    }
}

void notify_name_slow(struct inode *dir, const struct notify_event *event)
{
    spin_lock(&notify_lock);
    watches_tell(dir, event);
    spin_unlock(&notify_lock);
}

/* namespace_lock keeps the parent and the name. */
void notify_path_slow(const struct path *path, uint32_t mask)
{
    struct dentry *dentry = path->dentry;
    struct notify_event event = {.mask = mask, .name = &dentry->name};

    if (inode_is_dir(dentry->inode))
        event.mask |= IN_ISDIR;
    spin_lock(&namespace_lock);
    spin_lock(&notify_lock);
    event.is_unlinked = !dentry_is_linked(dentry);
    if (dentry->parent != dentry)
        watches_tell(dentry->parent->inode, &event);
    event.name = NULL;
    watches_tell(dentry->inode, &event);
    spin_unlock(&notify_lock);
    spin_unlock(&namespace_lock);
}

void notify_move_slow(const struct notify_move *move)
{
    static uint32_t last_cookie;
    uint32_t dir_bit = inode_is_dir(move->moved) ? IN_ISDIR : 0;
    struct notify_event event = {.cookie = atomic_add(&last_cookie, 1)};

    event.mask = IN_MOVED_FROM | dir_bit;
    event.name = move->old_name;
    notify_name_slow(move->old_dir, &event);
    event.mask = IN_MOVED_TO | dir_bit;
    event.name = move->new_name;
    notify_name_slow(move->new_dir, &event);
    if (move->victim)
        notify_inode(move->victim, IN_ATTRIB | (inode_is_dir(move->victim) ? IN_ISDIR : 0));
    notify_inode(move->moved, IN_MOVE_SELF | dir_bit);
}

void notify_gone_slow(struct inode *inode, uint32_t why)
{
    for (;;) {
        struct notify_watch *watch;

        spin_lock(&notify_lock);
        watch = inode->watches;
        if (watch)
            watch->lose(watch, why);
        spin_unlock(&notify_lock);
        if (!watch)
            break;
        inode_put(inode);
    }
}
