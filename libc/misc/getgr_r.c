/* getgrnam_r, getgrgid_r: a group's line in /etc/group, in the caller's memory. */
#include <errno.h>
#include <grp.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "libc/misc/database.h"
#include "libc/misc/group.h"

/* Behind the line in the buffer come the pointers to the members. */
static int group_put(struct group *group, struct record *record, char *buf, size_t size)
{
    size_t pointers, padding;

    if (!__record_move(record, GROUP_FIELDS, &buf, &size))
        return ERANGE;
    pointers = __group_pointers(record->fields[GROUP_MEMBERS]);
    padding = -(uintptr_t)buf % alignof(char *);
    if (padding > size || pointers > (size - padding) / sizeof(char *))
        return ERANGE;
    __group_fill(group, record->fields, (char **)(void *)(buf + padding));
    return 0;
}

/* 0, and NULL in *result, where there is no such group. */
static int find(int key_field, const char *key, struct group *group, char *buf, size_t size,
                struct group **result)
{
    struct record record = {0};
    int old_error = errno, error;

    *result = NULL;
    errno = 0;
    if (__record_find(GROUP_PATH, key_field, key, GROUP_FIELDS, &record)) {
        error = group_put(group, &record, buf, size);
        if (!error)
            *result = group;
    } else {
        error = errno;
    }
    free(record.text);
    errno = old_error;
    return error;
}

int getgrnam_r(const char *name, struct group *group, char *buf, size_t size, struct group **result)
{
    return find(GROUP_NAME, name, group, buf, size, result);
}

int getgrgid_r(gid_t gid, struct group *group, char *buf, size_t size, struct group **result)
{
    char key[16];

    snprintf(key, sizeof(key), "%u", gid);
    return find(GROUP_GID, key, group, buf, size, result);
}
