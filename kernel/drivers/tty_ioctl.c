/*
 * Requests on terminals (ioctl_tty(2)): modes, window size, queues. Those about sessions are in
 * tty_job.c. Requests that aren't here are refused with ENOTTY.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/ioctl.h"
#include "kernel/abi/signal.h"
#include "kernel/core/clock.h"
#include "kernel/drivers/tty.h"
#include "kernel/lib/string.h"
#include "kernel/mm/uaccess.h"

/* How often tty_drain looks whether a device has sent its last bytes. */
#define DRAIN_POLL_NS NSEC_PER_MSEC

int tty_drain(struct tty *tty)
{
    int err = wait_event(&tty->output_wait, ring_used(&tty->ldisc.output) == 0);

    for (unsigned i = 0; i < tty->device_count; i++) {
        struct tty_device *device = tty->devices[i];

        while (err == 0 && device->ops->is_idle != NULL && !device->ops->is_idle(device))
            err = thread_sleep_until(clock_monotonic_ns() + DRAIN_POLL_NS);
    }
    return err;
}

static long tty_get_termios(struct tty *tty, unsigned long argument)
{
    struct termios termios;

    mutex_lock(&tty->lock);
    termios = tty->ldisc.termios;
    mutex_unlock(&tty->lock);
    return copy_to_user((void __user *)argument, &termios, sizeof(termios));
}

/* TCSETS at once, TCSETSW after the output has left, TCSETSF as well without what was typed. */
static long tty_set_termios(struct tty *tty, unsigned request, unsigned long argument)
{
    struct termios termios;
    int err = tty_check_foreground(tty, SIGTTOU);

    if (err != 0)
        return err;
    err = copy_from_user(&termios, (const void __user *)argument, sizeof(termios));
    if (err == 0 && request != TCSETS)
        err = tty_drain(tty);
    if (err != 0)
        return err;
    mutex_lock(&tty->lock);
    if (request == TCSETSF)
        ldisc_flush_input(&tty->ldisc);
    ldisc_set_termios(&tty->ldisc, &termios);
    mutex_unlock(&tty->lock);
    ttyd_wake();
    return 0;
}

static long tty_get_size(struct tty *tty, unsigned long argument)
{
    struct winsize size;

    mutex_lock(&tty->lock);
    size = tty->size;
    mutex_unlock(&tty->lock);
    return copy_to_user((void __user *)argument, &size, sizeof(size));
}

static long tty_set_size(struct tty *tty, unsigned long argument)
{
    struct winsize size;
    bool changed;

    if (copy_from_user(&size, (const void __user *)argument, sizeof(size)) != 0)
        return -EFAULT;
    mutex_lock(&tty->lock);
    changed = memcmp(&tty->size, &size, sizeof(size)) != 0;
    tty->size = size;
    mutex_unlock(&tty->lock);
    if (changed)
        tty_signal_foreground(tty, SIGWINCH);
    return 0;
}

/* tcflush(3). */
static long tty_flush_queues(struct tty *tty, unsigned long which)
{
    int err = tty_check_foreground(tty, SIGTTOU);

    if (err != 0)
        return err;
    if (which != TCIFLUSH && which != TCOFLUSH && which != TCIOFLUSH)
        return -EINVAL;
    mutex_lock(&tty->lock);
    if (which != TCOFLUSH)
        ldisc_flush_input(&tty->ldisc);
    if (which != TCIFLUSH)
        ldisc_flush_output(&tty->ldisc);
    mutex_unlock(&tty->lock);
    ttyd_wake();
    return 0;
}

/* tcflow(3). */
static long tty_flow(struct tty *tty, unsigned long action)
{
    int err = tty_check_foreground(tty, SIGTTOU);

    if (err != 0)
        return err;
    mutex_lock(&tty->lock);
    switch (action) {
    case TCOOFF:
        ldisc_stop(&tty->ldisc);
        break;
    case TCOON:
        ldisc_start(&tty->ldisc);
        break;
    case TCIOFF:
        ldisc_send_special(&tty->ldisc, VSTOP);
        break;
    case TCION:
        ldisc_send_special(&tty->ldisc, VSTART);
        break;
    default:
        err = -EINVAL;
        break;
    }
    mutex_unlock(&tty->lock);
    ttyd_wake();
    return err;
}

/* tcdrain(3), which is TCSBRK with an argument; the break itself isn't implemented. */
static long tty_send_break(struct tty *tty, unsigned long argument)
{
    int err = tty_check_foreground(tty, SIGTTOU);

    if (err != 0)
        return err;
    return argument != 0 ? tty_drain(tty) : -ENOTTY;
}

static long tty_get_count(struct tty *tty, unsigned request, unsigned long argument)
{
    int count;

    mutex_lock(&tty->lock);
    if (request == FIONREAD)
        count = (int)ldisc_readable_bytes(&tty->ldisc);
    else
        count = (int)ring_used(&tty->ldisc.output);
    mutex_unlock(&tty->lock);
    return put_user(count, (int __user *)argument);
}

long tty_ioctl(struct file *file, unsigned request, unsigned long argument)
{
    struct tty *tty = tty_of(file);

    switch (request) {
    case TCGETS:
        return tty_get_termios(tty, argument);
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
        return tty_set_termios(tty, request, argument);
    case TIOCGWINSZ:
        return tty_get_size(tty, argument);
    case TIOCSWINSZ:
        return tty_set_size(tty, argument);
    case TCFLSH:
        return tty_flush_queues(tty, argument);
    case TCXONC:
        return tty_flow(tty, argument);
    case TCSBRK:
        return tty_send_break(tty, argument);
    case FIONREAD:
    case TIOCOUTQ:
        return tty_get_count(tty, request, argument);
    default:
        return tty_job_ioctl(file, request, argument);
    }
}
