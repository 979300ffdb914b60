/* getgrnam, getgrgid: a group's line in /etc/group. Both answer in the same place. */
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libc/misc/database.h"

enum {
    FIELD_NAME,
    FIELD_PASSWORD,
    FIELD_GID,
    FIELD_MEMBERS,
    FIELDS,
};

/* Names between commas, cut apart. */
static char **members_split(char *text)
{
    static char **members;
    size_t count = 0;
    char **larger;

    for (char *name = strtok_r(text, ",", &text);; name = strtok_r(NULL, ",", &text)) {
        larger = realloc(members, (count + 1) * sizeof(*members));
        if (!larger)
            return NULL;
        members = larger;
        members[count++] = name;
        if (!name)
            return members;
    }
}

static struct group *find(int key_field, const char *key)
{
    static struct group group;
    static char *line;
    static size_t size;
    char *fields[DATABASE_FIELDS];

    if (!__database_find("/etc/group", key_field, key, FIELDS, &line, &size, fields))
        return NULL;
    group.gr_name = fields[FIELD_NAME];
    group.gr_passwd = fields[FIELD_PASSWORD];
    group.gr_gid = (gid_t)strtoul(fields[FIELD_GID], NULL, 10);
    group.gr_mem = members_split(fields[FIELD_MEMBERS]);
    return group.gr_mem ? &group : NULL;
}

struct group *getgrnam(const char *name)
{
    return find(FIELD_NAME, name);
}

struct group *getgrgid(gid_t gid)
{
    char key[16];

    snprintf(key, sizeof(key), "%u", gid);
    return find(FIELD_GID, key);
}
