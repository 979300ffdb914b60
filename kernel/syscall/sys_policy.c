/*
 * System calls on scheduling policies (sched(7)): sched_setscheduler(2), sched_setparam(2),
 * sched_setattr(2), their kin that ask, and sched_rr_get_interval(2). Who may do what is
 * kernel/proc/schedule.c's, what it means kernel/sched/policy.c's.
 */
#include "arch/api/memory.h"
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/refuse.h"
#include "kernel/proc/schedule.h"
#include "kernel/proc/timespec.h"

/* The task that a call is about, with a reference; NULL: none. */
static struct task *task_asked_for(pid_t pid)
{
    return task_find(pid != 0 ? pid : current->tid);
}

/* What a call asks for; what it leaves open stays as it is. */
struct policy_request {
    int policy; /* KEEP: the one it has */
    unsigned priority;
    int nice;
    bool keeps_nice, keeps_params, resets_on_fork;
};
#define KEEP (-1)

static int policy_request(struct task *task, const struct policy_request *request)
{
    struct thread_policy old, policy;

    thread_get_policy(&task->thread, &old);
    policy = old;
    if (request->policy != KEEP) {
        if (request->policy == SCHED_DEADLINE)
            log_refusal("scheduling policy %d", request->policy);
        if (request->policy > SCHED_DEADLINE)
            return -EINVAL;
        policy.policy = (uint8_t)request->policy;
        policy.resets_on_fork = request->resets_on_fork;
    }
    if (request->keeps_params) { /* on Linux the policy is one of them */
        policy.policy = old.policy;
        return task_set_policy(task, &policy);
    }
    if (request->priority > REAL_TIME_PRIORITY_MAX)
        return -EINVAL;
    policy.priority = (uint8_t)request->priority;
    if (!request->keeps_nice && policy.priority == 0)
        policy.nice = request->nice;
    return task_set_policy(task, &policy);
}

/* sched_setscheduler and sched_setparam. */
static long policy_set(pid_t pid, const struct sched_param __user *param,
                       struct policy_request *request)
{
    struct sched_param copy;
    struct task *task;
    long err;

    if (param == NULL || pid < 0)
        return -EINVAL;
    if (copy_from_user(&copy, param, sizeof(copy)) != 0)
        return -EFAULT;
    task = task_asked_for(pid);
    if (task == NULL)
        return -ESRCH;
    request->priority = (unsigned)copy.sched_priority;
    request->keeps_nice = true;
    err = policy_request(task, request);
    task_put(task);
    return err;
}

/* Sets the scheduling policy of a thread, and its priority within that: 1 to 99 of SCHED_FIFO and
 * SCHED_RR, 0 of the others. */
long sys_sched_setscheduler(pid_t pid, int policy, const struct sched_param __user *param)
{
    struct policy_request request = {
        .policy = policy & ~SCHED_RESET_ON_FORK,
        .resets_on_fork = (policy & SCHED_RESET_ON_FORK) != 0,
    };

    if (policy < 0)
        return -EINVAL;
    return policy_set(pid, param, &request);
}

/* Sets the priority within a thread's policy. */
long sys_sched_setparam(pid_t pid, const struct sched_param __user *param)
{
    struct policy_request request = {.policy = KEEP};

    return policy_set(pid, param, &request);
}

static int policy_ask(pid_t pid, struct thread_policy *policy)
{
    struct task *task = pid >= 0 ? task_asked_for(pid) : NULL;

    if (task == NULL)
        return pid < 0 ? -EINVAL : -ESRCH;
    thread_get_policy(&task->thread, policy);
    task_put(task);
    return 0;
}

/* Tells the scheduling policy of a thread. */
long sys_sched_getscheduler(pid_t pid)
{
    struct thread_policy policy;
    int err = policy_ask(pid, &policy);

    return err != 0 ? err : policy.policy | (policy.resets_on_fork ? SCHED_RESET_ON_FORK : 0);
}

/* Tells the priority within a thread's policy. */
long sys_sched_getparam(pid_t pid, struct sched_param __user *param)
{
    struct thread_policy policy;
    struct sched_param copy;
    int err;

    if (param == NULL)
        return -EINVAL;
    err = policy_ask(pid, &policy);
    if (err != 0)
        return err;
    copy = (struct sched_param){policy.priority};
    return copy_to_user(param, &copy, sizeof(copy)) != 0 ? -EFAULT : 0;
}

