/*
 * getpwnam, getpwuid, getpwent: a user's line in /etc/passwd; setpwent and endpwent begin anew. All
 * answer in the same place.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "libc/misc/database.h"
#include "libc/misc/user.h"

static struct record record;
static struct passwd answer;
static FILE *file; /* that getpwent reads */

void __user_fill(struct passwd *user, char *const fields[USER_FIELDS])
{
    user->pw_name = fields[USER_NAME];
    user->pw_passwd = fields[USER_PASSWORD];
    user->pw_uid = (uid_t)strtoul(fields[USER_UID], NULL, 10);
    user->pw_gid = (gid_t)strtoul(fields[USER_GID], NULL, 10);
    user->pw_gecos = fields[USER_GECOS];
    user->pw_dir = fields[USER_DIRECTORY];
    user->pw_shell = fields[USER_SHELL];
}

static struct passwd *find(int key_field, const char *key)
{
    if (!__record_find(USER_PATH, key_field, key, USER_FIELDS, &record))
        return NULL;
    __user_fill(&answer, record.fields);
    return &answer;
}

struct passwd *getpwnam(const char *name)
{
    return find(USER_NAME, name);
}

struct passwd *getpwuid(uid_t uid)
{
    char key[16];

    snprintf(key, sizeof(key), "%u", uid);
    return find(USER_UID, key);
}

struct passwd *getpwent(void)
{
    if (!file)
        file = fopen(USER_PATH, "re");
    if (!file || !__record_next(file, USER_FIELDS, &record))
        return NULL;
    __user_fill(&answer, record.fields);
    return &answer;
}

void setpwent(void)
{
    if (file)
        rewind(file);
}

void endpwent(void)
{
    if (file)
        fclose(file);
    file = NULL;
}
