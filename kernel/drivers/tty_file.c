/*
 * Terminals as files: open, read, write, poll. See tty.h; termios(3) on canonical and
 * non-canonical input.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/signal.h"
#include "kernel/abi/stat.h"
#include "kernel/core/clock.h"
#include "kernel/drivers/tty.h"
#include "kernel/drivers/write_pieces.h"
#include "kernel/lib/compiler.h"
#include "kernel/mm/iter.h"
#include "kernel/proc/cred.h"
#include "kernel/vfs/chrdev.h"
#include "kernel/vfs/inode.h"
#include "kernel/vfs/poll.h"

/* What is copied at a time between user memory and the line discipline. */
#define COPY_BYTES 256u
/* Below so much room poll doesn't call a terminal writable. */
#define POLL_ROOM_BYTES 256u
/* VTIME counts tenths of a second. */
#define VTIME_NS (NSEC_PER_SEC / 10)

#define DEV_CONTROLLING DEV_MAKE(5, 0) /* /dev/tty */
#define DEV_CONSOLE DEV_MAKE(5, 1)     /* /dev/console */

/* When a read is content, and for how long it waits. */
struct read_terms {
    size_t enough;        /* bytes; at least 1 */
    uint64_t deadline_ns; /* 0: doesn't wait */
    uint64_t between_ns;  /* the deadline is set anew so long after each byte; 0: not */
};

static const struct file_ops tty_file_ops;

/* Counts one more file. -EIO, -EBUSY: as tty_open_as. */
static int tty_open_count(struct tty *tty)
{
    int err = 0;

    mutex_lock(&tty->lock);
    if (tty->is_locked || atomic_load(&tty->is_cut_off))
        err = -EIO;
    else if (tty->is_exclusive && !cred_is_privileged(current->cred))
        err = -EBUSY;
    else
        tty->open_count++;
    mutex_unlock(&tty->lock);
    return err;
}

int tty_open_as(struct inode *inode, struct file *file, struct tty *tty)
{
    bool is_console = inode->rdev == DEV_CONSOLE;
    int err = tty_open_count(tty);

    if (err != 0)
        return err;
    file->ops = &tty_file_ops;
    file->private = tty_get(tty);
    file->cookie = is_console ? TTY_NEVER_HUNG : atomic_load(&tty->hangups);
    if (!is_console && !(file_flags(file) & O_NOCTTY) && (file->mode & FMODE_READ))
        tty_adopt(tty);
    return 0;
}

static int tty_open(struct inode *inode, struct file *file)
{
    return tty_open_as(inode, file, tty_of(file));
}

static void tty_release(struct file *file)
{
    struct tty *tty = tty_of(file);
    bool is_last;

    mutex_lock(&tty->lock);
    is_last = --tty->open_count == 0;
    if (is_last)
        tty->is_exclusive = false;
    mutex_unlock(&tty->lock);
    if (is_last && tty->closed != NULL)
        tty->closed(tty);
    else if (is_last)
        tty_forget_session(tty);
    tty_put(tty);
}

int tty_enter(struct file *file, struct mutex *lock)
{
    if (!file_is_nonblocking(file))
        return mutex_lock_interruptible(lock);
    return mutex_trylock(lock) ? 0 : -EAGAIN;
}

static struct read_terms tty_read_terms(struct tty *tty)
{
    struct read_terms terms = {.enough = 1, .deadline_ns = WAIT_FOREVER};
    uint64_t time_ns;
    bool is_canonical;
    size_t least;

    mutex_lock(&tty->lock);
    is_canonical = ldisc_is_canonical(&tty->ldisc);
    least = tty->ldisc.termios.c_cc[VMIN];
    time_ns = tty->ldisc.termios.c_cc[VTIME] * VTIME_NS;
    mutex_unlock(&tty->lock);
    if (is_canonical)
        return terms;
    if (least > 0) {
        terms.enough = least;
        terms.between_ns = time_ns;
    } else {
        terms.deadline_ns = time_ns == 0 ? 0 : clock_monotonic_ns() + time_ns;
    }
    return terms;
}

/* Input that found no room before goes on. */
static void tty_input_freed(struct tty *tty)
{
    for (unsigned i = 0; i < tty->device_count; i++)
        if (tty_device_room(tty->devices[i]) < TTY_INPUT_BYTES)
            tty_kick(tty);
}

/* Reads what is there, not beyond the end of a line: bytes, or -EFAULT if there were none. */
static ssize_t tty_read_available(struct tty *tty, struct iter *to, bool *line_ended)
{
    uint8_t bytes[COPY_BYTES];
    ssize_t total = 0;
    size_t count, copied;

    *line_ended = false;
    do {
        mutex_lock(&tty->lock);
        count = ldisc_read(&tty->ldisc, bytes, min(iter_count(to), sizeof(bytes)), line_ended);
        mutex_unlock(&tty->lock);
        copied = iter_copy_to(to, bytes, count);
        total += copied;
        if (copied < count)
            return total > 0 ? total : -EFAULT;
    } while (count == sizeof(bytes) && !*line_ended && iter_count(to) > 0);
    tty_input_freed(tty);
    return total;
}

/* Waits for input: 0, -ETIMEDOUT, -EAGAIN, -ERESTARTSYS; -EIO: cut off while it waited, after
 * another hang-up 0. */
