/*
 * The root file system: a tmpfs, filled from cpio archives that the boot loader has put in memory.
 */
#ifndef LIMEN_FS_INITRAMFS_H
#define LIMEN_FS_INITRAMFS_H

#include "kernel/lib/types.h"

/*
 * Unpacks a newc archive (or several, one behind the other) over what is there: files and links are
 * replaced, directories merged. 0, or the first error, which is also logged: -EINVAL (malformed),
 * -ENOSPC, -ENOMEM ...; what was unpacked until then stays. Mounts /proc once there is such a
 * directory. In a kernel thread, after the init calls.
 */
int initramfs_unpack(const void *archive, size_t size);

#endif
