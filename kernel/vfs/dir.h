/*
 * Reading directories: what file_ops.readdir gives its entries to.
 */
#ifndef LIMEN_VFS_DIR_H
#define LIMEN_VFS_DIR_H

#include "kernel/lib/types.h"

struct file;

struct dir_emitter {
    /* Takes one entry: name (not NUL-terminated), inode number, type (DT_*), and the position at
     * which the one after it begins. False: it did not fit, stop and leave file->pos at this one.
     */
    bool (*emit)(struct dir_emitter *emitter, const char *name, size_t length, ino_t inode,
                 unsigned type, loff_t next);
};

/* Emits `.` at position 0 and `..` at 1, if file->pos is there. False: stop. */
bool dir_emit_dots(struct file *file, struct dir_emitter *emitter);

/* For file_ops.seek of directories: positions mean something to readdir only. */
loff_t dir_seek(struct file *file, loff_t offset, int whence);

/* The operations of directories that are kept in the dentry tree. */
extern const struct file_ops dir_tree_ops;

/* Reads a directory from its position on. 0, -ENOTDIR, -ENOENT (it was removed), or readdir's
 * error. */
int file_readdir(struct file *file, struct dir_emitter *emitter);

#endif
