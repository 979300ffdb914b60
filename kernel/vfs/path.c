/*
 * The path walk (path_resolution(7), symlink(7)). Entry points: kernel/vfs/path.h for everybody,
 * kernel/vfs/walk.h for those who make and remove names.
 *
 * The walk holds a reference on the place where it is and takes no lock from one component to the
 * next, so names may change around it: each step is true at its time, as POSIX asks.
 */
#include "kernel/vfs/path.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/fs.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/walk.h"

void path_get(const struct path *path)
{
    mount_get(path->mount);
    dentry_get(path->dentry);
}

void path_put(const struct path *path)
{
    if (!path->dentry)
        return;
    dentry_put(path->dentry);
    mount_put(path->mount);
}

struct inode *path_inode(const struct path *path)
{
    return path->dentry->inode;
}

int path_name_read(const char __user *user, struct path_name *name)
{
    ssize_t length = strncpy_from_user(name->space, user, sizeof(name->space));

    name->text = name->space;
    if (likely(length < (ssize_t)sizeof(name->space)))
        return length < 0 ? (int)length : 0;
    name->text = kmalloc(PATH_MAX);
    if (!name->text)
        return -ENOMEM;
    length = strncpy_from_user(name->text, user, PATH_MAX);
    if (length >= 0 && length < PATH_MAX)
        return 0;
    kfree(name->text);
    return length < 0 ? (int)length : -ENAMETOOLONG;
}

void path_name_drop(struct path_name *name)
{
    if (name->text != name->space)
        kfree(name->text);
}

int path_name_get(const char __user *user, char **out)
{
    struct path_name name;
    int err = path_name_read(user, &name);

    if (err)
        return err;
    if (name.text == name.space) {
        name.text = kmalloc(sizeof(name.space));
        if (!name.text)
            return -ENOMEM;
        memcpy(name.text, name.space, sizeof(name.space));
    }
    *out = name.text;
    return 0;
}

void path_name_put(char *name)
{
    kfree(name);
}

static void walk_text_free(struct walk_text *text)
{
    if (text->inode) {
        inode_put(text->inode);
        mount_put(text->mount);
    }
    kfree(text->buffer);
}

static void walk_need_root(struct walk *walk)
{
    if (!walk->root.dentry)
        fs_context_root(current->fs, &walk->root);
}

/* Continues at the root directory, for an absolute link. */
static int walk_to_root(struct walk *walk)
{
    walk_need_root(walk);
    if (walk->flags & LOOKUP_BENEATH)
        return -EXDEV;
    if ((walk->flags & LOOKUP_NO_XDEV) && walk->root.mount != walk->at.mount)
        return -EXDEV;
    path_get(&walk->root);
    path_put(&walk->at);
    walk->at = walk->root;
    return 0;
}

static const char *skip_slashes(const char *text)
{
    while (*text == '/')
        text++;
    return text;
}

/* Where a path begins that isn't absolute. */
static int walk_to_dirfd(struct walk *walk, int dirfd)
{
    struct file *file;

    if (dirfd == AT_FDCWD) {
        fs_context_cwd(current->fs, &walk->at);
        return 0;
    }
    file = fd_get_any((unsigned)dirfd);
    if (!file)
        return -EBADF;
    walk->at = file->path;
    path_get(&walk->at);
    file_put(file);
    return 0;
}

/* Where the walk begins is its root, too. */
static int walk_begin_scoped(struct walk *walk, int dirfd, bool is_absolute)
{
    int err = is_absolute && (walk->flags & LOOKUP_BENEATH) ? -EXDEV : walk_to_dirfd(walk, dirfd);

    if (err)
        return err;
    walk->root = walk->at;
    path_get(&walk->root);
    return 0;
}

int walk_begin(struct walk *walk, const struct cred *cred, int dirfd, const char *name,
               unsigned flags)
{
    walk->cred = cred;
    walk->flags = flags;
    walk->at = walk->root = (struct path){0};
    walk->text = (struct walk_text){.at = skip_slashes(name)};
    walk->links = walk->depth = 0;
    walk->last_type = WALK_ROOT;
    walk->must_be_dir = false;
    if (*name == '\0' && !(flags & LOOKUP_EMPTY))
        return -ENOENT;
    if (unlikely(flags & LOOKUP_SCOPED))
        return walk_begin_scoped(walk, dirfd, *name == '/');
    if (*name == '/') {
        fs_context_root(current->fs, &walk->at);
        return 0;
    }
    return walk_to_dirfd(walk, dirfd);
}

