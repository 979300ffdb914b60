/*
 * devtmpfs: the nodes of the devices there are (devtmpfs.c).
 */
#ifndef LIMEN_FS_DEVTMPFS_H
#define LIMEN_FS_DEVTMPFS_H

/* Boot, when the root is there: mounts it on /dev. 0, or an error: then /dev is what the root has.
 */
int devtmpfs_mount(void);

#endif
