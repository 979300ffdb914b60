/* Groups, as /etc/group names them. */
#ifndef LIMEN_LIBC_GRP_H
#define LIMEN_LIBC_GRP_H

#include <stddef.h>
#include <sys/types.h>

struct group {
    char *gr_name;
    char *gr_passwd;
    gid_t gr_gid;
    char **gr_mem;
};

int setgroups(size_t size, const gid_t *groups);
struct group *getgrnam(const char *name);
struct group *getgrgid(gid_t gid);
int getgrnam_r(const char *name, struct group *group, char *buf, size_t size,
               struct group **result);
int getgrgid_r(gid_t gid, struct group *group, char *buf, size_t size, struct group **result);

/* One after the other. */
struct group *getgrent(void);
void setgrent(void);
void endgrent(void);

#endif
