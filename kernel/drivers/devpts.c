/*
 * devpts: the file system of /dev/pts (pts(4), mount(8) "Mount options for devpts"). A number is a
 * name as long as the master of that pseudo-terminal is open. Each mount is an instance of its own,
 * with numbers of its own and a ptmx that makes more of them; /dev/ptmx means what is mounted
 * beside it.
 *
 * Locking: the root directory's mutex guards numbers and names; slave_lock makes opening a slave
 * and its master's close exclude each other (inode->private: the struct pty, NULL when it is gone).
 */
#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/drivers/pty.h"
#include "kernel/lib/bitmap.h"
#include "kernel/lib/format.h"
#include "kernel/lib/parse.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/vfs/dir.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/fs.h"
#include "kernel/vfs/mount.h"

#define DEVPTS_MAGIC 0x1cd1
#define DEV_PTMX DEV_MAKE(5, 2)
#define SLAVE_MAJOR 136 /* up to 143: 256 numbers each */
#define SLAVES_MAX 1024u

#define INODE_ROOT 1
#define INODE_PTMX 2
#define INODE_FIRST 3

struct devpts {
    uint64_t uid, gid; /* of slaves; ID_OF_OPENER */
    uint64_t mode, ptmx_mode, max;
    unsigned long used[BITMAP_WORDS(SLAVES_MAX)];
};

#define ID_OF_OPENER UINT64_MAX

static struct spinlock slave_lock = SPINLOCK_INIT(RANK_REGISTRY);
static struct fs_type devpts_type;

/* --- Slaves --- */

static int slave_open(struct inode *inode, struct file *file)
{
    struct pty *pty;
    int err = -EIO;

    spin_lock(&slave_lock);
    pty = inode->private;
    if (pty != NULL)
        tty_get(&pty->tty);
    spin_unlock(&slave_lock);
    if (pty == NULL)
        return -EIO;
    err = tty_open_as(inode, file, &pty->tty);
    tty_put(&pty->tty);
    return err;
}

static const struct file_ops slave_ops = {.open = slave_open};
static const struct inode_ops node_inode_ops = {0};

/* Makes a device's node; the reference of *out is the caller's. The directory is locked. */
static int node_add(struct dentry *dir, const char *text, struct inode *inode, struct dentry **out)
{
    struct name name;
    int err;

    inode->ops = &node_inode_ops;
    name_init(&name, text);
    err = dentry_create(dir, &name, out);
    if (err != 0)
        return err;
    err = dentry_add(*out, inode, true);
    if (err != 0)
        dentry_put(*out);
    return err;
}

/* A slave's inode with its number taken, whose reference is the caller's. */
static int slave_inode(struct superblock *sb, struct pty *pty, struct inode **out)
{
    struct devpts *devpts = sb->private;
    const struct cred *cred = current->cred;
    size_t number = bitmap_find_zero(devpts->used, devpts->max, 0);
    struct inode *inode;

    if (number >= devpts->max)
        return -ENOSPC;
    inode = inode_create(sb, S_IFCHR | (mode_t)devpts->mode,
                         devpts->uid == ID_OF_OPENER ? cred->fsuid : (uid_t)devpts->uid,
                         devpts->gid == ID_OF_OPENER ? cred->fsgid : (gid_t)devpts->gid);
    if (inode == NULL)
        return -ENOMEM;
    pty->number = (unsigned)number;
    pty->tty.number = DEV_MAKE(SLAVE_MAJOR + number / 256, number % 256);
    inode->number = INODE_FIRST + number;
    inode->rdev = pty->tty.number;
    inode->file_ops = &slave_ops;
    inode->private = pty;
    *out = inode;
    return 0;
}

int devpts_add(struct pty *pty)
{
    struct dentry *root = pty->place.dentry;
    struct devpts *devpts = root->sb->private;
    struct inode *inode;
    char text[12];
    int err;

    mutex_lock(&root->inode->lock);
    err = slave_inode(root->sb, pty, &inode);
    if (err != 0)
        goto unlock;
    format_string(text, sizeof(text), "%u", pty->number);
    err = node_add(root, text, inode, &pty->name);
    if (err == 0)
        bitmap_set(devpts->used, pty->number);
    else
        inode_put(inode);
unlock:
    mutex_unlock(&root->inode->lock);
    if (err != 0)
        path_put(&pty->place);
    return err;
}

void devpts_remove(struct pty *pty)
{
    struct dentry *root = pty->place.dentry;
    struct devpts *devpts = root->sb->private;

    mutex_lock(&root->inode->lock);
    dentry_remove(pty->name);
    bitmap_clear(devpts->used, pty->number);
    mutex_unlock(&root->inode->lock);
    inode_link_put(pty->name->inode);
    spin_lock(&slave_lock);
    pty->name->inode->private = NULL;
    spin_unlock(&slave_lock);
    dentry_put(pty->name);
    path_put(&pty->place);
}

int devpts_open_peer(struct pty *pty, unsigned flags)
{
    struct path path = {.mount = pty->place.mount, .dentry = pty->name};
    struct file *file;
    int fd, err;

    if (flags & ~(unsigned)(O_ACCMODE | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_LARGEFILE))
        return -EINVAL;
    fd = fd_reserve(0, flags & O_CLOEXEC);
    if (fd < 0)
        return fd;
    err = file_open_path(&path, flags, &file);
    if (err != 0) {
        fd_unreserve((unsigned)fd);
        return err;
    }
    fd_fill((unsigned)fd, file);
    return fd;
}