static int tty_wait_input(struct file *file, struct tty *tty, uint64_t deadline_ns)
{
    int err;

    if (deadline_ns == 0)
        return -ETIMEDOUT;
    if (file_is_nonblocking(file))
        return -EAGAIN;
    err = wait_event_until(&tty->input_wait, ldisc_readable(&tty->ldisc) > 0 || tty_is_hung(file),
                           deadline_ns);
    return err == 0 && atomic_load(&tty->is_cut_off) ? -EIO : err;
}

/* The read, alone at the terminal. */
static ssize_t tty_read_locked(struct file *file, struct iter *to)
{
    struct tty *tty = tty_of(file);
    struct read_terms terms = tty_read_terms(tty);
    ssize_t total = 0;
    bool line_ended;

    while (!tty_is_hung(file)) {
        ssize_t count = tty_read_available(tty, to, &line_ended);
        int err;

        if (count < 0)
            return total > 0 ? total : count;
        total += count;
        if (line_ended || iter_count(to) == 0 || (size_t)total >= terms.enough)
            return total;
        if (count > 0 && terms.between_ns > 0)
            terms.deadline_ns = clock_monotonic_ns() + terms.between_ns;
        err = tty_wait_input(file, tty, terms.deadline_ns);
        if (err == -ETIMEDOUT)
            return total;
        if (err != 0)
            return total > 0 ? total : err;
    }
    return total;
}

static ssize_t tty_read(struct file *file, struct iter *to, loff_t *pos)
{
    struct tty *tty = tty_of(file);
    ssize_t result;

    (void)pos;
    if (iter_count(to) == 0 || tty_is_hung(file))
        return 0;
    result = tty_check_foreground(tty, SIGTTIN);
    if (result != 0)
        return result;
    result = tty_enter(file, &tty->read_lock);
    if (result != 0)
        return result;
    result = tty_read_locked(file, to);
    mutex_unlock(&tty->read_lock);
    return result;
}

/* A pseudo-terminal that is stopped takes nothing, another one has its buffer. */
static bool tty_takes_output(const struct tty *tty)
{
    return ldisc_has_output_room(&tty->ldisc) && !(tty->is_pty && ldisc_is_stopped(&tty->ldisc));
}

/* Puts one buffer out, waiting for room: how many bytes of it, and in *err why not all. */
static size_t tty_write_bytes(void *terminal, const uint8_t *bytes, size_t count, int *err)
{
    struct file *file = terminal;
    struct tty *tty = tty_of(file);
    size_t done = 0;

    while (done < count && *err == 0) {
        size_t taken = 0;

        if (tty_is_hung(file)) {
            *err = -EIO;
            break;
        }
        mutex_lock(&tty->lock);
        if (tty_takes_output(tty))
            taken = ldisc_write(&tty->ldisc, bytes + done, count - done);
        tty_flush(tty);
        mutex_unlock(&tty->lock);
        done += taken;
        if (taken > 0)
            continue;
        if (file_is_nonblocking(file))
            *err = -EAGAIN;
        else
            *err = wait_event(&tty->output_wait, tty_takes_output(tty) || tty_is_hung(file));
    }
    return done;
}

static ssize_t tty_write(struct file *file, struct iter *from, loff_t *pos)
{
    struct tty *tty = tty_of(file);
    ssize_t result = 0;

    (void)pos;
    if (tty_is_hung(file))
        return -EIO;
    if (tty->ldisc.termios.c_lflag & TOSTOP)
        result = tty_check_foreground(tty, SIGTTOU);
    if (result == 0)
        result = tty_enter(file, &tty->write_lock);
    if (result != 0)
        return result;
    result = write_pieces(from, file, tty_write_bytes);
    mutex_unlock(&tty->write_lock);
    return result;
}

static unsigned tty_poll(struct file *file, struct poll_table *table)
{
    struct tty *tty = tty_of(file);
    const uint8_t *cc = tty->ldisc.termios.c_cc;
    size_t enough = 1;
    unsigned ready = 0;

    poll_wait(table, &tty->input_wait);
    poll_wait(table, &tty->output_wait);
    if (tty_is_hung(file))
        return POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM | POLLERR | POLLHUP;
    mutex_lock(&tty->lock);
    if (!ldisc_is_canonical(&tty->ldisc) && cc[VTIME] == 0 && cc[VMIN] > 0)
        enough = cc[VMIN];
    if (ldisc_readable(&tty->ldisc) >= enough)
        ready |= POLLIN | POLLRDNORM;
    if (ring_space(&tty->ldisc.output) >= POLL_ROOM_BYTES && !ldisc_is_stopped(&tty->ldisc))
        ready |= POLLOUT | POLLWRNORM;
    mutex_unlock(&tty->lock);
    return ready;
}

static const struct file_ops tty_file_ops = {
    .open = tty_open,
    .release = tty_release,
    .read = tty_read,
    .write = tty_write,
    .poll = tty_poll,
    .ioctl = tty_ioctl,
};

int tty_register(struct tty *tty, dev_t dev, const char *name)
{
    if (tty->number == 0)
        tty->number = dev;
    return chrdev_register(dev, name, 0600, &tty_file_ops, tty);
}

/* /dev/tty: the opening becomes one of the controlling terminal. */
static int tty_open_controlling(struct inode *inode, struct file *file)
{
    struct tty *tty = tty_controlling();
    int err;

    if (tty == NULL)
        return -ENXIO;
    err = tty_open_as(inode, file, tty);
    tty_put(tty);
    return err;
}

static const struct file_ops tty_controlling_ops = {
    .open = tty_open_controlling,
};

int tty_register_controlling(void)
{
    return chrdev_register(DEV_CONTROLLING, "tty", 0666, &tty_controlling_ops, NULL);
}
