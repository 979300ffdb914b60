/* getgrnam_r, getgrgid_r: a group's line in /etc/group, in the caller's memory. */
#include <errno.h>
#include <grp.h>
#include <stdalign.h>
#include <stdint.h>

#include "libc/misc/database.h"
#include "libc/misc/group.h"

/* Behind the line in the buffer come the pointers to the members. 0, and NULL in *result, where
 * there is no such group. */
static int find(int key_field, const char *key, struct group *group, char *buf, size_t size,
                struct group **result)
{
    struct database groups = {.path = GROUP_PATH, .field_count = GROUP_FIELDS};
    int error = __database_take(&groups, key_field, key, &buf, &size);
    size_t pointers, padding;

    *result = NULL;
    if (error != 0 || !groups.fields[GROUP_NAME])
        return error;
    pointers = __group_pointers(groups.fields[GROUP_MEMBERS]);
    padding = -(uintptr_t)buf % alignof(char *);
    if (padding > size || pointers > (size - padding) / sizeof(char *))
        return ERANGE;
    __group_fill(group, groups.fields, (char **)(void *)(buf + padding));
    *result = group;
    return 0;
}

int getgrnam_r(const char *name, struct group *group, char *buf, size_t size, struct group **result)
{
    return find(GROUP_NAME, name, group, buf, size, result);
}

int getgrgid_r(gid_t gid, struct group *group, char *buf, size_t size, struct group **result)
{
    return find(GROUP_GID, __number_key(gid).text, group, buf, size, result);
}
