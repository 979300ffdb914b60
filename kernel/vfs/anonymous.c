/*
 * Files without a name. See anonymous.h.
 */
#include "kernel/vfs/anonymous.h"

#include "kernel/abi/errno.h"
#include "kernel/core/panic.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/inode.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/pseudo.h"

#define ANON_INODE_MAGIC 0x09041934

static struct mount *anonymous_mount;

static void anonymous_show(const struct inode *inode, struct text *text)
{
    text_printf(text, "anon_inode:%s", (const char *)inode->private);
}

static struct fs_type anonymous_fs_type = {
    .name = "anon_inodefs",
    .magic = ANON_INODE_MAGIC,
    .needs_no_device = true,
    .is_fixed = true, /* one inode for all files of a kind */
};

static const struct superblock_ops anonymous_superblock_ops = {.show = anonymous_show};

static const struct inode_ops anonymous_inode_ops = {0};

/* As on Linux the inode is of no type, and root's. -ENOMEM. */
static int kind_init(struct anonymous_kind *kind)
{
    struct inode *inode;
    int err = 0;

    if (!anonymous_mount)
        err = mount_anonymous(&anonymous_fs_type, &anonymous_superblock_ops, &anonymous_mount);
    if (err)
        return err;
    inode = inode_create(anonymous_mount->sb, 0600, 0, 0);
    if (!inode)
        return -ENOMEM;
    inode->ops = &anonymous_inode_ops;
    inode->private = (void *)kind->name;
    return path_create_anonymous(anonymous_mount, inode, &kind->path);
}

void anonymous_register(struct anonymous_kind *kind)
{
    if (kind_init(kind) != 0)
        panic("no memory for the inode of %s", kind->name);
}

int anonymous_create(const struct anonymous_kind *kind, unsigned flags, void *private,
                     struct file **out)
{
    int err = file_create(&kind->path, kind->ops, flags & ~(unsigned)O_CLOEXEC, out);

    if (err == 0)
        (*out)->private = private;
    return err;
}

int anonymous_open(const struct anonymous_kind *kind, unsigned flags, void *private)
{
    int fd = fd_reserve(0, flags);
    struct file *file;
    int err;

    if (fd < 0)
        return fd;
    err = anonymous_create(kind, flags, private, &file);
    if (err) {
        fd_unreserve((unsigned)fd);
        return err;
    }
    fd_fill((unsigned)fd, file);
    return fd;
}