void walk_end(struct walk *walk)
{
    walk_text_free(&walk->text);
    while (walk->depth != 0)
        walk_text_free(&walk->stack[--walk->depth]);
    path_put(&walk->at);
    path_put(&walk->root);
}

void walk_take(struct walk *walk, struct path *out)
{
    *out = walk->at;
    walk->at = (struct path){0};
}

/* Takes the next component off the text, and off those below it when it ends. False: none left. */
static bool walk_next(struct walk *walk, struct name *name)
{
    const char *at = walk->text.at, *end;
    uint32_t hash = NAME_HASH_INIT;

    while (unlikely(*at == '\0')) {
        if (walk->depth == 0)
            return false;
        walk_text_free(&walk->text);
        walk->text = walk->stack[--walk->depth];
        at = walk->text.at;
    }
    for (end = at; *end != '/' && *end != '\0'; end++)
        hash = name_hash_step(hash, *end);
    name->text = at;
    name->length = (uint32_t)(end - at);
    name->hash = hash;
    walk->text.at = skip_slashes(end);
    return true;
}

/* True if the component just taken is the last one of the whole path. */
static bool walk_is_last(struct walk *walk)
{
    if (*walk->text.at != '\0' || walk->depth != 0)
        return false;
    if (walk->text.at[-1] == '/')
        walk->must_be_dir = true;
    return true;
}

/* May the walk look for a name where it is? */
static int walk_check_dir(const struct walk *walk)
{
    struct inode *dir = path_inode(&walk->at);

    if (!inode_is_dir(dir))
        return -ENOTDIR;
    if (likely(inode_all_may_search(dir)))
        return 0;
    return inode_permission(dir, walk->cred, MAY_EXEC);
}

static enum walk_last name_type(const struct name *name)
{
    if (name->text[0] != '.' || name->length > 2)
        return WALK_NAME;
    if (name->length == 1)
        return WALK_DOT;
    return name->text[1] == '.' ? WALK_DOTDOT : WALK_NAME;
}

int walk_enter(struct walk *walk, struct dentry *child)
{
    const struct mount *mount = walk->at.mount;

    dentry_put(walk->at.dentry);
    walk->at.dentry = child;
    if (likely(!(atomic_load(&child->flags) & DENTRY_MOUNTED)))
        return 0;
    mount_cross_down(&walk->at);
    return (walk->flags & LOOKUP_NO_XDEV) && walk->at.mount != mount ? -EXDEV : 0;
}

int walk_check_scope(const struct walk *walk)
{
    if (likely(!(walk->flags & LOOKUP_SCOPED)) || path_is_below(&walk->at, &walk->root))
        return 0;
    return -EXDEV;
}

int walk_enter_special(struct walk *walk)
{
    const struct mount *mount = walk->at.mount;

    if (walk->last_type != WALK_DOTDOT)
        return 0;
    walk_need_root(walk);
    if ((walk->flags & LOOKUP_BENEATH) && path_equal(&walk->at, &walk->root))
        return -EXDEV;
    mount_step_up(&walk->at, &walk->root);
    if ((walk->flags & LOOKUP_NO_XDEV) && walk->at.mount != mount)
        return -EXDEV;
    return walk_check_scope(walk);
}

/* The text of a symbolic link, and what keeps it. */
static int link_text(struct mount *mount, struct inode *link, struct walk_text *text)
{
    ssize_t length;

    *text = (struct walk_text){.at = link->link};
    if (link->link) {
        inode_get(link);
        mount_get(mount);
        text->inode = link;
        text->mount = mount;
        return 0;
    }
    if (!link->ops->readlink)
        return -EINVAL;
    text->buffer = kmalloc(PATH_MAX);
    if (!text->buffer)
        return -ENOMEM;
    length = link->ops->readlink(link, text->buffer, PATH_MAX - 1);
    if (length < 0) {
        kfree(text->buffer);
        return (int)length;
    }
    text->buffer[length] = '\0';
    text->at = text->buffer;
    return 0;
}

