/* A line of /etc/passwd. */
#ifndef LIMEN_LIBC_MISC_USER_H
#define LIMEN_LIBC_MISC_USER_H

#include <pwd.h>

enum {
    USER_NAME,
    USER_PASSWORD,
    USER_UID,
    USER_GID,
    USER_GECOS,
    USER_DIRECTORY,
    USER_SHELL,
    USER_FIELDS,
};

#define USER_PATH "/etc/passwd"

void __user_fill(struct passwd *user, char *const fields[USER_FIELDS]);

#endif
