/*
 * Character devices by number: opening a node with that number opens the device.
 */
#ifndef LIMEN_VFS_CHRDEV_H
#define LIMEN_VFS_CHRDEV_H

#include "kernel/vfs/file.h"

/*
 * Makes `ops` the operations of device `dev` (DEV_MAKE(major, minor)). An opening gets file->ops =
 * ops and file->private = context, then ops->open is called if there is one; it may replace both
 * (file_become), as /dev/tty and /dev/console do. `name` and `mode` (permissions) are those of the
 * node in devtmpfs; name must stay, as must context: devices are for ever. 0, -EBUSY, -ENOMEM.
 * Thread context, INIT_CALL(3, ...) or later.
 */
int chrdev_register(dev_t dev, const char *name, mode_t mode, const struct file_ops *ops,
                    void *context);

/* Inside ops->open: the opening becomes one of another device, whose open is called. -ENXIO. */
int chrdev_open_as(struct inode *inode, struct file *file, dev_t dev);

/* Calls `visit` for each device in order of number until it returns other than 0; returns that. For
 * /proc/devices. */
int chrdev_for_each(int (*visit)(void *context, dev_t dev, const char *name), void *context);

#endif
