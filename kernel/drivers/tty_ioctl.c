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
#include "kernel/proc/cred.h"

/* How often tty_drain looks whether a device has sent its last bytes. */
#define DRAIN_POLL_NS NSEC_PER_MSEC

int tty_drain(struct tty *tty)
{
    uint64_t hangups = atomic_load(&tty->hangups);
    int err = 0;

    if (tty->is_pty)
        return 0; /* what was written is the master's, as on Linux */
    err = wait_event(&tty->output_wait,
                     ring_used(&tty->ldisc.output) == 0 || atomic_load(&tty->hangups) != hangups);

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

/* The same for System V's programs, which know half of it. */
static long tty_get_termio(struct tty *tty, unsigned long argument)
{
    struct termio termio = {0};
    const struct termios *now = &tty->ldisc.termios;

    mutex_lock(&tty->lock);
    termio.c_iflag = (unsigned short)now->c_iflag;
    termio.c_oflag = (unsigned short)now->c_oflag;
    termio.c_cflag = (unsigned short)now->c_cflag;
    termio.c_lflag = (unsigned short)now->c_lflag;
    memcpy(termio.c_cc, now->c_cc, NCC);
    mutex_unlock(&tty->lock);
    return copy_to_user((void __user *)argument, &termio, sizeof(termio));
}

/* Replaces the half of *termios that a struct termio has. */
static int termios_take_termio(struct termios *termios, unsigned long argument)
{
    struct termio termio;

    if (copy_from_user(&termio, (const void __user *)argument, sizeof(termio)) != 0)
        return -EFAULT;
    termios->c_iflag = (termios->c_iflag & 0xffff0000u) | termio.c_iflag;
    termios->c_oflag = (termios->c_oflag & 0xffff0000u) | termio.c_oflag;
    termios->c_cflag = (termios->c_cflag & 0xffff0000u) | termio.c_cflag;
    termios->c_lflag = (termios->c_lflag & 0xffff0000u) | termio.c_lflag;
    memcpy(termios->c_cc, termio.c_cc, NCC);
    return 0;
}

/* When new modes come to hold: at once, after the output has left, and then without what was typed
 * before (tcsetattr(3)). */
enum tty_set_when {
    TTY_SET_NOW,
    TTY_SET_DRAINED,
    TTY_SET_FLUSHED
};

static long tty_set_termios(struct tty *tty, enum tty_set_when when, bool is_old,
                            unsigned long argument)
{
    struct termios termios;
    int err = tty_check_foreground(tty, SIGTTOU);

    if (err != 0)
        return err;
    mutex_lock(&tty->lock);
    termios = tty->ldisc.termios;
    mutex_unlock(&tty->lock);
    if (is_old)
        err = termios_take_termio(&termios, argument);
    else
        err = copy_from_user(&termios, (const void __user *)argument, sizeof(termios));
    if (err == 0 && when != TTY_SET_NOW)
        err = tty_drain(tty);
    if (err != 0)
        return err;
    mutex_lock(&tty->lock);
    if (when == TTY_SET_FLUSHED)
        ldisc_flush_input(&tty->ldisc);
    termios.c_cflag =
        (termios.c_cflag & tty->cflag_mask) | (tty->ldisc.termios.c_cflag & ~tty->cflag_mask);
    ldisc_set_termios(&tty->ldisc, &termios);
    mutex_unlock(&tty->lock);
    tty_kick(tty);
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
    tty_kick(tty);
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
    tty_kick(tty);
    return err;
}

/* tcdrain(3), which is TCSBRK with an argument. A break can be sent to the master of a
 * pseudo-terminal only, which doesn't notice. */
static long tty_send_break(struct tty *tty, bool drains)
{
    int err = tty_check_foreground(tty, SIGTTOU);

    if (err != 0)
        return err;
    return drains || tty->is_pty ? tty_drain(tty) : -ENOTTY;
}

static long tty_get_count(struct tty *tty, unsigned request, unsigned long argument)
{
    int count = 0;

    mutex_lock(&tty->lock);
    if (request == FIONREAD)
        count = (int)ldisc_readable_bytes(&tty->ldisc);
    else if (!tty->is_pty)
        count = (int)ring_used(&tty->ldisc.output);
    mutex_unlock(&tty->lock);
    return put_user(count, (int __user *)argument);
}

/* TIOCSTI: types a byte, which only root may at another's terminal. */
static long tty_type(struct tty *tty, unsigned long argument)
{
    struct tty *own = tty_controlling();
    uint8_t byte;
    long err = 0;

    if (own != tty && !cred_is_privileged(current->cred))
        err = -EPERM;
    if (own != NULL)
        tty_put(own);
    if (err == 0)
        err = get_user(byte, (uint8_t __user *)argument);
    if (err != 0)
        return err;
    mutex_lock(&tty->lock);
    ldisc_receive(&tty->ldisc, &byte, 1);
    mutex_unlock(&tty->lock);
    tty_serve(tty);
    return 0;
}

/* TIOCEXCL, TIOCNXCL: may others than root open it? */
static long tty_set_exclusive(struct tty *tty, bool is_exclusive)
{
    mutex_lock(&tty->lock);
    tty->is_exclusive = is_exclusive;
    mutex_unlock(&tty->lock);
    return 0;
}

/* TIOCSETD: there is one line discipline. */
static long tty_set_discipline(unsigned long argument)
{
    int number = 0;

    if (get_user(number, (int __user *)argument) != 0)
        return -EFAULT;
    return number == 0 ? 0 : -EINVAL;
}

static long tty_vhangup(struct tty *tty)
{
    if (!cred_is_privileged(current->cred))
        return -EPERM;
    tty_hang_up(tty, false);
    return 0;
}

long tty_common_ioctl(struct tty *tty, unsigned request, unsigned long argument)
{
    switch (request) {
    case TCGETS:
        return tty_get_termios(tty, argument);
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
        return tty_set_termios(tty, request - TCSETS, false, argument);
    case TCGETA:
        return tty_get_termio(tty, argument);
    case TCSETA:
    case TCSETAW:
    case TCSETAF:
        return tty_set_termios(tty, request - TCSETA, true, argument);
    case TIOCGWINSZ:
        return tty_get_size(tty, argument);
    case TIOCSWINSZ:
        return tty_set_size(tty, argument);
    case TIOCGDEV:
        return put_user((uint32_t)tty->number, (uint32_t __user *)argument);
    default:
        return -ENOTTY;
    }
}

/* Those of a terminal that isn't looked at from a master's end. */
static long tty_own_ioctl(struct tty *tty, unsigned request, unsigned long argument)
{
    switch (request) {
    case TCFLSH:
        return tty_flush_queues(tty, argument);
    case TCXONC:
        return tty_flow(tty, argument);
    case TCSBRK:
    case TCSBRKP:
        return tty_send_break(tty, request == TCSBRK && argument != 0);
    case FIONREAD:
    case TIOCOUTQ:
        return tty_get_count(tty, request, argument);
    case TIOCSTI:
        return tty_type(tty, argument);
    case TIOCEXCL:
    case TIOCNXCL:
        return tty_set_exclusive(tty, request == TIOCEXCL);
    case TIOCGEXCL:
        return put_user((int)tty->is_exclusive, (int __user *)argument);
    case TIOCGETD:
        return put_user(0, (int __user *)argument);
    case TIOCSETD:
        return tty_set_discipline(argument);
    case TIOCVHANGUP:
        return tty_vhangup(tty);
    case TIOCGPTPEER:
        return tty->is_pty ? -EIO : -ENOTTY; /* that is for masters */
    default:
        return tty_common_ioctl(tty, request, argument);
    }
}

long tty_ioctl(struct file *file, unsigned request, unsigned long argument)
{
    struct tty *tty = tty_of(file);
    long result;

    if (tty_is_hung(file))
        return request == TIOCSPGRP ? -ENOTTY : -EIO;
    result = tty_own_ioctl(tty, request, argument);
    return result != -ENOTTY ? result : tty_job_ioctl(file, tty, false, request, argument);
}
