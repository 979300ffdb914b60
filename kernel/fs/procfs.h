/*
 * Inside procfs: the directory that is mounted on /proc (proc_tasks.c).
 */
#ifndef LIMEN_FS_PROCFS_H
#define LIMEN_FS_PROCFS_H

#include "kernel/vfs/pseudo.h"

extern const struct pseudo_entry proc_root;

#endif
