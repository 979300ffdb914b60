/*
 * Dispositions (sigaction(2)): what a process does about each signal. See struct sighand in
 * signal.h: shared by threads and by CLONE_SIGHAND, copied by fork, replaced by exec.
 */
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/signal_internal.h"

static SLAB_CACHE(sighand_cache, struct sighand);

struct sighand *sighand_create(void)
{
    struct sighand *sighand = slab_alloc(&sighand_cache);

    if (sighand == NULL)
        return NULL;
    refcount_init(&sighand->ref);
    spin_lock_init(&sighand->lock, RANK_LEAF);
    return sighand;
}

struct sighand *sighand_clone(struct sighand *old)
{
    struct sighand *sighand = sighand_create();
    unsigned long flags;

    if (sighand == NULL)
        return NULL;
    flags = spin_lock_irqsave(&old->lock);
    memcpy(sighand->actions, old->actions, sizeof(sighand->actions));
    spin_unlock_irqrestore(&old->lock, flags);
    return sighand;
}

void sighand_inherit_ignored(struct sighand *sighand, struct sighand *old)
{
    unsigned long flags = spin_lock_irqsave(&old->lock);

    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        if (old->actions[i].handler == SIG_IGN)
            sighand->actions[i].handler = SIG_IGN;
    spin_unlock_irqrestore(&old->lock, flags);
}

struct sighand *sighand_get(struct sighand *sighand)
{
    refcount_get(&sighand->ref);
    return sighand;
}

void sighand_put(struct sighand *sighand)
{
    if (refcount_put(&sighand->ref))
        slab_free(&sighand_cache, sighand);
}

struct kernel_sigaction sighand_action(struct sighand *sighand, int signal)
{
    unsigned long flags = spin_lock_irqsave(&sighand->lock);
    struct kernel_sigaction action = sighand->actions[signal - 1];

    spin_unlock_irqrestore(&sighand->lock, flags);
    return action;
}

struct kernel_sigaction task_action(struct task *task, int signal)
{
    unsigned long flags = spin_lock_irqsave(&task->process->lock);
    struct kernel_sigaction action = sighand_action(task->sighand, signal);

    spin_unlock_irqrestore(&task->process->lock, flags);
    return action;
}

struct kernel_sigaction sighand_replace(struct sighand *sighand, int signal,
                                        const struct kernel_sigaction *action)
{
    unsigned long flags = spin_lock_irqsave(&sighand->lock);
    struct kernel_sigaction old = sighand->actions[signal - 1];

    sighand->actions[signal - 1] = *action;
    spin_unlock_irqrestore(&sighand->lock, flags);
    return old;
}

struct kernel_sigaction sighand_action_once(struct sighand *sighand, int signal)
{
    unsigned long flags = spin_lock_irqsave(&sighand->lock);
    struct kernel_sigaction *action = &sighand->actions[signal - 1];
    struct kernel_sigaction taken = *action;

    if (taken.handler != SIG_DFL && taken.handler != SIG_IGN && (taken.flags & SA_RESETHAND))
        action->handler = SIG_DFL;
    spin_unlock_irqrestore(&sighand->lock, flags);
    return taken;
}
