/*
 * Character devices by number. See chrdev.h.
 */
#include "kernel/vfs/chrdev.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/rbtree.h"
#include "kernel/mm/slab.h"
#include "kernel/vfs/hooks.h"
#include "kernel/vfs/inode.h"

struct chrdev {
    struct rb_node node;
    dev_t dev;
    const char *name;
    const struct file_ops *ops;
    void *context;
};

static struct spinlock chrdev_lock = SPINLOCK_INIT(RANK_FILE);
static struct rb_root chrdevs; /* by number; under chrdev_lock; nothing is ever removed */

static bool chrdev_before(const struct rb_node *a, const struct rb_node *b)
{
    return rb_entry(a, struct chrdev, node)->dev < rb_entry(b, struct chrdev, node)->dev;
}

static bool chrdev_left_of(const struct rb_node *node, const void *key)
{
    return rb_entry(node, struct chrdev, node)->dev < *(const dev_t *)key;
}

/* The device with the smallest number >= dev, or NULL. */
static struct chrdev *chrdev_find_from(dev_t dev)
{
    struct rb_node *node;

    spin_lock(&chrdev_lock);
    node = rb_search(&chrdevs, &dev, chrdev_left_of);
    spin_unlock(&chrdev_lock);
    return node ? rb_entry(node, struct chrdev, node) : NULL;
}

static struct chrdev *chrdev_find(dev_t dev)
{
    struct chrdev *chrdev = chrdev_find_from(dev);

    return chrdev && chrdev->dev == dev ? chrdev : NULL;
}

int chrdev_register(dev_t dev, const char *name, mode_t mode, const struct file_ops *ops,
                    void *context)
{
    struct chrdev *chrdev = kzalloc(sizeof(*chrdev));

    if (!chrdev)
        return -ENOMEM;
    if (chrdev_find(dev)) {
        kfree(chrdev);
        return -EBUSY;
    }
    *chrdev = (struct chrdev){.dev = dev, .name = name, .ops = ops, .context = context};
    spin_lock(&chrdev_lock);
    rb_insert(&chrdevs, &chrdev->node, chrdev_before);
    spin_unlock(&chrdev_lock);
    return vfs_hooks.make_device_node(name, S_IFCHR | mode, dev);
}

int chrdev_open_as(struct inode *inode, struct file *file, dev_t dev)
{
    const struct chrdev *chrdev = chrdev_find(dev);

    if (!chrdev)
        return -ENXIO;
    file->ops = chrdev->ops;
    file->private = chrdev->context;
    return file->ops->open ? file->ops->open(inode, file) : 0;
}

static int chrdev_open(struct inode *inode, struct file *file)
{
    return chrdev_open_as(inode, file, inode->rdev);
}

static const struct file_ops chrdev_open_ops = {.open = chrdev_open};

static int no_device_open(struct inode *inode, struct file *file)
{
    (void)inode;
    (void)file;
    return -ENXIO;
}

static const struct file_ops no_device_ops = {.open = no_device_open};

/* What else than character devices there is, by type; written at boot only. */
static struct {
    mode_t type;
    const struct file_ops *ops;
} special_types[4];

void inode_register_type(mode_t type, const struct file_ops *ops)
{
    for (size_t i = 0; i < ARRAY_SIZE(special_types); i++) {
        if (special_types[i].ops)
            continue;
        special_types[i].type = type;
        special_types[i].ops = ops;
        return;
    }
    panic("too many types of special files");
}

const struct file_ops *inode_special_ops(mode_t mode)
{
    if (S_ISCHR(mode))
        return &chrdev_open_ops;
    for (size_t i = 0; i < ARRAY_SIZE(special_types); i++) {
        if (special_types[i].ops && special_types[i].type == (mode & S_IFMT))
            return special_types[i].ops;
    }
    return &no_device_ops;
}

int chrdev_for_each(int (*visit)(void *context, dev_t dev, const char *name), void *context)
{
    const struct chrdev *chrdev;
    dev_t from = 0;
    int result = 0;

    while (result == 0 && (chrdev = chrdev_find_from(from)) != NULL) {
        result = visit(context, chrdev->dev, chrdev->name);
        from = chrdev->dev + 1;
    }
    return result;
}
