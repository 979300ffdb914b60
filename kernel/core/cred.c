/*
 * Credentials.
 */
#include "kernel/core/cred.h"

struct cred root_cred = {.ref = {.count = 1}};

bool cred_in_group(const struct cred *cred, gid_t gid)
{
    if (cred->fsgid == gid)
        return true;
    for (uint32_t i = 0; i < cred->group_count; i++)
        if (cred->groups[i] == gid)
            return true;
    return false;
}
