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

enum id_kind {
    ID_USER,
    ID_GROUP
};

/* Users and groups change by the same rules. */
struct ids {
    unsigned real, effective, saved, fs;
};

static struct ids ids_get(enum id_kind kind)
{
    const struct cred *cred = current->cred;

    if (kind == ID_USER)
        return (struct ids){cred->uid, cred->euid, cred->suid, cred->fsuid};
    return (struct ids){cred->gid, cred->egid, cred->sgid, cred->fsgid};
}

static int ids_put(enum id_kind kind, const struct ids *ids)
{
    struct cred *cred = cred_prepare();

    if (cred == NULL)
        return -ENOMEM;
    if (kind == ID_USER) {
        cred->uid = ids->real;
        cred->euid = ids->effective;
        cred->suid = ids->saved;
        cred->fsuid = ids->fs;
    } else {
        cred->gid = ids->real;
        cred->egid = ids->effective;
        cred->sgid = ids->saved;
        cred->fsgid = ids->fs;
    }
    return cred_commit(cred);
}

static int ids_set(enum id_kind kind, unsigned id)
{
    struct ids ids = ids_get(kind);

    if (id == ID_KEEP)
        return -EINVAL;
    if (cred_is_privileged(current->cred))
        ids.real = ids.saved = id;
    else if (id != ids.real && id != ids.saved)
        return -EPERM;
    ids.effective = ids.fs = id;
    return ids_put(kind, &ids);
}

/* Changes the effective user; if privileged, also the real and the saved one. */
long sys_setuid(uid_t uid)
{
    return ids_set(ID_USER, uid);
}

/* Changes the effective group; if privileged, also the real and the saved one. */
long sys_setgid(gid_t gid)
{
    return ids_set(ID_GROUP, gid);
}

/* Changes *id, if anything is wanted, to one of three that the thread has; to any if privileged. */
static bool id_change(unsigned *id, unsigned wanted, unsigned a, unsigned b, unsigned c)
{
    if (wanted == ID_KEEP)
        return true;
    *id = wanted;
    return cred_is_privileged(current->cred) || wanted == a || wanted == b || wanted == c;
}

static int ids_set_two(enum id_kind kind, unsigned real, unsigned effective)
{
    const struct ids old = ids_get(kind);
    struct ids ids = old;

    if (!id_change(&ids.real, real, old.real, old.effective, old.effective) ||
        !id_change(&ids.effective, effective, old.real, old.effective, old.saved))
        return -EPERM;
    if (real != ID_KEEP || (effective != ID_KEEP && effective != old.real))
        ids.saved = ids.effective;
    ids.fs = ids.effective;
    return ids_put(kind, &ids);
}

/* Sets the real and effective user; -1 leaves one as it is. The saved one follows the effective one
 * when the process may have become another user's. */
long sys_setreuid(uid_t uid, uid_t euid)
{
    return ids_set_two(ID_USER, uid, euid);
}

/* The same for the groups. */
long sys_setregid(gid_t gid, gid_t egid)
{
    return ids_set_two(ID_GROUP, gid, egid);
}

static int ids_set_three(enum id_kind kind, unsigned real, unsigned effective, unsigned saved)
{
    const struct ids old = ids_get(kind);
    struct ids ids = old;

    if (!id_change(&ids.real, real, old.real, old.effective, old.saved) ||
        !id_change(&ids.effective, effective, old.real, old.effective, old.saved) ||
        !id_change(&ids.saved, saved, old.real, old.effective, old.saved))
        return -EPERM;
    /* As on Linux what changes nothing leaves the id for files alone too. */
    if (ids.real == old.real && ids.effective == old.effective && ids.saved == old.saved &&
        (effective == ID_KEEP || effective == old.fs))
        return 0;
    ids.fs = ids.effective;
    return ids_put(kind, &ids);
}

/* Sets the real, effective and saved user; -1 leaves one as it is. */
long sys_setresuid(uid_t uid, uid_t euid, uid_t suid)
{
    return ids_set_three(ID_USER, uid, euid, suid);
}

/* Sets the real, effective and saved group; -1 leaves one as it is. */
long sys_setresgid(gid_t gid, gid_t egid, gid_t sgid)
{
    return ids_set_three(ID_GROUP, gid, egid, sgid);
}

static unsigned ids_set_fs(enum id_kind kind, unsigned fs)
{
    const struct ids old = ids_get(kind);
    struct ids ids = old;

    if (fs != old.fs && id_change(&ids.fs, fs, old.real, old.effective, old.saved))
        (void)ids_put(kind, &ids);
    return old.fs;
}

/* Sets the user that counts for files, if it is one that the thread has or it is privileged; there
 * is no error: tells the one before in any case. */
long sys_setfsuid(uid_t uid)
{
    return ids_set_fs(ID_USER, uid);
}

/* The same for the group that counts for files. */
long sys_setfsgid(gid_t gid)
{
    return ids_set_fs(ID_GROUP, gid);
}

static int ids_tell(enum id_kind kind, unsigned __user *real, unsigned __user *effective,
                    unsigned __user *saved)
{
    const struct ids ids = ids_get(kind);

    if (put_user(ids.real, real) != 0 || put_user(ids.effective, effective) != 0 ||
        put_user(ids.saved, saved) != 0)
        return -EFAULT;
    return 0;
}

/* Tells the real, effective and saved user. */
long sys_getresuid(uid_t __user *uid, uid_t __user *euid, uid_t __user *suid)
{
    return ids_tell(ID_USER, uid, euid, suid);
}

/* Tells the real, effective and saved group. */
long sys_getresgid(gid_t __user *gid, gid_t __user *egid, gid_t __user *sgid)
{
    return ids_tell(ID_GROUP, gid, egid, sgid);
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
