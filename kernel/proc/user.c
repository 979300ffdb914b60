/*
 * Per-user counts. See user.h. A list will do: it has one entry per user who has something running.
 */
#include "kernel/proc/user.h"

#include "kernel/core/spinlock.h"
#include "kernel/mm/slab.h"

static SLAB_CACHE(user_cache, struct user);

static struct spinlock user_lock = SPINLOCK_INIT(RANK_LEAF);
static struct list users = LIST_INIT(users);

/* The user with a new reference, or NULL. Under user_lock. */
static struct user *user_search(uid_t uid)
{
    struct user *user;

    list_for_each_entry (user, &users, node)
        if (user->uid == uid && refcount_get_unless_zero(&user->ref))
            return user;
    return NULL;
}

struct user *user_find(uid_t uid)
{
    struct user *fresh = slab_alloc(&user_cache);
    unsigned long flags = spin_lock_irqsave(&user_lock);
    struct user *user = user_search(uid);

    if (user == NULL && fresh != NULL) {
        user = fresh;
        fresh = NULL;
        refcount_init(&user->ref);
        user->uid = uid;
        list_add_tail(&users, &user->node);
    }
    spin_unlock_irqrestore(&user_lock, flags);
    if (fresh != NULL)
        slab_free(&user_cache, fresh);
    return user;
}

struct user *user_get(struct user *user)
{
    refcount_get(&user->ref);
    return user;
}

void user_put(struct user *user)
{
    unsigned long flags;

    if (!refcount_put(&user->ref))
        return;
    flags = spin_lock_irqsave(&user_lock);
    list_del(&user->node);
    spin_unlock_irqrestore(&user_lock, flags);
    slab_free(&user_cache, user);
}
