/*
 * The master's end of a pseudo-terminal (ptmx(4), ioctl_tty(2), TIOCPKT in tty_ioctl(4)). See
 * pty.h. What the master writes is typed at the terminal: the writer itself runs the line
 * discipline. What comes out of that waits in a ring for the master to read.
 */
#include "kernel/drivers/pty.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/ioctl.h"
#include "kernel/abi/signal.h"
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/drivers/write_pieces.h"
#include "kernel/lib/compiler.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/vfs/chrdev.h"
#include "kernel/vfs/inode.h"
#include "kernel/vfs/poll.h"

#define DEV_PTMX DEV_MAKE(5, 2)

/* As Linux's are at first; parity and size of characters stay. */
#define PTY_CFLAG (B38400 | CS8 | CREAD)
#define PTY_CFLAG_FIXED (CSIZE | PARENB | CREAD)

#define COPY_BYTES 256u

static struct pty *pty_of(struct file *file)
{
    return file->private;
}

/* --- As the terminal's device --- */

static struct pty *pty_of_device(struct tty_device *device)
{
    return container_of(device, struct pty, device);
}

static size_t pty_device_write(struct tty_device *device, const uint8_t *bytes, size_t count)
{
    struct pty *pty = pty_of_device(device);
    unsigned long flags = spin_lock_irqsave(&device->lock);
    size_t taken = ring_write(&pty->output, bytes, count);

    spin_unlock_irqrestore(&device->lock, flags);
    wake_up(&pty->wait);
    return taken;
}

/* Held back for ever: the writer is woken whenever there is room again. */
static void pty_device_resume(struct tty_device *device)
{
    atomic_store(&device->is_held, true);
    wake_up(&pty_of_device(device)->wait);
}

/* Adds to what the master hasn't read; the opposite of a change is no news any more. */
static void pty_device_note(struct tty_device *device, uint32_t changes)
{
    static const uint32_t opposites[] = {TIOCPKT_STOP | TIOCPKT_START,
                                         TIOCPKT_NOSTOP | TIOCPKT_DOSTOP};
    struct pty *pty = pty_of_device(device);
    unsigned long flags = spin_lock_irqsave(&device->lock);

    for (size_t i = 0; i < ARRAY_SIZE(opposites); i++)
        if (changes & opposites[i])
            pty->changes &= ~opposites[i];
    if (pty->is_packet)
        pty->changes |= changes;
    spin_unlock_irqrestore(&device->lock, flags);
    wake_up(&pty->wait);
}

static const struct tty_device_ops pty_device_ops = {
    .write = pty_device_write,
    .resume = pty_device_resume,
    .note = pty_device_note,
};

/* The last slave has closed. */
static void pty_closed(struct tty *tty)
{
    struct pty *pty = container_of(tty, struct pty, tty);

    atomic_store(&pty->was_open, true);
    wake_up_all(&pty->wait);
}

static void pty_free(struct tty *tty)
{
    kfree(container_of(tty, struct pty, tty));
}

/* --- The master's file --- */

static struct pty *pty_create(void)
{
    struct pty *pty = kzalloc(sizeof(*pty));

    if (pty == NULL)
        return NULL;
    tty_init(&pty->tty, PTY_CFLAG, true);
    pty->tty.cflag_mask = ~(unsigned)PTY_CFLAG_FIXED;
    pty->tty.is_locked = true;
    pty->tty.free = pty_free;
    pty->tty.closed = pty_closed;
    tty_device_init(&pty->device, &pty_device_ops);
    pty->device.is_held = true;
    tty_add_device(&pty->tty, &pty->device);
    mutex_init(&pty->read_lock, RANK_TTY);
    mutex_init(&pty->write_lock, RANK_TTY);
    wait_queue_init(&pty->wait);
    ring_init(&pty->output, pty->output_bytes, sizeof(pty->output_bytes));
    return pty;
}

static int pty_open(struct inode *inode, struct file *file)
{
    struct path place;
    struct pty *pty;
    int err = devpts_find(inode, file, &place);

    if (err != 0)
        return err;
    pty = pty_create();
    if (pty == NULL) {
        path_put(&place);
        return -ENOMEM;
    }
    pty->place = place;
    err = devpts_add(pty);
    if (err != 0) {
        tty_put(&pty->tty);
        return err;
    }
    file->ops = &pty_master_ops;
    file->private = pty;
    return 0;
}

static void pty_release(struct file *file)
{
    struct pty *pty = pty_of(file);

    devpts_remove(pty);
    mutex_lock(&pty->tty.lock);
    atomic_store(&pty->tty.is_cut_off, true);
    mutex_unlock(&pty->tty.lock);
    tty_hang_up(&pty->tty, false);
    tty_put(&pty->tty);
}