/* Goes on with a link's text, and after it with what is left of the one at hand. */
static void walk_push(struct walk *walk, const struct walk_text *text)
{
    if (*walk->text.at == '\0')
        walk_text_free(&walk->text);
    else
        walk->stack[walk->depth++] = walk->text;
    walk->text = *text;
}

/* An object stands behind the link, not a name. */
static int walk_jump(struct walk *walk, struct inode *link)
{
    struct path target;
    int err;

    if (walk->flags & LOOKUP_NO_MAGICLINKS)
        return -ELOOP;
    err = link->ops->follow(link, &target);
    if (err)
        return err;
    if ((walk->flags & LOOKUP_SCOPED) ||
        ((walk->flags & LOOKUP_NO_XDEV) && target.mount != walk->at.mount)) {
        path_put(&target);
        return -EXDEV;
    }
    path_put(&walk->at);
    walk->at = target;
    walk->last_type = WALK_ROOT;
    return 0;
}

int walk_follow(struct walk *walk, struct dentry *link)
{
    struct walk_text text;
    int err;

    if (++walk->links > SYMLINKS_MAX || (walk->flags & LOOKUP_NO_SYMLINKS) ||
        mount_has(walk->at.mount, MS_NOSYMFOLLOW))
        return -ELOOP;
    mount_accessed(walk->at.mount, link->inode);
    if (link->inode->ops->follow && link->inode->ops->leads_to_object(link->inode))
        return walk_jump(walk, link->inode);
    err = link_text(walk->at.mount, link->inode, &text);
    if (err)
        return err;
    if (*text.at == '\0') {
        walk_text_free(&text);
        return -ENOENT;
    }
    if (*text.at == '/') {
        err = walk_to_root(walk);
        if (err) {
            walk_text_free(&text);
            return err;
        }
        text.at = skip_slashes(text.at);
    }
    walk_push(walk, &text);
    return 0;
}

/* Goes to the component `last`; `follow`: and from a symbolic link to where it leads. */
static int walk_step(struct walk *walk, bool follow)
{
    struct dentry *child;
    int err;

    if (walk->last_type != WALK_NAME)
        return walk_enter_special(walk);
    err = dentry_lookup(walk->at.dentry, &walk->last, &child);
    if (err)
        return err;
    if (!follow || !inode_is_link(child->inode))
        return walk_enter(walk, child);
    err = walk_follow(walk, child);
    dentry_put(child);
    return err;
}

/* Walks until the end, or until the last component is in walk->last. */
static int walk_run(struct walk *walk, bool stop_at_last)
{
    walk->last_type = WALK_ROOT;
    while (walk_next(walk, &walk->last)) {
        bool is_last = walk_is_last(walk);
        int err = walk_check_dir(walk);

        if (err)
            return err;
        walk->last_type = name_type(&walk->last);
        if (is_last && stop_at_last)
            return 0;
        err = walk_step(walk, !is_last || walk->must_be_dir || (walk->flags & LOOKUP_FOLLOW));
        if (err)
            return err;
        walk->last_type = WALK_ROOT;
    }
    return 0;
}

int walk_parent(struct walk *walk)
{
    return walk_run(walk, true);
}

int walk_whole(struct walk *walk)
{
    int err = walk_run(walk, false);

    if (err)
        return err;
    if ((walk->must_be_dir || (walk->flags & LOOKUP_DIRECTORY)) &&
        !inode_is_dir(path_inode(&walk->at)))
        return -ENOTDIR;
    return walk_check_scope(walk);
}

int path_lookup_as(const struct cred *cred, int dirfd, const char *name, unsigned flags,
                   struct path *out)
{
    struct walk walk;
    int err = walk_begin(&walk, cred, dirfd, name, flags);

    if (err == 0)
        err = walk_whole(&walk);
    if (err == 0)
        walk_take(&walk, out);
    walk_end(&walk);
    return err;
}

int path_lookup(int dirfd, const char *name, unsigned flags, struct path *out)
{
    return path_lookup_as(current->cred, dirfd, name, flags, out);
}

int path_lookup_user(int dirfd, const char __user *name, unsigned flags, struct path *out)
{
    struct path_name copy;
    int err = path_name_read(name, &copy);

    if (err)
        return err;
    err = path_lookup(dirfd, copy.text, flags, out);
    path_name_drop(&copy);
    return err;
}
