/*
 * tmpfs, for file systems that are made of it (devtmpfs.c).
 */
#ifndef LIMEN_FS_TMPFS_H
#define LIMEN_FS_TMPFS_H

struct fs_type;
struct superblock;

#define TMPFS_MAGIC 0x01021994

/* A new instance, as fs_type.create. */
int tmpfs_instance(const struct fs_type *type, const char *text, struct superblock **out);

#endif
