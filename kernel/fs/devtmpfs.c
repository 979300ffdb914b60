/*
 * devtmpfs: a tmpfs in which each device that a driver registers has its node. There is one, made
 * at boot; every mount of it shows the same tree. The kernel mounts it on /dev before the first
 * program; what else belongs there (pts, shm, fd, stdin ...) is init's to add. What root changes in
 * it stays: nobody makes a node anew that was removed.
 *
 * As on Linux the options of a mount have no effect, since the instance is there already (mount -o
 * remount changes it); they must be good ones.
 */
#include "kernel/fs/devtmpfs.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/fs/tmpfs.h"
#include "kernel/fs/tmpfs_options.h"
#include "kernel/mm/page.h"
#include "kernel/vfs/hooks.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/namei.h"

static struct superblock *devtmpfs; /* with a reference, for ever */

/* A node of root's, whoever it was that made the driver look for the device. */
static int node_add(struct inode *dir, const struct name *name, mode_t mode, dev_t dev)
{
    static const struct attr attr = {.valid = ATTR_UID | ATTR_GID};
    struct dentry *dentry;
    int err = dentry_create(devtmpfs->root, name, &dentry);

    if (err)
        return err;
    err = dir->ops->create(dir, dentry, mode, dev);
    if (err == 0)
        inode_setattr(dentry->inode, &attr);
    dentry_put(dentry);
    return err;
}

static int node_make(const char *text, mode_t mode, dev_t dev)
{
    struct inode *dir = devtmpfs->root->inode;
    struct dentry *there;
    struct name name;
    int err;

    name_init(&name, text);
    mutex_lock(&dir->lock);
    err = dentry_lookup_locked(devtmpfs->root, &name, &there);
    if (err == -ENOENT) {
        err = node_add(dir, &name, mode, dev);
    } else if (err == 0) {
        dentry_put(there);
        err = -EEXIST;
    }
    mutex_unlock(&dir->lock);
    return err;
}

static int devtmpfs_get(const struct fs_type *type, const char *text, struct superblock **out)
{
    struct tmpfs_options options = {0};
    int err = tmpfs_options_parse(text, page_total_count(), &options);

    (void)type;
    if (err)
        return err;
    superblock_get(devtmpfs);
    *out = devtmpfs;
    return 0;
}

static struct fs_type devtmpfs_type = {
    .name = "devtmpfs",
    .magic = TMPFS_MAGIC,
    .needs_no_device = true,
    .is_single = true,
    .create = devtmpfs_get,
};

static void devtmpfs_init(void)
{
    int err = tmpfs_instance(&devtmpfs_type, "mode=755", &devtmpfs);

    if (err)
        panic("cannot make devtmpfs: error %d", -err);
    vfs_hooks.make_device_node = node_make;
    fs_type_register(&devtmpfs_type);
}
INIT_CALL(2, devtmpfs_init);

int devtmpfs_mount(void)
{
    struct path dev;
    int err = path_mkdir(AT_FDCWD, "/dev", 0755);

    if (err && err != -EEXIST)
        return err;
    err = path_lookup(AT_FDCWD, "/dev", LOOKUP_DIRECTORY, &dev);
    if (err)
        return err;
    err = mount_new("devtmpfs", "devtmpfs", "", MS_NOSUID, &dev);
    path_put(&dev);
    return err;
}
