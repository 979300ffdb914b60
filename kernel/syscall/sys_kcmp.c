/*
 * kcmp(2): whether two processes share a part of what they are made of.
 *
 * Parts are told apart by where they are in memory, and programs sort by that; so that they don't
 * learn where, it is disguised by numbers of this boot.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/kcmp.h"
#include "kernel/core/init.h"
#include "kernel/core/random.h"
#include "kernel/proc/process_look.h"
#include "kernel/proc/refuse.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/files.h"

static uint64_t disguise[2]; /* written at boot */

static int order_of(const void *one, const void *other)
{
    uint64_t a = ((uintptr_t)one ^ disguise[0]) * disguise[1];
    uint64_t b = ((uintptr_t)other ^ disguise[0]) * disguise[1];

    return (a > b) << 1 | (a < b);
}

/* Where a part of a task is, as of now; it may be another's when this returns. */
static const void *part_of(struct task *task, int type)
{
    unsigned long flags = spin_lock_irqsave(&task->process->lock);
    const void *parts[] = {
        [KCMP_VM] = task->thread.mm,
        [KCMP_FILES] = task->thread.files,
        [KCMP_FS] = task->thread.fs,
        [KCMP_SIGHAND] = task->sighand,
    };

    spin_unlock_irqrestore(&task->process->lock, flags);
    return parts[type];
}

/* With a reference; NULL: not open. */
static struct file *file_of(struct task *task, unsigned long fd)
{
    struct files *files = task_files_get(task);
    struct file *file = NULL;
    unsigned flags;

    if (files != NULL)
        file = files_get_file(files, (unsigned)fd, &flags);
    files_put(files);
    return file;
}

static int files_compare(struct task *one, struct task *other, unsigned long fd1, unsigned long fd2)
{
    struct file *file1 = file_of(one, fd1), *file2 = file_of(other, fd2);
    int order = file1 != NULL && file2 != NULL ? order_of(file1, file2) : -EBADF;

    if (file1 != NULL)
        file_put(file1);
    if (file2 != NULL)
        file_put(file2);
    return order;
}

static long compare(struct task *one, struct task *other, int type, unsigned long index1,
                    unsigned long index2)
{
    if (!task_may_look_by_call(one) || !task_may_look_by_call(other))
        return -EPERM;
    switch (type) {
    case KCMP_FILE:
        return files_compare(one, other, index1, index2);
    case KCMP_VM:
    case KCMP_FILES:
    case KCMP_FS:
    case KCMP_SIGHAND:
        return order_of(part_of(one, type), part_of(other, type));
    case KCMP_IO: /* nobody has a context of disk transfers */
        return 0;
    case KCMP_SYSVSEM:
        return -EOPNOTSUPP;
    case KCMP_EPOLL_TFD:
        log_refusal("kcmp of type %d", type);
        return -EINVAL;
    default:
        return -EINVAL;
    }
}

/* Compares parts of two processes: 0 if they are one, 1 or 2 for an order of those that aren't. */
long sys_kcmp(pid_t pid1, pid_t pid2, int type, unsigned long index1, unsigned long index2)
{
    struct task *one = task_find(pid1), *other = task_find(pid2);
    long result = one != NULL && other != NULL ? compare(one, other, type, index1, index2) : -ESRCH;

    task_put(one);
    task_put(other);
    return result;
}

static void disguise_choose(void)
{
    random_bytes(disguise, sizeof(disguise));
    disguise[1] |= 1; /* odd: no two places become one */
}
INIT_CALL(2, disguise_choose);
