/*
 * getpwnam, getpwuid, getpwent: a user's line in /etc/passwd; setpwent and endpwent begin anew. All
 * answer in the same place.
 */
#include <pwd.h>
#include <stdlib.h>

#include "libc/misc/database.h"
#include "libc/misc/user.h"

static struct database users = {.path = USER_PATH, .field_count = USER_FIELDS};
static struct passwd answer;

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

static struct passwd *answer_make(bool found)
{
    if (!found)
        return NULL;
    __user_fill(&answer, users.fields);
    return &answer;
}

struct passwd *getpwnam(const char *name)
{
    return answer_make(__database_find(&users, USER_NAME, name));
}

struct passwd *getpwuid(uid_t uid)
{
    return answer_make(__database_find(&users, USER_UID, __number_key(uid).text));
}

struct passwd *getpwent(void)
{
    return answer_make(__database_next(&users));
}

void setpwent(void)
{
    __database_rewind(&users);
}

void endpwent(void)
{
    __database_close(&users);
}
