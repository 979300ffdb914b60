/* Users, as /etc/passwd names them. */
#ifndef LIMEN_LIBC_PWD_H
#define LIMEN_LIBC_PWD_H

#include <stddef.h>
#include <sys/types.h>

struct passwd {
    char *pw_name;
    char *pw_passwd;
    uid_t pw_uid;
    gid_t pw_gid;
    char *pw_gecos;
    char *pw_dir;
    char *pw_shell;
};

struct passwd *getpwnam(const char *name);
struct passwd *getpwuid(uid_t uid);
int getpwnam_r(const char *name, struct passwd *user, char *buf, size_t size,
               struct passwd **result);
int getpwuid_r(uid_t uid, struct passwd *user, char *buf, size_t size, struct passwd **result);

/* One after the other. */
struct passwd *getpwent(void);
void setpwent(void);
void endpwent(void);

#endif
