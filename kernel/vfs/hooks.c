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

struct vfs_hooks vfs_hooks = {.limit = default_limit, .signal = default_signal};
