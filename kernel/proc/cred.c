/*
 * Changing credentials. See cred.h.
 */
#include "kernel/proc/cred.h"

#include "kernel/abi/errno.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/task.h"
#include "kernel/proc/user.h"

static SLAB_CACHE(cred_cache, struct cred);

/* Creds are constant but for their count. */
static struct refcount *cred_ref(const struct cred *cred)
{
    return (struct refcount *)(uintptr_t)&cred->ref;
}

const struct cred *cred_get(const struct cred *cred)
{
    refcount_get(cred_ref(cred));
    return cred;
}

void cred_put(const struct cred *cred)
{
    if (cred != NULL && refcount_put(cred_ref(cred)))
        slab_free(&cred_cache, (void *)(uintptr_t)cred);
}

uid_t task_uid(struct task *task)
{
    unsigned long flags = spin_lock_irqsave(&task->process->lock);
    uid_t uid = task->thread.cred->uid;

    spin_unlock_irqrestore(&task->process->lock, flags);
    return uid;
}

struct cred *cred_prepare(void)
{
    struct cred *cred = slab_alloc(&cred_cache);

    if (cred == NULL)
        return NULL;
    *cred = *current->cred;
    refcount_init(&cred->ref);
    return cred;
}

void cred_drop(struct cred *cred)
{
    cred_put(cred);
}

/* Moves the task from its user's account to another's. Under the signal lock. */
static void task_charge_user(struct task *task, struct user *user)
{
    /* setuid(2) doesn't fail for that, which programs forgot to check; the next execve does. */
    task->over_task_limit =
        user->uid != 0 && atomic_load(&user->task_count) > process_limit(RLIMIT_NPROC);
    atomic_sub(&task->user->task_count, 1);
    atomic_add(&user->task_count, 1);
    task->user = user;
}

static bool cred_rights_differ(const struct cred *a, const struct cred *b)
{
    return a->euid != b->euid || a->egid != b->egid || a->fsuid != b->fsuid || a->fsgid != b->fsgid;
}

int cred_commit(struct cred *cred)
{
    struct task *task = current_task();
    const struct cred *old = task->thread.cred;
    bool rights_differ = cred_rights_differ(old, cred);
    struct user *old_user = task->user, *user = NULL;
    unsigned long flags;

    if (cred->uid != old->uid) {
        user = user_find(cred->uid);
        if (user == NULL) {
            cred_drop(cred);
            return -EAGAIN;
        }
    }
    if (rights_differ)
        atomic_store(&task->parent_death_signal, 0);

    flags = spin_lock_irqsave(&task->process->lock);
    task->thread.cred = cred;
    if (rights_differ)
        task->process->is_dumpable = false;
    if (user != NULL)
        task_charge_user(task, user);
    spin_unlock_irqrestore(&task->process->lock, flags);
    if (user != NULL)
        user_put(old_user);
    cred_put(old);
    return 0;
}
