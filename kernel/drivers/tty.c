/*
 * Terminals: between the devices and the line discipline, and ttyd, the thread that carries bytes
 * from the ones to the other. See tty.h; what programs do with a terminal is in tty_file.c,
 * tty_ioctl.c and tty_job.c.
 */
#include "kernel/drivers/tty.h"

#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"

/* What moves at a time between a ring and a device or the line discipline. */
#define TTY_CHUNK_BYTES 64u

static struct tty *tty_table[TTY_COUNT_MAX]; /* filled from the start, at boot */
static uint32_t tty_count;                   /* atomic */
static struct wait_queue ttyd_wait = WAIT_QUEUE_INIT(ttyd_wait);
static bool ttyd_has_work; /* atomic */

static void ttyd_wake(void)
{
    atomic_store(&ttyd_has_work, true);
    wake_up(&ttyd_wait);
}

void tty_device_init(struct tty_device *device, const struct tty_device_ops *ops)
{
    device->ops = ops;
    spin_lock_init(&device->lock, RANK_TTY_INPUT);
    ring_init(&device->input, device->input_bytes, sizeof(device->input_bytes));
}

size_t tty_device_room(struct tty_device *device)
{
    unsigned long flags = spin_lock_irqsave(&device->lock);
    size_t room = ring_space(&device->input);

    spin_unlock_irqrestore(&device->lock, flags);
    return room;
}

void tty_device_receive(struct tty_device *device, const uint8_t *bytes, size_t count)
{
    unsigned long flags = spin_lock_irqsave(&device->lock);

    ring_write(&device->input, bytes, count);
    spin_unlock_irqrestore(&device->lock, flags);
    ttyd_wake();
}

void tty_device_break(struct tty_device *device)
{
    atomic_store(&device->break_seen, true);
    ttyd_wake();
}

/*
 * No wake-up is lost: ttyd frees room under device->lock and then looks at is_held; here is_held is
 * set before the room is looked at under the same lock.
 */
bool tty_device_hold(struct tty_device *device)
{
    atomic_store(&device->is_held, true);
    if (tty_device_room(device) == 0)
        return true;
    return !atomic_swap(&device->is_held, false);
}

void tty_device_writable(struct tty_device *device)
{
    (void)device;
    ttyd_wake();
}

/* Of UTF-8 a pseudo-terminal knows nothing at first. */
static void tty_choose_utf8(struct tty *tty)
{
    if (tty->is_pty)
        tty->ldisc.termios.c_iflag &= ~(unsigned)IUTF8;
}

void tty_init(struct tty *tty, unsigned cflag, bool is_pty)
{
    tty->is_pty = is_pty;
    refcount_init(&tty->ref);
    mutex_init(&tty->read_lock, RANK_TTY);
    mutex_init(&tty->write_lock, RANK_TTY);
    mutex_init(&tty->lock, RANK_DEVICE);
    wait_queue_init(&tty->input_wait);
    wait_queue_init(&tty->output_wait);
    ldisc_init(&tty->ldisc, cflag);
    tty_choose_utf8(tty);
}

void tty_put(struct tty *tty)
{
    if (refcount_put(&tty->ref))
        tty->free(tty);
}

void tty_add_device(struct tty *tty, struct tty_device *device)
{
    assert(tty->device_count < TTY_DEVICES_MAX);
    tty->devices[tty->device_count++] = device;
    device->tty = tty;
}

void tty_announce(struct tty *tty)
{
    uint32_t count = atomic_load(&tty_count);

    assert(count < TTY_COUNT_MAX);
    tty_table[count] = tty;
    atomic_store(&tty_count, count + 1);
    ttyd_wake();
}

/* Takes from the device's ring what the line discipline takes. Under lock. */
static void tty_pull(struct tty *tty, struct tty_device *device)
{
    uint8_t bytes[TTY_CHUNK_BYTES];
    size_t found, taken;
    unsigned long flags;

    do {
        flags = spin_lock_irqsave(&device->lock);
        found = ring_peek(&device->input, bytes, sizeof(bytes));
        spin_unlock_irqrestore(&device->lock, flags);
        taken = ldisc_receive(&tty->ldisc, bytes, found);
        flags = spin_lock_irqsave(&device->lock);
        ring_skip(&device->input, taken);
        spin_unlock_irqrestore(&device->lock, flags);
        if (taken > 0 && atomic_swap(&device->is_held, false))
            device->ops->resume(device);
    } while (taken > 0 && taken == found);
    if (atomic_swap(&device->break_seen, false))
        ldisc_break(&tty->ldisc);
}

/* Tells the devices what else than bytes has come out of the line discipline. */
static void tty_note_changes(struct tty *tty)
{
    uint32_t changes = tty->ldisc.changes;

    tty->ldisc.changes = 0;
    for (unsigned i = 0; i < tty->device_count && changes != 0; i++)
        if (tty->devices[i]->ops->note != NULL)
            tty->devices[i]->ops->note(tty->devices[i], changes);
}

void tty_flush(struct tty *tty)
{
    struct ring *output = &tty->ldisc.output;
    uint8_t bytes[TTY_CHUNK_BYTES];
    size_t found, taken;

    assert(mutex_is_held(&tty->lock));
    tty_note_changes(tty);
    do {
        if (ldisc_is_stopped(&tty->ldisc))
            return;
        found = taken = ring_peek(output, bytes, sizeof(bytes));
        for (unsigned i = 0; i < tty->device_count && taken > 0; i++) {
            size_t count = tty->devices[i]->ops->write(tty->devices[i], bytes, taken);

            if (i == 0)
                taken = count;
        }
        ring_skip(output, taken);
    } while (taken > 0 && taken == found);
}

void tty_send_signals(struct tty *tty, uint32_t signals)
{
    for (int signal = 1; signals >> signal != 0; signal++)
        if (signals & (1u << signal))
            tty_signal_foreground(tty, signal);
}

void tty_serve(struct tty *tty)
{
    uint32_t signals;

    mutex_lock(&tty->lock);
    for (unsigned i = 0; i < tty->device_count; i++) {
        tty_pull(tty, tty->devices[i]);
        if (tty->devices[i]->ops->serve != NULL)
            tty->devices[i]->ops->serve(tty->devices[i]);
    }
    tty_flush(tty);
    signals = tty->ldisc.signals;
    tty->ldisc.signals = 0;
    mutex_unlock(&tty->lock);
    tty_send_signals(tty, signals);
    wake_up(&tty->input_wait);
    wake_up(&tty->output_wait);
}

void tty_kick(struct tty *tty)
{
    if (tty->is_pty)
        tty_serve(tty);
    else
        ttyd_wake();
}

void tty_hang_up(struct tty *tty, bool session_ends)
{
    mutex_lock(&tty->lock);
    ldisc_reset(&tty->ldisc);
    tty_choose_utf8(tty);
    tty->is_exclusive = false;
    tty_flush(tty);
    mutex_unlock(&tty->lock);
    tty_cut(tty, session_ends);
    wake_up_all(&tty->input_wait);
    wake_up_all(&tty->output_wait);
}

static void ttyd(void *unused)
{
    (void)unused;
    for (;;) {
        (void)wait_event(&ttyd_wait, atomic_swap(&ttyd_has_work, false)); /* gets no signals */
        for (uint32_t i = 0; i < atomic_load(&tty_count); i++)
            tty_serve(tty_table[i]);
    }
}

static void ttyd_start(void)
{
    if (thread_create_kernel(ttyd, NULL, "ttyd") == NULL)
        pr_err("tty: no memory for ttyd: nothing can be typed");
}
INIT_CALL(4, ttyd_start);
