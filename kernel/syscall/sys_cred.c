/*
 * System calls on credentials: getuid(2), setuid(2), setresuid(2), setgroups(2) and their kin
 * (credentials(7)). They change the calling thread; making all threads of a process agree is libc's
 * business, as on Linux.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/limits.h"
#include "kernel/lib/string.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/cred.h"
#include "kernel/proc/refuse.h"

#define ID_KEEP UINT32_MAX /* -1: leave this one as it is */

/* The real user. */
long sys_getuid(void)
{
    return current->cred->uid;
}

/* The effective user, who counts where rights are checked. */
long sys_geteuid(void)
{
    return current->cred->euid;
}

/* The real group. */
long sys_getgid(void)
{
    return current->cred->gid;
}

/* The effective group, which counts where rights are checked. */
long sys_getegid(void)
{
    return current->cred->egid;
}

/* Changes the effective user; if privileged, also the real and the saved one. */
long sys_setuid(uid_t uid)
{
    const struct cred *old = current->cred;
    struct cred *cred;

    if (uid == ID_KEEP)
        return -EINVAL;
    if (!cred_is_privileged(old) && uid != old->uid && uid != old->suid)
        return -EPERM;
    cred = cred_prepare();
    if (cred == NULL)
        return -ENOMEM;
    if (cred_is_privileged(old))
        cred->uid = cred->suid = uid;
    cred->euid = cred->fsuid = uid;
    return cred_commit(cred);
}

/* Changes the effective group; if privileged, also the real and the saved one. */
long sys_setgid(gid_t gid)
{
    const struct cred *old = current->cred;
    struct cred *cred;

    if (gid == ID_KEEP)
        return -EINVAL;
    if (!cred_is_privileged(old) && gid != old->gid && gid != old->sgid)
        return -EPERM;
    cred = cred_prepare();
    if (cred == NULL)
        return -ENOMEM;
    if (cred_is_privileged(old))
        cred->gid = cred->sgid = gid;
    cred->egid = cred->fsgid = gid;
    return cred_commit(cred);
}

/* May the thread take this id, having these three? */
static bool id_is_allowed(unsigned id, unsigned real, unsigned effective, unsigned saved)
{
    return id == ID_KEEP || cred_is_privileged(current->cred) || id == real || id == effective ||
           id == saved;
}

static void id_change(unsigned *id, unsigned wanted)
{
    if (wanted != ID_KEEP)
        *id = wanted;
}

/* Sets the real and effective user; -1 leaves one as it is. The saved one follows the effective one
 * when the process may have become another user's. */
long sys_setreuid(uid_t uid, uid_t euid)
{
    const struct cred *old = current->cred;
    struct cred *cred;

    if (!id_is_allowed(uid, old->uid, old->euid, old->euid) ||
        !id_is_allowed(euid, old->uid, old->euid, old->suid))
        return -EPERM;
    cred = cred_prepare();
    if (cred == NULL)
        return -ENOMEM;
    id_change(&cred->uid, uid);
    id_change(&cred->euid, euid);
    if (uid != ID_KEEP || (euid != ID_KEEP && euid != old->uid))
        cred->suid = cred->euid;
    cred->fsuid = cred->euid;
    return cred_commit(cred);
}

/* The same for the groups. */
long sys_setregid(gid_t gid, gid_t egid)
{
    const struct cred *old = current->cred;
    struct cred *cred;

    if (!id_is_allowed(gid, old->gid, old->egid, old->egid) ||
        !id_is_allowed(egid, old->gid, old->egid, old->sgid))
        return -EPERM;
    cred = cred_prepare();
    if (cred == NULL)
        return -ENOMEM;
    id_change(&cred->gid, gid);
    id_change(&cred->egid, egid);
    if (gid != ID_KEEP || (egid != ID_KEEP && egid != old->gid))
        cred->sgid = cred->egid;
    cred->fsgid = cred->egid;
    return cred_commit(cred);
}

/* Sets the real, effective and saved user; -1 leaves one as it is. */
long sys_setresuid(uid_t uid, uid_t euid, uid_t suid)
{
    const struct cred *old = current->cred;
    struct cred *cred;

    if (!id_is_allowed(uid, old->uid, old->euid, old->suid) ||
        !id_is_allowed(euid, old->uid, old->euid, old->suid) ||
        !id_is_allowed(suid, old->uid, old->euid, old->suid))
        return -EPERM;
    cred = cred_prepare();
    if (cred == NULL)
        return -ENOMEM;
    id_change(&cred->uid, uid);
    id_change(&cred->euid, euid);
    id_change(&cred->suid, suid);
    cred->fsuid = cred->euid;
    return cred_commit(cred);
}

