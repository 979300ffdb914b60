/*
 * Dentries: the tree of names of a file system. See kernel/vfs/dentry.h for locking.
 *
 * A directory's children hang in two trees: by hash and name for look-ups, and by position for
 * reading it. Positions fall, so a directory lists its newest entry first, as Linux's file systems
 * in memory do, and an entry keeps its position as long as it keeps its place.
 */
#include "kernel/vfs/dentry.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/notify.h"

#define POSITION_TOP (1L << 62)

static SLAB_CACHE(dentry_cache, struct dentry);

/* Total order by hash first; equal names only are equal, so no choice of names unbalances a tree.
 */
static int name_compare(const struct name *a, const struct name *b)
{
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    for (uint32_t i = 0; i < a->length; i++)
        if (a->text[i] != b->text[i])
            return (uint8_t)a->text[i] < (uint8_t)b->text[i] ? -1 : 1;
    return 0;
}

static bool name_before(const struct rb_node *a, const struct rb_node *b)
{
    return name_compare(&rb_entry(a, struct dentry, by_name)->name,
                        &rb_entry(b, struct dentry, by_name)->name) < 0;
}

static bool name_left_of(const struct rb_node *node, const void *key)
{
    return name_compare(&rb_entry(node, struct dentry, by_name)->name, key) < 0;
}

static bool position_before(const struct rb_node *a, const struct rb_node *b)
{
    return rb_entry(a, struct dentry, by_order)->position <
           rb_entry(b, struct dentry, by_order)->position;
}

static bool position_left_of(const struct rb_node *node, const void *key)
{
    return rb_entry(node, struct dentry, by_order)->position < *(const loff_t *)key;
}

/* Gives a dentry a copy of the name. -ENOMEM. */
static int name_set(struct dentry *dentry, const struct name *name)
{
    char *text = dentry->name_inline;

    if (name->length > DENTRY_NAME_INLINE) {
        text = kmalloc(name->length);
        if (!text)
            return -ENOMEM;
    }
    memcpy(text, name->text, name->length);
    dentry->name = *name;
    dentry->name.text = text;
    return 0;
}

static void name_free(struct dentry *dentry)
{
    if (dentry->name.text != dentry->name_inline)
        kfree((char *)dentry->name.text);
}

/* Two dentries exchange their names, short ones by their bytes. */
static void name_swap(struct dentry *a, struct dentry *b)
{
    struct name name = a->name;
    char text[DENTRY_NAME_INLINE];
    bool a_inline = a->name.text == a->name_inline, b_inline = b->name.text == b->name_inline;

    a->name = b->name;
    b->name = name;
    if (b_inline)
        a->name.text = a->name_inline;
    if (a_inline)
        b->name.text = b->name_inline;
    memcpy(text, a->name_inline, sizeof(text));
    memcpy(a->name_inline, b->name_inline, sizeof(text));
    memcpy(b->name_inline, text, sizeof(text));
}

static struct dentry *dentry_alloc(struct superblock *sb)
{
    struct dentry *dentry = slab_alloc(&dentry_cache);

    if (!dentry)
        return NULL;
    refcount_init(&dentry->ref);
    spin_lock_init(&dentry->lock, RANK_DENTRY);
    dentry->sb = sb;
    dentry->next_position = POSITION_TOP;
    return dentry;
}

void name_init(struct name *name, const char *text)
{
    name->text = text;
    name->length = (uint32_t)strlen(text);
    name->hash = NAME_HASH_INIT;
    for (uint32_t i = 0; i < name->length; i++)
        name->hash = name_hash_step(name->hash, text[i]);
}

int dentry_create(struct dentry *parent, const struct name *name, struct dentry **out)
{
    struct dentry *dentry = dentry_alloc(parent->sb);
    int err;

    if (!dentry)
        return -ENOMEM;
    err = name_set(dentry, name);
    if (err) {
        slab_free(&dentry_cache, dentry);
        return err;
    }
    dentry_get(parent);
    dentry->parent = parent;
    *out = dentry;
    return 0;
}

int dentry_create_root(struct superblock *sb, struct inode *inode, struct dentry **out)
{
    struct dentry *dentry = dentry_alloc(sb);

    if (!dentry) {
        inode_put(inode);
        return -ENOMEM;
    }
    dentry->name.text = dentry->name_inline;
    dentry->inode = inode;
    dentry->parent = dentry;
    *out = dentry;
    return 0;
}

