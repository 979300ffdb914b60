/*
 * Terminals and sessions: controlling terminals, foreground and background (POSIX "The Controlling
 * Terminal", ioctl_tty(2), credentials(7)).
 *
 * A terminal controls at most one session and a session has at most one terminal; only the terminal
 * remembers the tie. What is remembered are struct pids, whose numbers are not given out again.
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

/* The terminal of a session. Under process_tree_lock. */
static struct tty *tty_of_session(const struct pid *session)
{
    struct tty *tty;

    for (uint32_t i = 0; (tty = tty_at(i)) != NULL; i++)
        if (tty->session == session)
            return tty;
    return NULL;
}

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
}

/* Ends the tie; the foreground group that there was, 0 if none. Under process_tree_lock. */
static pid_t tty_untie(struct tty *tty)
{
    pid_t foreground = tty->foreground != NULL ? tty->foreground->number : 0;

    pid_put(tty->session);
    pid_put(tty->foreground);
    tty->session = NULL;
    tty->foreground = NULL;
    return foreground;
}

struct tty *tty_controlling(void)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct tty *tty = tty_of_session(current_process()->session);

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
    if (process_leads_session(process) && tty->session == NULL &&
        tty_of_session(process->session) == NULL)
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

    if (tty->session == process->session && tty->foreground != process->group)
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

/* A session's leader has ended: the foreground is told that the line is cut. */
static void tty_session_end(pid_t session)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    pid_t foreground = 0;
    struct tty *tty;

    for (uint32_t i = 0; (tty = tty_at(i)) != NULL; i++)
        if (tty->session != NULL && tty->session->number == session)
            foreground = tty_untie(tty);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (foreground == 0)
        return;
    signal_send_group(foreground, SIGHUP);
    signal_send_group(foreground, SIGCONT);
}

/* TIOCSCTTY. `steal` 1: from another session, if that is permitted. */
static long tty_set_controlling(struct file *file, struct tty *tty, unsigned long steal)
{
    struct process *process = current_process();
    bool is_privileged = cred_is_privileged(current->cred);
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct tty *old = tty_of_session(process->session);
    int err = -EPERM;

    if (!process_leads_session(process))
        goto unlock;
    if (old != NULL) {
        err = old == tty ? 0 : -EPERM;
        goto unlock;
    }
    if (tty->session != NULL && !(steal == 1 && is_privileged))
        goto unlock;
    if (!(file->mode & FMODE_READ) && !is_privileged)
        goto unlock;
    if (tty->session != NULL)
        tty_untie(tty);
    tty_tie(tty);
    err = 0;
unlock:
    spin_unlock_irqrestore(&process_tree_lock, flags);
    return err;
}

/* TIOCNOTTY, by the session's leader. For a single process of many the tie can't be undone. */
static long tty_give_up(struct tty *tty)
{
    struct process *process = current_process();
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    bool is_controlling = tty->session == process->session;
    bool is_leader = process_leads_session(process);

    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (!is_controlling)
        return -ENOTTY;
    if (!is_leader)
        return -EPERM;
    tty_session_end(process->pid->number);
    return 0;
}

/* TIOCGPGRP, TIOCGSID: only of one's own controlling terminal. */
static long tty_get_job(struct tty *tty, bool wants_session, unsigned long argument)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    bool is_controlling = tty->session == current_process()->session;
    pid_t number = 0;

    if (is_controlling)
        number = wants_session ? tty->session->number : tty->foreground->number;
    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (!is_controlling)
        return -ENOTTY;
    return put_user(number, (pid_t __user *)argument);
}

/* Makes `group` the foreground, if it is one of the session's. Under process_tree_lock. */
static int tty_change_foreground(struct tty *tty, struct pid *group)
{
    struct pid *session = current_process()->session;
    struct process *member;

    if (tty->session != session)
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

long tty_job_ioctl(struct file *file, unsigned request, unsigned long argument)
{
    struct tty *tty = tty_of(file);

    switch (request) {
    case TIOCSCTTY:
        return tty_set_controlling(file, tty, argument);
    case TIOCNOTTY:
        return tty_give_up(tty);
    case TIOCGPGRP:
    case TIOCGSID:
        return tty_get_job(tty, request == TIOCGSID, argument);
    case TIOCSPGRP:
        return tty_set_foreground(tty, argument);
    default:
        return -ENOTTY;
    }
}

static void tty_tell(const struct pid *session, dev_t *terminal, pid_t *foreground)
{
    const struct tty *tty = tty_of_session(session);

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
