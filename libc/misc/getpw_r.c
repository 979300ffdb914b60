/* getpwnam_r, getpwuid_r: a user's line in /etc/passwd, in the caller's memory. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "libc/misc/database.h"
#include "libc/misc/user.h"

/* 0, and NULL in *result, where there is no such user. */
static int find(int key_field, const char *key, struct passwd *user, char *buf, size_t size,
                struct passwd **result)
{
    struct record record = {0};
    int old_error = errno, error;

    *result = NULL;
    errno = 0;
    if (__record_find(USER_PATH, key_field, key, USER_FIELDS, &record)) {
        if (__record_move(&record, USER_FIELDS, &buf, &size)) {
            __user_fill(user, record.fields);
            *result = user;
        } else {
            errno = ERANGE;
        }
    }
    error = errno;
    free(record.text);
    errno = old_error;
    return error;
}

int getpwnam_r(const char *name, struct passwd *user, char *buf, size_t size,
               struct passwd **result)
{
    return find(USER_NAME, name, user, buf, size, result);
}

int getpwuid_r(uid_t uid, struct passwd *user, char *buf, size_t size, struct passwd **result)
{
    char key[16];

    snprintf(key, sizeof(key), "%u", uid);
    return find(USER_UID, key, user, buf, size, result);
}