/* Puts a dentry into its parent's trees, whose lock is held. */
static void tree_insert(struct dentry *dentry)
{
    struct dentry *parent = dentry->parent;

    dentry->position = parent->next_position--;
    rb_insert(&parent->names, &dentry->by_name, name_before);
    rb_insert(&parent->order, &dentry->by_order, position_before);
    parent->children++;
    atomic_or(&dentry->flags, DENTRY_LINKED);
}

static void tree_erase(struct dentry *dentry)
{
    struct dentry *parent = dentry->parent;

    if (!dentry_is_linked(dentry))
        return;
    rb_erase(&parent->names, &dentry->by_name);
    rb_erase(&parent->order, &dentry->by_order);
    parent->children--;
    atomic_and(&dentry->flags, ~DENTRY_LINKED);
}

/* The last reference has gone: nobody else can find it any more but by its parent's tree, where
 * dentry_find passes over a count of 0. */
static void dentry_free(struct dentry *dentry)
{
    if (dentry_is_linked(dentry)) {
        spin_lock(&dentry->parent->lock);
        tree_erase(dentry);
        spin_unlock(&dentry->parent->lock);
    }
    if (dentry->inode && READ_ONCE(dentry->inode->nlink) == 0)
        notify_gone(dentry->inode, IN_DELETE_SELF);
    if (dentry->inode)
        inode_put(dentry->inode);
    name_free(dentry);
    slab_free(&dentry_cache, dentry);
}

void dentry_put(struct dentry *dentry)
{
    while (refcount_put(&dentry->ref)) {
        struct dentry *parent = dentry->parent;
        bool is_root = parent == dentry;

        dentry_free(dentry);
        if (is_root)
            break;
        dentry = parent;
    }
}

/* A child of that name. While one that nobody uses any more waits to be freed there may be two. */
static struct dentry *names_search(const struct dentry *dir, const struct name *name)
{
    struct rb_node *node = dir->names.top;

    while (node) {
        struct dentry *child = rb_entry(node, struct dentry, by_name);
        int order = name_compare(name, &child->name);

        if (order == 0)
            return child;
        node = order < 0 ? node->left : node->right;
    }
    return NULL;
}

/* A child of that name that is in use, with a reference, when the first one found wasn't. */
static struct dentry *names_search_live(const struct dentry *dir, const struct name *name)
{
    struct rb_node *node = rb_search(&dir->names, name, name_left_of);

    for (; node; node = rb_next(node)) {
        struct dentry *child = rb_entry(node, struct dentry, by_name);

        if (name_compare(&child->name, name) != 0)
            break;
        if (refcount_get_unless_zero(&child->ref))
            return child;
    }
    return NULL;
}

/* The child of that name in the tree, with a reference, or NULL. */
static inline struct dentry *dentry_find(struct dentry *dir, const struct name *name)
{
    struct dentry *found;

    spin_lock(&dir->lock);
    found = names_search(dir, name);
    if (found && unlikely(!refcount_get_unless_zero(&found->ref)))
        found = names_search_live(dir, name);
    spin_unlock(&dir->lock);
    return found;
}

/* A child of that name in the tree that is still true, with a reference, or NULL. */
static inline struct dentry *dentry_find_valid(struct dentry *dir, const struct name *name)
{
    const struct inode_ops *ops = dir->inode->ops;
    struct dentry *child = dentry_find(dir, name);

    if (!child || !ops->revalidate || ops->revalidate(child))
        return child;
    dentry_remove(child);
    dentry_put(child);
    return NULL;
}

int dentry_lookup_locked(struct dentry *dir, const struct name *name, struct dentry **out)
{
    const struct inode_ops *ops = dir->inode->ops;
    struct dentry *child;
    int err;

    if (name->length > NAME_MAX)
        return -ENAMETOOLONG;
    child = dentry_find_valid(dir, name);
    if (!child) {
        if (!ops->lookup)
            return -ENOENT;
        err = dentry_create(dir, name, &child);
        if (err)
            return err;
        err = ops->lookup(dir->inode, child);
        if (err) {
            dentry_put(child);
            return err;
        }
    }
    *out = child;
    return 0;
}

int dentry_lookup(struct dentry *dir, const struct name *name, struct dentry **out)
{
    int err;

    if (name->length > NAME_MAX)
        return -ENAMETOOLONG;
    *out = dentry_find_valid(dir, name);
    if (*out)
        return 0;
    if (!dir->inode->ops->lookup)
        return -ENOENT;
    mutex_lock(&dir->inode->lock);
    err = dentry_lookup_locked(dir, name, out);
    mutex_unlock(&dir->inode->lock);
    return err;
}

