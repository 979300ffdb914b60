/*
 * The options of tmpfs (tmpfs(5)): mount(2)'s data, as text and as numbers. Pure functions.
 */
#ifndef LIMEN_FS_TMPFS_OPTIONS_H
#define LIMEN_FS_TMPFS_OPTIONS_H

#include "kernel/lib/types.h"

struct text;

#define TMPFS_UNLIMITED UINT64_MAX

#define TMPFS_HAS_SIZE 1u
#define TMPFS_HAS_INODES 2u

struct tmpfs_options {
    unsigned given;      /* TMPFS_HAS_* */
    uint64_t pages_max;  /* size=, nr_blocks= */
    uint64_t inodes_max; /* nr_inodes= */
    mode_t mode;         /* of the root */
    uid_t uid;
    gid_t gid;
};

/* Changes those of *options that the text names, "size=1m,mode=700" and so on; `ram_pages` is what
 * a size in percent is of. 0, -EINVAL. */
int tmpfs_options_parse(const char *text, uint64_t ram_pages, struct tmpfs_options *options);

#endif