/* No slave is open any more. */
static bool pty_is_over(struct pty *pty)
{
    return atomic_load(&pty->was_open) && atomic_load(&pty->tty.open_count) == 0;
}

/* Bytes that wait for the master, and in *changes what else does. */
static size_t pty_pending(struct pty *pty, uint32_t *changes)
{
    unsigned long flags = spin_lock_irqsave(&pty->device.lock);
    size_t count = ring_used(&pty->output);

    *changes = pty->changes;
    spin_unlock_irqrestore(&pty->device.lock, flags);
    return count;
}

static bool pty_is_readable(struct pty *pty)
{
    uint32_t changes;

    return pty_pending(pty, &changes) > 0 || changes != 0;
}

/* What a packet begins with; false: none is there, or no packets are wanted. */
static bool pty_take_header(struct pty *pty, uint8_t *header)
{
    unsigned long flags = spin_lock_irqsave(&pty->device.lock);
    bool has_one = pty->is_packet && (pty->changes != 0 || ring_used(&pty->output) > 0);

    *header = (uint8_t)pty->changes;
    pty->changes = 0;
    spin_unlock_irqrestore(&pty->device.lock, flags);
    return has_one;
}

static size_t pty_take_bytes(struct pty *pty, uint8_t *bytes, size_t count)
{
    unsigned long flags = spin_lock_irqsave(&pty->device.lock);

    count = ring_read(&pty->output, bytes, count);
    spin_unlock_irqrestore(&pty->device.lock, flags);
    return count;
}

/* Reads what is there: how many bytes, 0 if none, -EFAULT. */
static ssize_t pty_read_available(struct pty *pty, struct iter *to)
{
    uint8_t bytes[COPY_BYTES];
    ssize_t total = 0;
    size_t count, copied;

    if (pty_take_header(pty, bytes)) {
        total = (ssize_t)iter_copy_to(to, bytes, 1);
        if (total == 0)
            return -EFAULT;
        if (bytes[0] != TIOCPKT_DATA)
            return total;
    }
    do {
        count = pty_take_bytes(pty, bytes, min(iter_count(to), sizeof(bytes)));
        copied = iter_copy_to(to, bytes, count);
        total += (ssize_t)copied;
    } while (count == sizeof(bytes) && copied == count);
    return total == 0 && copied < count ? -EFAULT : total;
}

/* Waits for something to read, alone. */
static ssize_t pty_read_locked(struct file *file, struct iter *to)
{
    struct pty *pty = pty_of(file);

    for (;;) {
        bool is_over = pty_is_over(pty);
        ssize_t count = pty_read_available(pty, to);
        int err;

        if (count != 0)
            return count;
        if (is_over)
            return -EIO;
        if (file_is_nonblocking(file))
            return -EAGAIN;
        err = wait_event(&pty->wait, pty_is_readable(pty) || pty_is_over(pty));
        if (err != 0)
            return err;
    }
}

/* Output of the terminal that found no room before goes on. */
static void pty_output_freed(struct pty *pty)
{
    mutex_lock(&pty->tty.lock);
    tty_flush(&pty->tty);
    mutex_unlock(&pty->tty.lock);
    wake_up(&pty->tty.output_wait);
}

static ssize_t pty_read(struct file *file, struct iter *to, loff_t *pos)
{
    struct pty *pty = pty_of(file);
    ssize_t result;

    (void)pos;
    if (iter_count(to) == 0)
        return 0;
    result = tty_enter(file, &pty->read_lock);
    if (result != 0)
        return result;
    result = pty_read_locked(file, to);
    mutex_unlock(&pty->read_lock);
    if (result > 0)
        pty_output_freed(pty);
    return result;
}

/* Types what finds room; how many bytes. */
static size_t pty_type(struct pty *pty, const uint8_t *bytes, size_t count)
{
    unsigned long flags = spin_lock_irqsave(&pty->device.lock);

    count = ring_write(&pty->device.input, bytes, count);
    spin_unlock_irqrestore(&pty->device.lock, flags);
    if (count > 0)
        tty_serve(&pty->tty);
    return count;
}

/* Types one buffer, waiting for room: how many bytes of it, and in *err why not all. */
static size_t pty_type_all(void *master, const uint8_t *bytes, size_t count, int *err)
{
    struct file *file = master;
    struct pty *pty = pty_of(file);
    size_t done = 0;

    while (done < count && *err == 0) {
        size_t taken = pty_type(pty, bytes + done, count - done);

        done += taken;
        if (taken > 0)
            continue;
        if (file_is_nonblocking(file))
            *err = -EAGAIN;
        else
            *err = wait_event(&pty->wait, tty_device_room(&pty->device) > 0);
    }
    return done;
}

