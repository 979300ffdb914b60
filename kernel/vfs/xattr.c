/*
 * Extended attributes (xattr(7), setxattr(2), getxattr(2), listxattr(2), removexattr(2)). See
 * xattr.h.
 */
#include "kernel/vfs/xattr.h"

#include "arch/api/memory.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/notify.h"

/* One attribute, in a list by name. */
struct xattr {
    struct xattr *next;
    size_t size;
    char *name;   /* behind the value */
    char value[]; /* size bytes */
};

static const char user_prefix[] = "user.";
static const char trusted_prefix[] = "trusted.";

static bool has_prefix(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* What an attribute counts for in its file system's room. */
static long pages_of(const struct xattr *xattr)
{
    return (long)(1 + xattr->size / PAGE_SIZE);
}

/* user.* is what the mode bits say, of files and folders only; trusted.* is root's. */
static int xattr_permission(struct inode *inode, const char *name, unsigned access)
{
    const struct cred *cred = current->cred;
    bool writes = access == MAY_WRITE;

    if (has_prefix(name, trusted_prefix)) {
        if (cred_is_privileged(cred))
            return 0;
        return writes ? -EPERM : -ENODATA;
    }
    if (!has_prefix(name, user_prefix))
        return 0; /* there is no such kind: xattr_check_name says so */
    if (!S_ISREG(inode->mode) && !inode_is_dir(inode))
        return writes ? -EPERM : -ENODATA;
    if (inode_is_dir(inode) && (inode->mode & S_ISVTX) && writes && !inode_owned(inode, cred))
        return -EPERM;
    return inode_permission(inode, cred, access);
}

static int xattr_check_name(const struct inode *inode, const char *name)
{
    if (!inode->ops->charge ||
        (!has_prefix(name, user_prefix) && !has_prefix(name, trusted_prefix)))
        return -EOPNOTSUPP;
    return strcmp(name, user_prefix) == 0 || strcmp(name, trusted_prefix) == 0 ? -EINVAL : 0;
}

/* Where the attribute hangs, or would. */
static struct xattr **xattr_place(struct inode *inode, const char *name)
{
    struct xattr **place = &inode->xattrs;

    while (*place && strcmp((*place)->name, name) < 0)
        place = &(*place)->next;
    return place;
}

static bool is_at(struct xattr *const *place, const char *name)
{
    return *place && strcmp((*place)->name, name) == 0;
}

static struct xattr *xattr_create(const char *name, const void *value, size_t size)
{
    size_t name_size = strlen(name) + 1;
    struct xattr *xattr = kmalloc(sizeof(*xattr) + size + name_size);

    if (!xattr)
        return NULL;
    xattr->size = size;
    xattr->name = xattr->value + size;
    memcpy(xattr->value, value, size);
    memcpy(xattr->name, name, name_size);
    return xattr;
}

static void xattr_free(struct inode *inode, struct xattr *xattr)
{
    (void)inode->ops->charge(inode, -pages_of(xattr));
    kfree(xattr);
}

/* Takes out what is at the place. */
static void xattr_unhang(struct inode *inode, struct xattr **place)
{
    struct xattr *old = *place;

    *place = old->next;
    xattr_free(inode, old);
}

/* Puts a new one at its place, over one that has the name. */
static int xattr_hang(struct inode *inode, struct xattr **place, struct xattr *fresh)
{
    int err = inode->ops->charge(inode, pages_of(fresh));

    if (err)
        return err;
    if (is_at(place, fresh->name))
        xattr_unhang(inode, place);
    fresh->next = *place;
    *place = fresh;
    return 0;
}

/* Under the lock. `fresh` NULL: removes. */
static int xattr_change(struct inode *inode, const char *name, struct xattr *fresh, int flags)
{
    struct xattr **place = xattr_place(inode, name);
    bool exists = is_at(place, name);
    int err = 0;

    if (exists && (flags & XATTR_CREATE))
        return -EEXIST;
    if (!exists && (!fresh || (flags & XATTR_REPLACE)))
        return -ENODATA;
    if (fresh)
        err = xattr_hang(inode, place, fresh);
    else
        xattr_unhang(inode, place);
    if (err == 0)
        inode_touch(inode, TOUCH_CTIME);
    return err;
}

static int inode_set_xattr(struct inode *inode, const char *name, struct xattr *fresh, int flags)
{
    int err;

    mutex_lock(&inode->lock);
    err = xattr_permission(inode, name, MAY_WRITE);
    if (err == 0)
        err = xattr_check_name(inode, name);
    if (err == 0)
        err = xattr_change(inode, name, fresh, flags);
    mutex_unlock(&inode->lock);
    return err;
}

int path_set_xattr(const struct path *path, const char *name, const void *value, size_t size,
                   int flags)
{
    struct xattr *fresh = NULL;
    int err = mount_write_get(path->mount);

    if (err)
        return err;
    if (value)
        fresh = xattr_create(name, value, size);
    if (value && !fresh)
        err = -ENOMEM;
    else
        err = inode_set_xattr(path_inode(path), name, fresh, flags);
    if (err)
        kfree(fresh);
    else
        notify_path(path, IN_ATTRIB);
    mount_write_put(path->mount);
    return err;
}

/* Under the lock. */
static ssize_t xattr_read(struct inode *inode, const char *name, void *buffer, size_t size)
{
    struct xattr *const *place = xattr_place(inode, name);

    if (!is_at(place, name))
        return -ENODATA;
    if (size == 0)
        return (ssize_t)(*place)->size;
    if ((*place)->size > size)
        return -ERANGE;
    memcpy(buffer, (*place)->value, (*place)->size);
    return (ssize_t)(*place)->size;
}

ssize_t path_get_xattr(const struct path *path, const char *name, void *buffer, size_t size)
{
    struct inode *inode = path_inode(path);
    ssize_t result = xattr_permission(inode, name, MAY_READ);

    if (result == 0)
        result = xattr_check_name(inode, name);
    if (result)
        return result;
    mutex_lock(&inode->lock);
    result = xattr_read(inode, name, buffer, size);
    mutex_unlock(&inode->lock);
    return result;
}

ssize_t path_list_xattrs(const struct path *path, char *buffer, size_t size)
{
    struct inode *inode = path_inode(path);
    bool sees_trusted = cred_is_privileged(current->cred);
    ssize_t total = 0;

    mutex_lock(&inode->lock);
    for (const struct xattr *xattr = inode->xattrs; xattr && total >= 0; xattr = xattr->next) {
        size_t length = strlen(xattr->name) + 1;

        if (has_prefix(xattr->name, trusted_prefix) && !sees_trusted)
            continue;
        if (size != 0 && (size_t)total + length > size) {
            total = -ERANGE;
            break;
        }
        if (size != 0)
            memcpy(buffer + total, xattr->name, length);
        total += (ssize_t)length;
    }
    mutex_unlock(&inode->lock);
    return total;
}

void inode_xattrs_free(struct inode *inode)
{
    while (inode->xattrs)
        xattr_unhang(inode, &inode->xattrs);
}
