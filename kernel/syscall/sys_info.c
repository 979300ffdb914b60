/*
 * System calls that tell about, and limit, the machine and its use: uname(2), sethostname(2),
 * setdomainname(2), sysinfo(2), getrlimit(2), getrusage(2), getrandom(2) and their kin.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/random.h"
#include "kernel/abi/sysinfo.h"
#include "kernel/core/random.h"
#include "kernel/core/version.h"
#include "kernel/lib/string.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/page.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/task.h"
#include "kernel/proc/usage.h"
#include "kernel/sched/load.h"
#include "kernel/vfs/files.h"

/* The names of the system. */
long sys_uname(struct utsname __user *name)
{
    struct utsname copy;

    system_name_get(&copy);
    return copy_to_user(name, &copy, sizeof(copy));
}

/* Copies a new name in and sets it. */
static long name_change(const char __user *name, int length, void (*set)(const char *, size_t))
{
    char text[SYSTEM_NAME_MAX];

    if (!cred_is_privileged(current->cred))
        return -EPERM;
    if (length < 0 || length > SYSTEM_NAME_MAX)
        return -EINVAL;
    if (copy_from_user(text, name, (size_t)length) != 0)
        return -EFAULT;
    set(text, (size_t)length);
    return 0;
}

/* Gives the host a name. */
long sys_sethostname(const char __user *name, int length)
{
    return name_change(name, length, system_host_name_set);
}

/* Gives the domain (NIS) a name. */
long sys_setdomainname(const char __user *name, int length)
{
    return name_change(name, length, system_domain_name_set);
}

/* Tells time since boot, load averages, memory, and how many tasks. There is no swap. */
long sys_sysinfo(struct sysinfo __user *info)
{
    struct sysinfo copy;
    uint32_t loads[ARRAY_SIZE(copy.loads)];

    memset(&copy, 0, sizeof(copy)); /* also what lies between the fields */
    copy.uptime = (long)DIV_ROUND_UP(clock_monotonic_ns(), NSEC_PER_SEC);
    load_averages(loads);
    for (size_t i = 0; i < ARRAY_SIZE(loads); i++)
        copy.loads[i] = (unsigned long)loads[i] << (SI_LOAD_SHIFT - LOAD_SHIFT);
    copy.totalram = page_total_count() * PAGE_SIZE;
    copy.freeram = page_free_count() * PAGE_SIZE;
    copy.procs = (unsigned short)task_count();
    copy.mem_unit = 1;
    return copy_to_user(info, &copy, sizeof(copy));
}

/* May the running thread see and change another process's limits? Its ids must all be ours. */
static bool limits_are_ours(struct process *process)
{
    const struct cred *own = current->cred, *other;
    bool is_ours = false;
    unsigned long flags;

    if (process == current_process() || cred_is_privileged(own))
        return true;
    flags = spin_lock_irqsave(&process->lock);
    if (process->leader != NULL) {
        other = process->leader->thread.cred;
        is_ours = own->uid == other->euid && own->uid == other->suid && own->uid == other->uid &&
                  own->gid == other->egid && own->gid == other->sgid && own->gid == other->gid;
    }
    spin_unlock_irqrestore(&process->lock, flags);
    return is_ours;
}

/* Under the signal lock. */
static int limit_change(struct process *process, unsigned resource, const struct rlimit *wanted)
{
    struct rlimit *limit = &process->limits[resource];

    if (wanted->rlim_max > limit->rlim_max && !cred_is_privileged(current->cred))
        return -EPERM;
    *limit = *wanted;
    return 0;
}

/* Reads and changes a limit in one step; either pointer may be NULL. */
static long limit_exchange(struct process *process, unsigned resource, const struct rlimit *wanted,
                           struct rlimit *old)
{
    unsigned long flags;
    long err = 0;

