/*
 * Telling who watches files what happens to them (inotify(7)). The places where something happens
 * call the functions below, which cost a look at a count while nobody watches anything.
 *
 * Locking: notify_lock guards which watches hang on an inode; who watches is told under it.
 */
#ifndef LIMEN_VFS_NOTIFY_H
#define LIMEN_VFS_NOTIFY_H

#include "kernel/abi/inotify.h"
#include "kernel/core/atomic.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/compiler.h"

struct inode;
struct name;
struct path;

struct notify_event {
    uint32_t mask; /* IN_* */
    uint32_t cookie;
    const struct name *name; /* in the directory that is watched; NULL: it is about the inode */
    bool is_unlinked;        /* the name is gone */
};

struct notify_watch {
    struct inode *inode;       /* a reference; the watch's owner puts it */
    struct notify_watch *next; /* on the same inode */
    /* Something has happened. Under notify_lock; may detach the watch. */
    void (*tell)(struct notify_watch *watch, const struct notify_event *event);
    /* The inode has no name any more and nobody has it open (IN_DELETE_SELF), or its file system is
     * unmounted (IN_UNMOUNT): the watch is detached, and its reference of the inode passed on to
     * the caller. Under notify_lock. */
    void (*lose)(struct notify_watch *watch, uint32_t why);
};

extern struct spinlock notify_lock; /* RANK_NOTIFY */
extern uint32_t notify_count;       /* watches there are */

/* Under notify_lock. */
void notify_attach(struct notify_watch *watch);
void notify_detach(struct notify_watch *watch);

void notify_name_slow(struct inode *dir, const struct notify_event *event);
void notify_path_slow(const struct path *path, uint32_t mask);
void notify_gone_slow(struct inode *inode, uint32_t why);

static inline bool notify_is_wanted(void)
{
    return unlikely(READ_ONCE(notify_count) != 0);
}

/* To an inode's file, by one of its names: who watches the directory learns the name. */
static inline void notify_path(const struct path *path, uint32_t mask)
{
    if (notify_is_wanted())
        notify_path_slow(path, mask);
}

/* To a name in a directory. mask with IN_ISDIR where it is a directory's. */
static inline void notify_name(struct inode *dir, const struct name *name, uint32_t mask)
{
    if (notify_is_wanted())
        notify_name_slow(dir, &(struct notify_event){.mask = mask, .name = name});
}

/* To an inode as such. */
static inline void notify_inode(struct inode *inode, uint32_t mask)
{
    if (notify_is_wanted())
        notify_name_slow(inode, &(struct notify_event){.mask = mask});
}

/* A file has got another name, maybe in place of another file's (victim; or NULL). */
struct notify_move {
    struct inode *old_dir, *new_dir, *moved, *victim;
    const struct name *old_name, *new_name;
};
void notify_move_slow(const struct notify_move *move);

/* Nobody can find the inode any more: see notify_watch.lose. */
static inline void notify_gone(struct inode *inode, uint32_t why)
{
    if (notify_is_wanted())
        notify_gone_slow(inode, why);
}

#endif
