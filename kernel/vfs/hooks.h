/*
 * What files need of the process that uses them, and of whoever else is above this layer: filled in
 * at INIT_CALL(1, ...), or (2, ...) by a file system. Until then there are defaults: no limit but
 * FILES_LIMIT_DEFAULT, no signals, no nodes of devices.
 */
#ifndef LIMEN_VFS_HOOKS_H
#define LIMEN_VFS_HOOKS_H

#include "kernel/lib/types.h"

struct file;

struct vfs_hooks {
    /* The running process's soft limit (RLIMIT_NOFILE, RLIMIT_FSIZE; kernel/abi/resource.h). */
    unsigned long (*limit)(int resource);
    /* Sends the running thread a signal (SIGXFSZ). */
    void (*signal)(int signal);
    /* A file that epolls watch has lost its last reference: they let go of it. kernel/ipc's. */
    void (*unwatch)(struct file *file);
    /* There is a device, whose node devtmpfs is to show; mode with its type. -EEXIST, -ENOMEM ...
     */
    int (*make_device_node)(const char *name, mode_t mode, dev_t dev);
};

extern struct vfs_hooks vfs_hooks;

#endif
