/*
 * Terminals and sessions: controlling terminals, foreground and background (POSIX "The Controlling
 * Terminal", ioctl_tty(2), credentials(7)).
 *
 * A terminal controls at most one session, and remembers it and its foreground group as struct
 * pids, whose numbers are not given out again. A process remembers its terminal (struct
 * process.terminal), which a child inherits and which one member of a session can give up; it is
 * that of its session or NULL, and needs no reference: a terminal that goes is untied first.
 * All of it is under process_tree_lock; signals are sent after that is released.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/ioctl.h"
#include "kernel/abi/signal.h"
#include "kernel/abi/types.h"
#include "kernel/core/init.h"
#include "kernel/drivers/tty.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/cred.h"
#include "kernel/proc/task.h"

/* Under process_tree_lock. */
static bool process_leads_session(const struct process *process)
{
    return process->session == process->pid;
}

/* Ties the terminal to the running process's session. Under process_tree_lock. */
static void tty_tie(struct tty *tty)
{
    struct process *process = current_process();

    tty->session = pid_get(process->session);
    tty->foreground = pid_get(process->group);
    process->terminal = tty;
    pid_put(process->former_foreground);
    process->former_foreground = NULL;
}

/* Ends the tie, if there is one. The foreground group that there was, with its reference, or NULL.
 * Under process_tree_lock. */
static struct pid *tty_untie(struct tty *tty)
{
    struct pid *foreground = tty->foreground;
    struct process *process;

    if (tty->session == NULL)
        return NULL;
    list_for_each_entry (process, &tty->session->session, session_node)
        if (process->terminal == tty)
            process->terminal = NULL;
    pid_put(tty->session);
    tty->session = NULL;
    tty->foreground = NULL;
    return foreground;
}

struct tty *tty_controlling(void)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct tty *tty = current_process()->terminal;

    if (tty != NULL)
        tty_get(tty);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    return tty;
}

void tty_adopt(struct tty *tty)
{
    struct process *process;
    unsigned long flags;

    if (!thread_is_task(current))
        return;
    process = current_process();
    flags = spin_lock_irqsave(&process_tree_lock);
    if (process_leads_session(process) && tty->session == NULL && process->terminal == NULL &&
        !atomic_load(&tty->is_cut_off))
        tty_tie(tty);
    spin_unlock_irqrestore(&process_tree_lock, flags);
}

void tty_signal_foreground(struct tty *tty, int signal)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct pid *foreground = tty->foreground != NULL ? pid_get(tty->foreground) : NULL;

    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (foreground == NULL)
        return;
    signal_send_group(foreground->number, signal);
    pid_put(foreground);
}

/* The running process's group, if this terminal controls it from the background; else 0. */
static pid_t tty_background_group(struct tty *tty)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct process *process = current_process();
    pid_t group = 0;

    if (process->terminal == tty && tty->foreground != process->group)
        group = process->group->number;
    spin_unlock_irqrestore(&process_tree_lock, flags);
    return group;
}

int tty_check_foreground(struct tty *tty, int signal)
{
    pid_t group = tty_background_group(tty);

    if (group == 0)
        return 0;
    if (signal_is_blocked_or_ignored(signal))
        return signal == SIGTTIN ? -EIO : 0;
    if (process_group_is_orphaned())
        return -EIO;
    signal_send_group(group, signal);
    return -ERESTARTSYS;
}

/* Tells a group that the line is cut; takes over the reference. NULL: nobody. */
static void group_hang_up(struct pid *group, bool continues)
{
    if (group == NULL)
        return;
    signal_send_group(group->number, SIGHUP);
    if (continues)
        signal_send_group(group->number, SIGCONT);
    pid_put(group);
}

void tty_forget_session(struct tty *tty)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);

    pid_put(tty_untie(tty));
    spin_unlock_irqrestore(&process_tree_lock, flags);
}

/* The leader of the session whose terminal is hung up, told so; with it remains whom to tell when
 * it ends (POSIX, exit: "consequences of process termination"). Under process_tree_lock. */
static void leader_hang_up(struct tty *tty)
{
    struct task *task = tty->session->task;
    struct process *leader = task != NULL ? task->process : NULL;

    if (leader == NULL || leader->terminal != tty)
        return;
    pid_put(leader->former_foreground);
    leader->former_foreground = pid_get(tty->foreground);
    signal_send_process(leader, SIGHUP, NULL);
    signal_send_process(leader, SIGCONT, NULL);
}

void tty_cut(struct tty *tty, bool session_ends)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct pid *foreground;

    atomic_add(&tty->hangups, 1);
    if (tty->session != NULL)
        leader_hang_up(tty);
    foreground = tty_untie(tty);
    if (!session_ends) {
        pid_put(foreground);
        foreground = NULL;
    }
    spin_unlock_irqrestore(&process_tree_lock, flags);
    group_hang_up(foreground, false);
}

/*
 * A session's leader ends. A pseudo-terminal stays usable, for its master decides when the line is
 * cut; others are hung up. Whose terminal was hung up before had a foreground group then.
 */