/* Sets the real, effective and saved group; -1 leaves one as it is. */
long sys_setresgid(gid_t gid, gid_t egid, gid_t sgid)
{
    const struct cred *old = current->cred;
    struct cred *cred;

    if (!id_is_allowed(gid, old->gid, old->egid, old->sgid) ||
        !id_is_allowed(egid, old->gid, old->egid, old->sgid) ||
        !id_is_allowed(sgid, old->gid, old->egid, old->sgid))
        return -EPERM;
    cred = cred_prepare();
    if (cred == NULL)
        return -ENOMEM;
    id_change(&cred->gid, gid);
    id_change(&cred->egid, egid);
    id_change(&cred->sgid, sgid);
    cred->fsgid = cred->egid;
    return cred_commit(cred);
}

/* Sets the user that counts for files, if it is one that the thread has or it is privileged; there
 * is no error: tells the one before in any case. */
long sys_setfsuid(uid_t uid)
{
    const struct cred *old = current->cred;
    uid_t before = old->fsuid;
    struct cred *cred;

    if (uid == before || uid == ID_KEEP || !id_is_allowed(uid, old->uid, old->euid, old->suid))
        return before;
    cred = cred_prepare();
    if (cred != NULL) {
        cred->fsuid = uid;
        (void)cred_commit(cred);
    }
    return before;
}

/* The same for the group that counts for files. */
long sys_setfsgid(gid_t gid)
{
    const struct cred *old = current->cred;
    gid_t before = old->fsgid;
    struct cred *cred;

    if (gid == before || gid == ID_KEEP || !id_is_allowed(gid, old->gid, old->egid, old->sgid))
        return before;
    cred = cred_prepare();
    if (cred != NULL) {
        cred->fsgid = gid;
        (void)cred_commit(cred);
    }
    return before;
}

/* Tells the real, effective and saved user. */
long sys_getresuid(uid_t __user *uid, uid_t __user *euid, uid_t __user *suid)
{
    const struct cred *cred = current->cred;

    if (put_user(cred->uid, uid) != 0 || put_user(cred->euid, euid) != 0 ||
        put_user(cred->suid, suid) != 0)
        return -EFAULT;
    return 0;
}

/* Tells the real, effective and saved group. */
long sys_getresgid(gid_t __user *gid, gid_t __user *egid, gid_t __user *sgid)
{
    const struct cred *cred = current->cred;

    if (put_user(cred->gid, gid) != 0 || put_user(cred->egid, egid) != 0 ||
        put_user(cred->sgid, sgid) != 0)
        return -EFAULT;
    return 0;
}

/* The supplementary groups: how many. A `size` of 0 only asks that. */
long sys_getgroups(int size, gid_t __user *groups)
{
    const struct cred *cred = current->cred;

    if (size < 0 || (size != 0 && (uint32_t)size < cred->group_count))
        return -EINVAL;
    if (size != 0 && copy_to_user(groups, cred->groups, cred->group_count * sizeof(gid_t)) != 0)
        return -EFAULT;
    return cred->group_count;
}

static void groups_sort(gid_t *groups, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        gid_t group = groups[i];
        size_t at = i;

        for (; at > 0 && groups[at - 1] > group; at--)
            groups[at] = groups[at - 1];
        groups[at] = group;
    }
}

/* Sets the supplementary groups; 32 at most. They are kept in order, as getgroups then tells. */
long sys_setgroups(int size, const gid_t __user *groups)
{
    struct cred *cred;

    if (!cred_is_privileged(current->cred))
        return -EPERM;
    if ((unsigned)size > NGROUPS_MAX)
        return -EINVAL;
    if (size > NGROUPS_SMALL) {
        log_refusal("%d supplementary groups", size);
        return -EINVAL;
    }
    cred = cred_prepare();
    if (cred == NULL)
        return -ENOMEM;
    memset(cred->groups, 0, sizeof(cred->groups));
    if (copy_from_user(cred->groups, groups, (size_t)size * sizeof(gid_t)) != 0) {
        cred_drop(cred);
        return -EFAULT;
    }
    cred->group_count = (uint32_t)size;
    groups_sort(cred->groups, cred->group_count);
    return cred_commit(cred);
}
