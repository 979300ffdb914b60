/*
 * Looking into other tasks, for /proc (ptrace(2), "Ptrace access mode checking", for reading).
 *
 * Take what is to be looked at first, then ask task_may_look: execve changes rights before it
 * changes memory, so who may look then may look at what was taken.
 */
#include "kernel/proc/process_look.h"

#include "kernel/abi/errno.h"
#include "kernel/core/cred.h"
#include "kernel/mm/mm.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/fs.h"

static bool ids_are(const struct cred *cred, uid_t uid, gid_t gid)
{
    return cred->euid == uid && cred->suid == uid && cred->uid == uid && cred->egid == gid &&
           cred->sgid == gid && cred->gid == gid;
}

/* Linux asks the memory whether it is dumpable: who has none hides nothing. */
static bool may_look_with(struct task *task, uid_t uid, gid_t gid)
{
    unsigned long flags;
    bool is_allowed;

    if (task->process == current_process() || cred_is_privileged(current->cred))
        return true;
    flags = spin_lock_irqsave(&task->process->lock);
    is_allowed = ids_are(task->thread.cred, uid, gid) &&
                 (task->thread.mm == NULL || task->process->is_dumpable);
    spin_unlock_irqrestore(&task->process->lock, flags);
    return is_allowed;
}

bool task_may_look(struct task *task)
{
    return may_look_with(task, current->cred->fsuid, current->cred->fsgid);
}

bool task_may_look_by_call(struct task *task)
{
    return may_look_with(task, current->cred->uid, current->cred->gid);
}

int pseudo_look_permission(const struct pseudo_subject *of, struct inode *inode,
                           const struct cred *cred, unsigned access)
{
    return task_may_look(of->task) ? inode_permission_by_mode(inode, cred, access) : -EACCES;
}

struct mm *task_mm_get(struct task *task)
{
    unsigned long flags = spin_lock_irqsave(&task->process->lock);
    struct mm *mm = task->thread.mm;

    if (mm != NULL)
        mm_get(mm);
    spin_unlock_irqrestore(&task->process->lock, flags);
    return mm;
}

int task_mm_look(struct task *task, struct mm **out)
{
    struct mm *mm = task_mm_get(task);

    if (task_may_look(task)) {
        *out = mm;
        return 0;
    }
    if (mm != NULL)
        mm_put(mm);
    return -EACCES;
}

struct files *task_files_get(struct task *task)
{
    unsigned long flags = spin_lock_irqsave(&task->process->lock);
    struct files *files = task->thread.files;

    if (files != NULL)
        files_get(files);
    spin_unlock_irqrestore(&task->process->lock, flags);
    return files;
}

struct fs_context *task_fs_get(struct task *task)
{
    unsigned long flags = spin_lock_irqsave(&task->process->lock);
    struct fs_context *fs = task->thread.fs;

    if (fs != NULL)
        fs_context_get(fs);
    spin_unlock_irqrestore(&task->process->lock, flags);
    return fs;
}