/* --- The file system --- */

int devpts_find(struct inode *inode, struct file *file, struct path *place)
{
    struct path at = file->path, root;
    struct dentry *child;
    struct name name;
    int err;

    path_get(&at);
    fs_context_root(current->fs, &root);
    mount_step_up(&at, &root);
    path_put(&root);
    if (inode->sb->type != &devpts_type) {
        name_init(&name, "pts");
        err = dentry_lookup(at.dentry, &name, &child);
        if (err != 0) {
            path_put(&at);
            return -ENODEV;
        }
        dentry_put(at.dentry);
        at.dentry = child;
        mount_cross_down(&at);
    }
    if (at.dentry->sb->type != &devpts_type || at.dentry != at.dentry->sb->root) {
        path_put(&at);
        return -ENODEV;
    }
    *place = at;
    return 0;
}

/* Names come and go with masters only. */
static int devpts_create(struct inode *dir, struct dentry *child, mode_t mode, dev_t rdev)
{
    (void)dir;
    (void)child;
    (void)rdev;
    return S_ISREG(mode) ? -EACCES : -EPERM;
}

static const struct inode_ops devpts_dir_ops = {.create = devpts_create};

static void devpts_evict(struct inode *inode)
{
    (void)inode;
}

static void devpts_destroy(struct superblock *sb)
{
    kfree(sb->private);
}

static const struct superblock_ops devpts_superblock_ops = {
    .evict = devpts_evict,
    .destroy = devpts_destroy,
};

/* One option: name=number. -EINVAL. */
static int option_set(struct devpts *devpts, const char *text, size_t length)
{
    const struct {
        const char *name;
        unsigned base;
        uint64_t most;
        uint64_t *value;
    } options[] = {
        {"uid=", 10, UINT32_MAX - 1, &devpts->uid}, {"gid=", 10, UINT32_MAX - 1, &devpts->gid},
        {"mode=", 8, 0777, &devpts->mode},          {"ptmxmode=", 8, 0777, &devpts->ptmx_mode},
        {"max=", 10, SLAVES_MAX, &devpts->max},
    };
    static const char no_effect[] = "newinstance"; /* each is */

    if (length == strlen(no_effect) && memcmp(text, no_effect, length) == 0)
        return 0;
    for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
        size_t prefix = strlen(options[i].name);
        const char *at = text + prefix;

        if (length <= prefix || memcmp(text, options[i].name, prefix) != 0)
            continue;
        if (parse_digits(&at, options[i].base, options[i].value) != 0 || at != text + length)
            return -EINVAL;
        return *options[i].value <= options[i].most ? 0 : -EINVAL;
    }
    return -EINVAL;
}

static int options_set(struct devpts *devpts, const char *options)
{
    int err = 0;

    while (err == 0 && *options != '\0') {
        size_t length = 0;

        while (options[length] != ',' && options[length] != '\0')
            length++;
        if (length > 0)
            err = option_set(devpts, options, length);
        options += length + (options[length] == ',');
    }
    return err;
}

/* The root directory with ptmx in it. */
static int root_create(struct superblock *sb)
{
    const struct devpts *devpts = sb->private;
    struct inode *root = inode_create(sb, S_IFDIR | 0755, 0, 0), *ptmx;
    struct dentry *dentry;
    int err;

    if (root == NULL)
        return -ENOMEM;
    root->number = INODE_ROOT;
    root->nlink = 2;
    root->ops = &devpts_dir_ops;
    root->file_ops = &dir_tree_ops;
    err = dentry_create_root(sb, root, &sb->root);
    if (err != 0)
        return err;
    ptmx = inode_create(sb, S_IFCHR | (mode_t)devpts->ptmx_mode, 0, 0);
    if (ptmx == NULL)
        return -ENOMEM;
    ptmx->number = INODE_PTMX;
    ptmx->rdev = DEV_PTMX;
    err = node_add(sb->root, "ptmx", ptmx, &dentry);
    if (err != 0)
        inode_put(ptmx);
    else
        dentry_put(dentry);
    return err;
}

static int devpts_instance(const struct fs_type *type, const char *options, struct superblock **out)
{
    struct superblock *sb = superblock_create(type, &devpts_superblock_ops);
    struct devpts *devpts = sb != NULL ? kzalloc(sizeof(*devpts)) : NULL;
    int err = -ENOMEM;

    if (sb == NULL)
        return -ENOMEM;
    sb->private = devpts;
    if (devpts != NULL) {
        devpts->uid = devpts->gid = ID_OF_OPENER;
        devpts->mode = 0600;
        devpts->max = SLAVES_MAX;
        err = options_set(devpts, options);
    }
    if (err == 0)
        err = root_create(sb);
    if (err == 0)
        *out = sb;
    else
        superblock_put(sb);
    return err;
}

static struct fs_type devpts_type = {
    .name = "devpts",
    .magic = DEVPTS_MAGIC,
    .needs_no_device = true,
    .create = devpts_instance,
};

static void devpts_register(void)
{
    fs_type_register(&devpts_type);
}
INIT_CALL(2, devpts_register);
