/* getpwnam, getpwuid: a user's line in /etc/passwd. Both answer in the same place. */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "libc/misc/database.h"

enum {
    FIELD_NAME,
    FIELD_PASSWORD,
    FIELD_UID,
    FIELD_GID,
    FIELD_GECOS,
    FIELD_DIRECTORY,
    FIELD_SHELL,
    FIELDS,
};

static struct passwd *find(int key_field, const char *key)
{
    static struct passwd user;
    static char *line;
    static size_t size;
    char *fields[DATABASE_FIELDS];

    if (!__database_find("/etc/passwd", key_field, key, FIELDS, &line, &size, fields))
        return NULL;
    user.pw_name = fields[FIELD_NAME];
    user.pw_passwd = fields[FIELD_PASSWORD];
    user.pw_uid = (uid_t)strtoul(fields[FIELD_UID], NULL, 10);
    user.pw_gid = (gid_t)strtoul(fields[FIELD_GID], NULL, 10);
    user.pw_gecos = fields[FIELD_GECOS];
    user.pw_dir = fields[FIELD_DIRECTORY];
    user.pw_shell = fields[FIELD_SHELL];
    return &user;
}

struct passwd *getpwnam(const char *name)
{
    return find(FIELD_NAME, name);
}

struct passwd *getpwuid(uid_t uid)
{
    char key[16];

    snprintf(key, sizeof(key), "%u", uid);
    return find(FIELD_UID, key);
}