static ssize_t pty_write(struct file *file, struct iter *from, loff_t *pos)
{
    struct pty *pty = pty_of(file);
    ssize_t result = tty_enter(file, &pty->write_lock);

    (void)pos;
    if (result != 0)
        return result;
    result = write_pieces(from, file, pty_type_all);
    mutex_unlock(&pty->write_lock);
    return result;
}

static unsigned pty_poll(struct file *file, struct poll_table *table)
{
    struct pty *pty = pty_of(file);
    unsigned ready = 0;
    uint32_t changes;

    poll_wait(table, &pty->wait);
    if (pty_is_over(pty))
        ready |= POLLHUP;
    if (pty_pending(pty, &changes) > 0 || changes != 0)
        ready |= POLLIN | POLLRDNORM;
    if (changes != 0)
        ready |= POLLPRI;
    if (tty_device_room(&pty->device) > 0)
        ready |= POLLOUT | POLLWRNORM;
    return ready;
}

/* --- Requests --- */

static long pty_set_locked(struct pty *pty, unsigned long argument)
{
    int value = 0;

    if (get_user(value, (int __user *)argument) != 0)
        return -EFAULT;
    mutex_lock(&pty->tty.lock);
    pty->tty.is_locked = value != 0;
    mutex_unlock(&pty->tty.lock);
    return 0;
}

static long pty_set_packet(struct pty *pty, unsigned long argument)
{
    unsigned long flags;
    int value = 0;

    if (get_user(value, (int __user *)argument) != 0)
        return -EFAULT;
    flags = spin_lock_irqsave(&pty->device.lock);
    if (value != 0 && !pty->is_packet)
        pty->changes = 0;
    pty->is_packet = value != 0;
    spin_unlock_irqrestore(&pty->device.lock, flags);
    return 0;
}

/* Of a queue seen from here, input is what the terminal put out. */
static long pty_flush_queues(struct pty *pty, unsigned long which)
{
    unsigned long flags;

    if (which != TCIFLUSH && which != TCOFLUSH && which != TCIOFLUSH)
        return -EINVAL;
    flags = spin_lock_irqsave(&pty->device.lock);
    if (which != TCOFLUSH)
        ring_skip(&pty->output, ring_used(&pty->output));
    if (which != TCIFLUSH)
        ring_skip(&pty->device.input, ring_used(&pty->device.input));
    spin_unlock_irqrestore(&pty->device.lock, flags);
    pty_output_freed(pty);
    return 0;
}

static long pty_signal(struct pty *pty, unsigned long signal)
{
    if (signal != SIGINT && signal != SIGQUIT && signal != SIGTSTP)
        return -EINVAL;
    tty_signal_foreground(&pty->tty, (int)signal);
    return 0;
}

/* What can be asked with a pointer to an int. False: `request` is none of these. */
static bool pty_get_value(struct pty *pty, unsigned request, int *value)
{
    uint32_t changes;

    switch (request) {
    case TIOCGPTN:
        *value = (int)pty->number;
        return true;
    case TIOCGPTLCK:
        *value = pty->tty.is_locked;
        return true;
    case TIOCGPKT:
        *value = pty->is_packet;
        return true;
    case FIONREAD:
        *value = (int)pty_pending(pty, &changes);
        return true;
    case TIOCOUTQ:
        *value = 0;
        return true;
    default:
        return false;
    }
}

static long pty_ioctl(struct file *file, unsigned request, unsigned long argument)
{
    struct pty *pty = pty_of(file);
    long result;
    int value = 0;

    if (pty_get_value(pty, request, &value))
        return put_user(value, (int __user *)argument);
    switch (request) {
    case TIOCSPTLCK:
        return pty_set_locked(pty, argument);
    case TIOCPKT:
        return pty_set_packet(pty, argument);
    case TIOCGPTPEER:
        return devpts_open_peer(pty, (unsigned)argument);
    case TIOCSIG:
        return pty_signal(pty, argument);
    case TCFLSH:
        return pty_flush_queues(pty, argument);
    case TCSBRK:
    case TCSBRKP:
        return 0; /* nothing waits on this side, and nobody would notice a break */
    default:
        result = tty_common_ioctl(&pty->tty, request, argument);
        return result != -ENOTTY ? result : tty_job_ioctl(file, &pty->tty, true, request, argument);
    }
}

const struct file_ops pty_master_ops = {
    .open = pty_open,
    .release = pty_release,
    .read = pty_read,
    .write = pty_write,
    .poll = pty_poll,
    .ioctl = pty_ioctl,
};

static void pty_init(void)
{
    if (chrdev_register(DEV_PTMX, "ptmx", 0666, &pty_master_ops, NULL) != 0)
        pr_err("pty: no /dev/ptmx");
}
INIT_CALL(3, pty_init);
