/* The tree of mounts. */
#ifndef LIMEN_LIBC_SYS_MOUNT_H
#define LIMEN_LIBC_SYS_MOUNT_H

#include "kernel/abi/mount.h"

int mount(const char *source, const char *target, const char *type, unsigned long flags,
          const void *data);
int umount(const char *target);
int umount2(const char *target, int flags);

#endif
