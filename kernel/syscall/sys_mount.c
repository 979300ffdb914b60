/*
 * Calls that change the tree of mounts: mount(2), umount2(2), pivot_root(2). Who may is checked
 * here; the work is in kernel/vfs/mount_change.c.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/refuse.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/mount.h"

/* mount(2)'s arguments, copied. */
struct mount_request {
    char *source, *type; /* NULL: none */
    char *options;       /* a page, "" if there are none */
    unsigned long flags;
};

/* What Linux takes too, and what changes nothing here: POSIX locks are never mandatory, and an
 * error is in no log. */
#define FLAGS_WITHOUT_EFFECT (MS_MANDLOCK | MS_POSIXACL | MS_I_VERSION | MS_KERNMOUNT)

/* A string that may be left out; one that doesn't end is -EINVAL here. */
static int string_get(const char __user *user, char **out)
{
    int err = user ? path_name_get(user, out) : 0;

    return err == -ENAMETOOLONG ? -EINVAL : err;
}

/* A page of options, or what of it is readable: programs don't say how much there is. */
static int options_get(const char __user *user, char **out)
{
    size_t size = 0;

    *out = kzalloc(PAGE_SIZE);
    if (!*out)
        return -ENOMEM;
    if (user)
        size = copy_from_user_some(*out, user, PAGE_SIZE - 1);
    return user && size == 0 ? -EFAULT : 0;
}

static int request_get(struct mount_request *request, const char __user *source,
                       const char __user *type, const void __user *data)
{
    int err = string_get(type, &request->type);

    if (err == 0)
        err = string_get(source, &request->source);
    if (err == 0)
        err = options_get(data, &request->options);
    return err;
}

static void request_put(struct mount_request *request)
{
    kfree(request->source);
    kfree(request->type);
    kfree(request->options);
}

/* MS_BIND and MS_MOVE: from what the source names. */
static int do_bind_or_move(const struct mount_request *request, const struct path *where)
{
    struct path from;
    int err;

    if (!request->source || *request->source == '\0')
        return -EINVAL;
    err = path_lookup(AT_FDCWD, request->source, LOOKUP_FOLLOW, &from);
    if (err)
        return err;
    if (request->flags & MS_BIND)
        err = mount_bind(&from, where, (request->flags & MS_REC) != 0);
    else
        err = mount_move(&from, where);
    path_put(&from);
    return err;
}

/* Who learns of mounts made below. All mounts here are private: who follows nobody becomes nothing
 * else by MS_SLAVE. */
static int do_propagation(const struct mount_request *request, const struct path *where)
{
    bool recursive = (request->flags & MS_REC) != 0;

    switch (request->flags & ~(MS_REC | MS_SILENT)) {
    case MS_PRIVATE:
    case MS_SLAVE:
        return mount_set_unbindable(where, false, recursive);
    case MS_UNBINDABLE:
        return mount_set_unbindable(where, true, recursive);
    case MS_SHARED:
        log_refusal("%s", "mount with MS_SHARED");
        return -EINVAL;
    default:
        return -EINVAL;
    }
}

static int do_new(const struct mount_request *request, const struct path *where)
{
    if (!request->type)
        return -EINVAL;
    return mount_new(request->type, request->source ? request->source : "none", request->options,
                     request->flags, where);
}

static int do_mount(struct mount_request *request, const struct path *where)
{
    unsigned long flags = request->flags;

    if ((flags & MS_MGC_MSK) == MS_MGC_VAL)
        flags &= ~MS_MGC_MSK;
    if (!cred_is_privileged(current->cred))
        return -EPERM;
    if (flags & MS_NOUSER)
        return -EINVAL;
    request->flags = flags &= ~FLAGS_WITHOUT_EFFECT;
    if ((flags & (MS_REMOUNT | MS_BIND)) == (MS_REMOUNT | MS_BIND))
        return mount_reflag(where, flags);
    if (flags & MS_REMOUNT)
        return mount_remount(where, flags, request->options);
    if (flags & MS_BIND)
        return do_bind_or_move(request, where);
    if (flags & (MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE))
        return do_propagation(request, where);
    if (flags & MS_MOVE)
        return do_bind_or_move(request, where);
    return do_new(request, where);
}

/* Mounts a file system on a folder; or shows a folder in a second place (MS_BIND), moves a mount
 * (MS_MOVE), changes one (MS_REMOUNT). */
long sys_mount(const char __user *source, const char __user *target, const char __user *type,
               unsigned long flags, const void __user *data)
{
    struct mount_request request = {.flags = flags};
    struct path where;
    int err = request_get(&request, source, type, data);

    if (err == 0) {
        err = path_lookup_user(AT_FDCWD, target, LOOKUP_FOLLOW, &where);
        if (err == 0) {
            err = do_mount(&request, &where);
            path_put(&where);
        }
    }
    request_put(&request);
    return err;
}

/* Takes away what is mounted on a folder. MNT_DETACH: also while it is used, which goes on. */
long sys_umount2(const char __user *target, int flags)
{
    struct path path;
    int err;

    if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW))
        return -EINVAL;
    err = path_lookup_user(AT_FDCWD, target, flags & UMOUNT_NOFOLLOW ? 0 : LOOKUP_FOLLOW, &path);
    if (err)
        return err;
    if (!cred_is_privileged(current->cred))
        err = -EPERM;
    else if ((flags & MNT_EXPIRE) && (flags & (MNT_FORCE | MNT_DETACH)))
        err = -EINVAL;
    if (err == 0)
        return mount_unmount(&path, (unsigned)flags);
    path_put(&path);
    return err;
}

/* Makes the mount at new_root the root of all who have this thread's, which goes to put_old. */
long sys_pivot_root(const char __user *new_root, const char __user *put_old)
{
    struct path fresh, old;
    int err;

    if (!cred_is_privileged(current->cred))
        return -EPERM;
    err = path_lookup_user(AT_FDCWD, new_root, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &fresh);
    if (err)
        return err;
    err = path_lookup_user(AT_FDCWD, put_old, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &old);
    if (err == 0) {
        err = mount_pivot(&fresh, &old);
        path_put(&old);
    }
    path_put(&fresh);
    return err;
}
