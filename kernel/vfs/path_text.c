/*
 * From a place in the tree to its text: getcwd(2), and the links that /proc shows.
 *
 * The walk up goes under namespace_lock, which keeps names and parents as they are.
 */
#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/fs.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/path.h"
#include "kernel/vfs/pseudo.h"

#define UNREACHABLE "(unreachable)"

/* Text that is written from its end to its beginning. */
struct back_text {
    char *at;
    size_t room;
    bool full;
};

static void back_put(struct back_text *text, const char *bytes, size_t length)
{
    if (length > text->room) {
        text->full = true;
        return;
    }
    text->at -= length;
    text->room -= length;
    memcpy(text->at, bytes, length);
}

/* Writes the names from `path` up to `root`. False: root is not above it. */
static bool path_climb(const struct path *path, const struct path *root, struct back_text *text)
{
    const struct mount *mount = path->mount;
    const struct dentry *dentry = path->dentry;

    while (mount != root->mount || dentry != root->dentry) {
        if (dentry != mount->root) {
            back_put(text, dentry->name.text, dentry->name.length);
            back_put(text, "/", 1);
            dentry = dentry->parent;
        } else if (mount->parent) {
            dentry = mount->mountpoint;
            mount = mount->parent;
        } else {
            return false;
        }
    }
    return true;
}

/* True for a name that was removed; the root of a file system has none to lose. Under
 * namespace_lock: in the middle of a rename a name is nowhere. */
static bool path_is_deleted(const struct path *path)
{
    return path->dentry->parent != path->dentry && !dentry_is_linked(path->dentry);
}

/* Writes the text. `deleted`: what is put behind a name that is gone; NULL: that is -ENOENT. */
static int path_write(const struct path *path, const struct path *root, const char *deleted,
                      struct back_text *text)
{
    bool gone, below;

    spin_lock(&namespace_lock);
    gone = path_is_deleted(path);
    if (gone && deleted)
        back_put(text, deleted, strlen(deleted));
    if (path_equal(path, root) || (path->dentry == path->mount->root && !path->mount->parent))
        back_put(text, "/", 1);
    below = path_climb(path, root, text);
    spin_unlock(&namespace_lock);
    if (gone && !deleted)
        return -ENOENT;
    if (!below)
        back_put(text, UNREACHABLE, strlen(UNREACHABLE));
    return text->full ? -ERANGE : 0;
}

/* "" is the root. */
static char *back_finish(struct back_text *text)
{
    if (text->room == PATH_MAX - 1)
        back_put(text, "/", 1);
    return text->full ? NULL : text->at;
}

char *mount_place_text(const struct mount *mount, const struct path *root, char buffer[PATH_MAX])
{
    const struct path path = {.mount = (struct mount *)mount, .dentry = mount->root};
    struct back_text text = {.at = buffer + PATH_MAX, .room = PATH_MAX};

    back_put(&text, "", 1);
    return path_climb(&path, root, &text) ? back_finish(&text) : NULL;
}

char *mount_root_text(const struct mount *mount, char buffer[PATH_MAX])
{
    struct back_text text = {.at = buffer + PATH_MAX, .room = PATH_MAX};

    back_put(&text, "", 1);
    for (const struct dentry *at = mount->root; at->parent != at; at = at->parent) {
        back_put(&text, at->name.text, at->name.length);
        back_put(&text, "/", 1);
    }
    return back_finish(&text);
}

ssize_t path_format(const struct path *path, const struct path *root, char *buffer, size_t size,
                    char **text)
{
    struct back_text back = {.at = buffer + size, .room = size};
    int err;

    back_put(&back, "", 1);
    err = path_write(path, root, NULL, &back);
    *text = back.at;
    return err ? err : buffer + size - 1 - back.at;
}

void path_last_name(const struct path *path, char *buffer, size_t size)
{
    const struct name *name = &path->dentry->name;
    size_t length;

    spin_lock(&namespace_lock);
    length = min_t(size_t, name->length, size - 1);
    memcpy(buffer, name->text, length);
    spin_unlock(&namespace_lock);
    buffer[length] = '\0';
}

static int path_show_named(const struct path *path, struct text *text)
{
    struct back_text back = {.room = PATH_MAX};
    char *buffer = kmalloc(PATH_MAX);
    struct path root;
    int err;

    if (!buffer)
        return -ENOMEM;
    back.at = buffer + PATH_MAX;
    fs_context_root(current->fs, &root);
    err = path_write(path, &root, " (deleted)", &back);
    if (err == 0)
        text_append(text, back.at, PATH_MAX - back.room);
    path_put(&root);
    kfree(buffer);
    return err ? -ENAMETOOLONG : text->error;
}

int path_show(const struct path *path, struct text *text)
{
    const struct superblock *sb = path->mount->sb;

    if (path->mount->root)
        return path_show_named(path, text);
    if (sb->ops->show)
        sb->ops->show(path_inode(path), text);
    else
        text_printf(text, "%s:[%lu]", sb->type->name, path_inode(path)->number);
    return text->error;
}
