/* Groups, as /etc/group names them. */
#ifndef LIMEN_LIBC_GRP_H
#define LIMEN_LIBC_GRP_H

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

#endif