/* The structure grew and may grow again. Smaller than the first is none; of a larger one the rest
 * must be zero: -E2BIG, and the size that is known. */
static int attr_get(struct sched_attr __user *user, struct sched_attr *attr)
{
    unsigned int size;
    int err;

    memset(attr, 0, sizeof(*attr));
    if (get_user(size, &user->size) != 0)
        return -EFAULT;
    if (size == 0)
        size = SCHED_ATTR_SIZE_VER0;
    err = size < SCHED_ATTR_SIZE_VER0 || size > PAGE_SIZE
              ? -E2BIG
              : copy_struct_from_user(attr, sizeof(*attr), user, size);
    if (err == -E2BIG)
        (void)!put_user((unsigned int)sizeof(*attr), &user->size);
    if (err == 0 && (attr->sched_flags & SCHED_FLAG_UTIL_CLAMP) && size < sizeof(*attr))
        err = -EINVAL;
    return err;
}

/* Sets policy, priority, nice value and flags of a thread at once. */
long sys_sched_setattr(pid_t pid, struct sched_attr __user *attr, unsigned int flags)
{
    struct policy_request request;
    struct sched_attr copy;
    struct task *task;
    long err;

    if (attr == NULL || pid < 0 || flags != 0)
        return -EINVAL;
    err = attr_get(attr, &copy);
    if (err != 0)
        return err;
    if ((int)copy.sched_policy < 0)
        return -EINVAL;
    task = task_asked_for(pid);
    if (task == NULL)
        return -ESRCH;
    request = (struct policy_request){
        .policy = copy.sched_flags & SCHED_FLAG_KEEP_POLICY ? KEEP : (int)copy.sched_policy,
        .priority = copy.sched_priority,
        .nice = min(max(copy.sched_nice, NICE_MIN), NICE_MAX),
        .keeps_params = (copy.sched_flags & SCHED_FLAG_KEEP_PARAMS) != 0,
        .resets_on_fork = (copy.sched_flags & SCHED_FLAG_RESET_ON_FORK) != 0,
    };
    if (copy.sched_flags & ~(unsigned long)SCHED_FLAG_ALL)
        err = -EINVAL;
    else if (copy.sched_flags & SCHED_FLAG_UTIL_CLAMP)
        err = -EOPNOTSUPP;
    else
        err = policy_request(task, &request);
    task_put(task);
    return err;
}

/* Tells policy, priority or nice value, and flags of a thread. */
long sys_sched_getattr(pid_t pid, struct sched_attr __user *attr, unsigned int size,
                       unsigned int flags)
{
    struct thread_policy policy;
    struct sched_attr copy;
    int err;

    if (attr == NULL || size < SCHED_ATTR_SIZE_VER0 || size > PAGE_SIZE || flags != 0)
        return -EINVAL;
    err = policy_ask(pid, &policy);
    if (err != 0)
        return err;
    copy = (struct sched_attr){
        .size = min_t(unsigned int, size, sizeof(copy)),
        .sched_policy = policy.policy,
        .sched_flags = policy.resets_on_fork ? SCHED_FLAG_RESET_ON_FORK : 0,
        .sched_nice = policy.priority == 0 ? policy.nice : 0,
        .sched_priority = policy.priority,
    };
    return copy_to_user(attr, &copy, copy.size) != 0 ? -EFAULT : 0;
}

/* The highest priority that a policy has. */
long sys_sched_get_priority_max(int policy)
{
    switch (policy) {
    case SCHED_FIFO:
    case SCHED_RR:
        return REAL_TIME_PRIORITY_MAX;
    case SCHED_OTHER:
    case SCHED_BATCH:
    case SCHED_IDLE:
    case SCHED_DEADLINE:
        return 0;
    default:
        return -EINVAL;
    }
}

/* The lowest priority that a policy has. */
long sys_sched_get_priority_min(int policy)
{
    long most = sys_sched_get_priority_max(policy);

    return most > 0 ? 1 : most;
}

/* How long a thread runs while others like it wait; SCHED_FIFO: as long as it wants, which is 0. */
long sys_sched_rr_get_interval(pid_t pid, struct timespec __user *interval)
{
    struct thread_policy policy;
    int err = policy_ask(pid, &policy);

    if (err != 0)
        return err;
    if (policy.policy == SCHED_FIFO)
        return timespec_put(0, interval);
    return timespec_put(policy.policy == SCHED_RR ? REAL_TIME_TURN_NS : NSEC_PER_SEC / TICK_HZ,
                        interval);
}
