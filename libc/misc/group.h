/* A line of /etc/group. */
#ifndef LIMEN_LIBC_MISC_GROUP_H
#define LIMEN_LIBC_MISC_GROUP_H

#include <grp.h>
#include <stddef.h>

enum {
    GROUP_NAME,
    GROUP_PASSWORD,
    GROUP_GID,
    GROUP_MEMBERS,
    GROUP_FIELDS,
};

#define GROUP_PATH "/etc/group"

/* How many pointers __group_fill needs for the members, and one more for the NULL behind them. */
size_t __group_pointers(const char *members);
void __group_fill(struct group *group, char *const fields[GROUP_FIELDS], char **members);

#endif