static void tty_session_end(struct process *leader)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct tty *tty = leader->terminal;
    struct pid *foreground = NULL, *former = leader->former_foreground;

    leader->former_foreground = NULL;
    if (tty != NULL) {
        tty_get(tty);
        if (tty->is_pty)
            foreground = tty_untie(tty);
    }
    spin_unlock_irqrestore(&process_tree_lock, flags);
    group_hang_up(foreground, false);
    group_hang_up(former, true);
    if (tty == NULL)
        return;
    if (!tty->is_pty)
        tty_hang_up(tty, true);
    tty_put(tty);
}

void tty_hang_up_own(void)
{
    struct tty *tty = tty_controlling();

    if (tty == NULL)
        return;
    tty_hang_up(tty, false);
    tty_put(tty);
}

/* TIOCSCTTY. `steal` 1: from another session, if that is permitted. */
static long tty_set_controlling(struct file *file, struct tty *tty, unsigned long steal)
{
    struct process *process = current_process();
    bool is_privileged = cred_is_privileged(current->cred);
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    int err = -EPERM;

    if (!process_leads_session(process))
        goto unlock;
    if (process->terminal != NULL) {
        err = process->terminal == tty ? 0 : -EPERM;
        goto unlock;
    }
    if (atomic_load(&tty->is_cut_off)) {
        err = -EIO;
        goto unlock;
    }
    if (tty->session != NULL && !(steal == 1 && is_privileged))
        goto unlock;
    if (!(file->mode & FMODE_READ) && !is_privileged)
        goto unlock;
    pid_put(tty_untie(tty));
    tty_tie(tty);
    err = 0;
unlock:
    spin_unlock_irqrestore(&process_tree_lock, flags);
    return err;
}

/* TIOCNOTTY: the running process gives its terminal up; if it leads the session, for all of it. */
static long tty_give_up(struct tty *tty)
{
    struct process *process = current_process();
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    bool is_controlling = process->terminal == tty;
    struct pid *foreground = NULL;

    if (is_controlling && process_leads_session(process))
        foreground = tty_untie(tty);
    else if (is_controlling)
        process->terminal = NULL;
    spin_unlock_irqrestore(&process_tree_lock, flags);
    group_hang_up(foreground, true);
    return is_controlling ? 0 : -ENOTTY;
}

/* TIOCGPGRP, TIOCGSID: only of one's own controlling terminal, or (any) by its master. */
static long tty_get_job(struct tty *tty, bool any, bool wants_session, unsigned long argument)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    bool may = any || current_process()->terminal == tty;
    const struct pid *pid = wants_session ? tty->session : tty->foreground;
    pid_t number = pid != NULL ? pid->number : 0;

    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (!may || (wants_session && number == 0))
        return -ENOTTY;
    return put_user(number, (pid_t __user *)argument);
}

/* Makes `group` the foreground, if it is one of the session's. Under process_tree_lock. */
static int tty_change_foreground(struct tty *tty, struct pid *group)
{
    struct pid *session = current_process()->session;
    struct process *member;

    if (current_process()->terminal != tty)
        return -ENOTTY;
    if (group == NULL)
        return -ESRCH;
    member = list_first_entry(&group->group, struct process, group_node);
    if (member == NULL)
        return -ESRCH;
    if (member->session != session)
        return -EPERM;
    pid_put(tty->foreground);
    tty->foreground = pid_get(group);
    return 0;
}

/* TIOCSPGRP. */
static long tty_set_foreground(struct tty *tty, unsigned long argument)
{
    int err = tty_check_foreground(tty, SIGTTOU);
    unsigned long flags;
    struct pid *group;
    pid_t number;

    if (err != 0)
        return err == -EIO ? -ENOTTY : err;
    if (get_user(number, (pid_t __user *)argument) != 0)
        return -EFAULT;
    if (number < 0)
        return -EINVAL;
    group = pid_find(number);
    flags = spin_lock_irqsave(&process_tree_lock);
    err = tty_change_foreground(tty, group);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    pid_put(group);
    return err;
}

long tty_job_ioctl(struct file *file, struct tty *tty, bool by_master, unsigned request,
                   unsigned long argument)
{
    switch (request) {
    case TIOCSCTTY:
        return tty_set_controlling(file, tty, argument);
    case TIOCNOTTY:
        return by_master ? -ENOTTY : tty_give_up(tty);
    case TIOCGPGRP:
    case TIOCGSID:
        return tty_get_job(tty, by_master, request == TIOCGSID, argument);
    case TIOCSPGRP:
        return tty_set_foreground(tty, argument);
    default:
        return -ENOTTY;
    }
}

static void tty_tell(const struct process *process, dev_t *terminal, pid_t *foreground)
{
    const struct tty *tty = process->terminal;

    if (tty == NULL)
        return;
    *terminal = tty->number;
    *foreground = tty->foreground->number;
}

static void tty_job_init(void)
{
    process_terminal_hook = tty_tell;
    process_session_end_hook = tty_session_end;
}
INIT_CALL(1, tty_job_init);
