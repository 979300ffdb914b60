/* getpwnam_r, getpwuid_r: a user's line in /etc/passwd, in the caller's memory. */
#include <pwd.h>

#include "libc/misc/database.h"
#include "libc/misc/user.h"

/* 0, and NULL in *result, where there is no such user. */
static int find(int key_field, const char *key, struct passwd *user, char *buf, size_t size,
                struct passwd **result)
{
    struct database users = {.path = USER_PATH, .field_count = USER_FIELDS};
    int error = __database_take(&users, key_field, key, &buf, &size);

    *result = NULL;
    if (error != 0 || !users.fields[USER_NAME])
        return error;
    __user_fill(user, users.fields);
    *result = user;
    return 0;
}

int getpwnam_r(const char *name, struct passwd *user, char *buf, size_t size,
               struct passwd **result)
{
    return find(USER_NAME, name, user, buf, size, result);
}

int getpwuid_r(uid_t uid, struct passwd *user, char *buf, size_t size, struct passwd **result)
{
    return find(USER_UID, __number_key(uid).text, user, buf, size, result);
}
