/*
 * The hooks' defaults, for the time before there are processes.
 */
#include "kernel/vfs/hooks.h"

#include "kernel/abi/resource.h"
#include "kernel/vfs/files.h"

static unsigned long default_limit(int resource)
{
    return resource == RLIMIT_NOFILE ? FILES_LIMIT_DEFAULT : RLIM_INFINITY;
}

static void default_signal(int signal)
{
    (void)signal;
}

static int default_make_device_node(const char *name, mode_t mode, dev_t dev)
{
    (void)name;
    (void)mode;
    (void)dev;
    return 0;
}

struct vfs_hooks vfs_hooks = {
    .limit = default_limit,
    .signal = default_signal,
    .make_device_node = default_make_device_node,
};
