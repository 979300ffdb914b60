/*
 * Credentials (credentials(7)): who a thread is. A cred is shared by reference and never changed
 * once it is in place: who wants others makes a copy, changes it and puts it in.
 */
#ifndef LIMEN_CORE_CRED_H
#define LIMEN_CORE_CRED_H

#include "kernel/core/atomic.h"
#include "kernel/lib/types.h"

#define NGROUPS_SMALL 32 /* supplementary groups that a cred holds; setgroups refuses more */

struct cred {
    struct refcount ref;
    uid_t uid, euid, suid, fsuid;
    gid_t gid, egid, sgid, fsgid;
    uint32_t group_count;
    gid_t groups[NGROUPS_SMALL];
};

extern struct cred root_cred; /* all zero; of the kernel's threads and of the first process */

/* True if gid is the file-system group or one of the supplementary groups. */
bool cred_in_group(const struct cred *cred, gid_t gid);

/* True for who may do what capabilities(7) reserve to root: effective user 0. */
static inline bool cred_is_privileged(const struct cred *cred)
{
    return cred->euid == 0;
}

#endif