int dentry_add(struct dentry *child, struct inode *inode, bool pinned)
{
    struct dentry *parent = child->parent;
    int err = 0;

    spin_lock(&parent->lock);
    if (atomic_load(&parent->flags) & DENTRY_DEAD) {
        err = -ENOENT;
    } else {
        child->inode = inode;
        if (pinned) {
            dentry_get(child);
            atomic_or(&child->flags, DENTRY_PINNED);
        }
        tree_insert(child);
    }
    spin_unlock(&parent->lock);
    return err;
}

/* Drops what the tree held of a dentry that was taken out of it. The caller has a reference. */
static void dentry_unpin(struct dentry *dentry)
{
    if (atomic_and(&dentry->flags, ~DENTRY_PINNED) & DENTRY_PINNED)
        dentry_put(dentry);
}

void dentry_remove(struct dentry *child)
{
    struct dentry *parent = child->parent;

    spin_lock(&parent->lock);
    tree_erase(child);
    spin_unlock(&parent->lock);
    dentry_unpin(child);
}

/* However deep the tree is, no stack is needed: down to a leaf, which goes, and on from above. */
void dentry_drop_tree(struct dentry *root)
{
    struct dentry *at = root;

    for (;;) {
        struct rb_node *child = rb_first(&at->order);

        if (child) {
            at = rb_entry(child, struct dentry, by_order);
        } else if (at == root) {
            break;
        } else {
            struct dentry *parent = at->parent;

            notify_gone(at->inode, IN_UNMOUNT);
            dentry_remove(at);
            at = parent;
        }
    }
}

int dentry_kill_dir(struct dentry *dir)
{
    int err = 0;

    spin_lock(&dir->lock);
    if (dir->children != 0)
        err = -ENOTEMPTY;
    else
        atomic_or(&dir->flags, DENTRY_DEAD);
    spin_unlock(&dir->lock);
    return err;
}

/* Locks all that readers of names and parents may hold: for the two parents of a rename. */
static void parents_lock(struct dentry *a, struct dentry *b)
{
    spin_lock(&namespace_lock);
    if (a == b) {
        spin_lock(&a->lock);
        return;
    }
    spin_lock(a < b ? &a->lock : &b->lock);
    spin_lock_nested(a < b ? &b->lock : &a->lock);
}

static void parents_unlock(struct dentry *a, struct dentry *b)
{
    spin_unlock(&a->lock);
    if (a != b)
        spin_unlock(&b->lock);
    spin_unlock(&namespace_lock);
}

/* Each gets the other's name and parent; the references on the parents change hands with them. */
static void dentry_swap_places(struct dentry *a, struct dentry *b)
{
    struct dentry *parent = a->parent;

    name_swap(a, b);
    a->parent = b->parent;
    b->parent = parent;
}

void dentry_move(struct dentry *old, struct dentry *fresh, struct dentry *victim)
{
    struct dentry *from = old->parent, *to = fresh->parent;

    parents_lock(from, to);
    if (victim)
        tree_erase(victim);
    tree_erase(old);
    dentry_swap_places(old, fresh);
    tree_insert(old);
    parents_unlock(from, to);
    if (victim)
        dentry_unpin(victim);
}

void dentry_exchange(struct dentry *a, struct dentry *b)
{
    struct dentry *from = a->parent, *to = b->parent;

    parents_lock(from, to);
    tree_erase(a);
    tree_erase(b);
    dentry_swap_places(a, b);
    tree_insert(a);
    tree_insert(b);
    parents_unlock(from, to);
}

bool dentry_next_entry(struct dentry *dir, loff_t position, struct dentry_entry *out)
{
    struct rb_node *node;

    spin_lock(&dir->lock);
    node = rb_search(&dir->order, &position, position_left_of);
    if (node) {
        const struct dentry *child = rb_entry(node, struct dentry, by_order);

        memcpy(out->name, child->name.text, child->name.length);
        out->length = child->name.length;
        out->inode = child->inode->number;
        out->type = child->inode->mode >> 12;
        out->position = child->position;
    }
    spin_unlock(&dir->lock);
    return node != NULL;
}

bool dentry_is_below(const struct dentry *dentry, const struct dentry *ancestor)
{
    while (dentry != ancestor && dentry->parent != dentry)
        dentry = dentry->parent;
    return dentry == ancestor;
}