    if (resource >= RLIM_NLIMITS)
        return -EINVAL;
    if (wanted != NULL && wanted->rlim_cur > wanted->rlim_max)
        return -EINVAL;
    if (wanted != NULL && resource == RLIMIT_NOFILE &&
        wanted->rlim_max > atomic_load(&files_limit_max))
        return -EPERM;
    flags = spin_lock_irqsave(&process->lock);
    if (old != NULL)
        *old = process->limits[resource];
    if (wanted != NULL)
        err = limit_change(process, resource, wanted);
    spin_unlock_irqrestore(&process->lock, flags);
    return err;
}

/* The same for the process of any thread. */
static long limit_exchange_of(pid_t pid, unsigned resource, const struct rlimit *wanted,
                              struct rlimit *old)
{
    struct task *task = task_find(pid != 0 ? pid : current->tid);
    long err = -EPERM;

    if (task == NULL)
        return -ESRCH;
    if (limits_are_ours(task->process))
        err = limit_exchange(task->process, resource, wanted, old);
    task_put(task);
    return err;
}

/* Tells a process's old limit and sets a new one, in one step; either may be NULL. */
long sys_prlimit64(pid_t pid, unsigned int resource, const struct rlimit __user *new_limit,
                   struct rlimit __user *old_limit)
{
    struct rlimit wanted, old;
    long err;

    if (new_limit != NULL && copy_from_user(&wanted, new_limit, sizeof(wanted)) != 0)
        return -EFAULT;
    err = limit_exchange_of(pid, resource, new_limit != NULL ? &wanted : NULL, &old);
    if (err == 0 && old_limit != NULL && copy_to_user(old_limit, &old, sizeof(old)) != 0)
        return -EFAULT;
    return err;
}

/* As prlimit64: tells a limit of this process. */
long sys_getrlimit(unsigned int resource, struct rlimit __user *limit)
{
    struct rlimit old;
    long err = limit_exchange(current_process(), resource, NULL, &old);

    return err != 0 ? err : copy_to_user(limit, &old, sizeof(old));
}

/* As prlimit64: sets a limit of this process. */
long sys_setrlimit(unsigned int resource, const struct rlimit __user *limit)
{
    struct rlimit wanted;

    if (copy_from_user(&wanted, limit, sizeof(wanted)) != 0)
        return -EFAULT;
    return limit_exchange(current_process(), resource, &wanted, NULL);
}

/* Its own, but for the peak of memory, which is the process's. */
static void usage_of_this_thread(struct process_usage *usage)
{
    struct process_usage all;

    process_usage_total(current_process(), &all);
    process_usage_of_thread(current, usage);
    usage->peak_pages = all.peak_pages;
}

/* Tells CPU times, memory and switches of the process, its children or the thread. */
long sys_getrusage(int who, struct rusage __user *usage)
{
    struct process_usage use;
    struct rusage copy;

    if (who == RUSAGE_SELF)
        process_usage_total(current_process(), &use);
    else if (who == RUSAGE_CHILDREN)
        process_usage_children(current_process(), &use);
    else if (who == RUSAGE_THREAD)
        usage_of_this_thread(&use);
    else
        return -EINVAL;
    usage_to_rusage(&use, &copy);
    return copy_to_user(usage, &copy, sizeof(copy));
}

/* Fills with random bytes. The source is ready from boot on, so no flag makes a difference. A
 * signal ends a long request, but never before the first page (random(7)). */
long sys_getrandom(char __user *buf, size_t count, unsigned int flags)
{
    uint8_t bytes[256];
    struct iter iter;
    size_t done = 0, piece, copied;
    long err;

    if (flags & ~(unsigned)(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE))
        return -EINVAL;
    if ((flags & GRND_RANDOM) && (flags & GRND_INSECURE))
        return -EINVAL;
    err = iter_user(&iter, buf, count);
    if (err != 0)
        return err;
    while (iter_count(&iter) != 0) {
        piece = min(sizeof(bytes), iter_count(&iter));
        random_bytes(bytes, piece);
        copied = iter_copy_to(&iter, bytes, piece);
        done += copied;
        if (copied < piece)
            return done != 0 ? (long)done : -EFAULT;
        if (done % PAGE_SIZE == 0 && thread_interrupted())
            break;
    }
    return (long)done;
}
