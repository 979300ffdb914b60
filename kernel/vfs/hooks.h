/*
 * What files need of the process that uses them, and kernel/proc (above this layer) fills in at
 * INIT_CALL(1, ...). Until then there are defaults: no limit but FILES_LIMIT_DEFAULT, no signals.
 */
#ifndef LIMEN_VFS_HOOKS_H
#define LIMEN_VFS_HOOKS_H

struct vfs_hooks {
    /* The running process's soft limit (RLIMIT_NOFILE, RLIMIT_FSIZE; kernel/abi/resource.h). */
    unsigned long (*limit)(int resource);
    /* Sends the running thread a signal (SIGXFSZ). */
    void (*signal)(int signal);
};

extern struct vfs_hooks vfs_hooks;

#endif
