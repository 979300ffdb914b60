/*
 * The program's streams to and from the host (tools/run -- CMD): /dev/hostio, which reads COM4 and
 * writes COM2, and /dev/hosterr, which writes COM3. 8-bit clean. What the host sends is coded
 * (host_stream.h) so that it can say "end of file"; what programs write goes out as it is.
 * (Two ports for one device: an emulator's port that only sends is a pipe, several times as fast
 * as the socket that both ways need. COM4 has only the verdict to send.)
 *
 * Input comes by interrupt into a ring. When the ring is full the interrupt is switched off and
 * bytes stay in the port, so the host waits; a read switches it on again. Output is polled.
 *
 * Locking: input.read_lock, a mutex, makes a read take what comes next; input.lock, a spin lock
 * (RANK_TTY_INPUT), guards the ring, the decoder and which interrupts COM4 raises. A port's
 * write_lock, a mutex, makes the pieces of writes stay whole.
 */
#include "arch/api/cpu.h"
#include "arch/api/irq.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/clock.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/drivers/host_stream.h"
#include "kernel/drivers/uart.h"
#include "kernel/drivers/write_pieces.h"
#include "kernel/lib/ring.h"
#include "kernel/mm/iter.h"
#include "kernel/vfs/chrdev.h"
#include "kernel/vfs/poll.h"

#define DEV_HOSTIO DEV_MAKE(240, 0)
#define DEV_HOSTERR DEV_MAKE(240, 1)

#define INPUT_BYTES 16384
#define COPY_BYTES 512u
/* A port without room: so often is it looked at again at once, then in naps of this length. */
#define ROOM_SPINS 1000
#define ROOM_NAP_NS NSEC_PER_MSEC

static struct {
    struct mutex read_lock;
    struct wait_queue wait;

    struct spinlock lock;
    struct ring ring;
    uint8_t bytes[INPUT_BYTES];
    struct host_stream stream;
} input;

struct host_port {
    struct uart *uart;
    struct mutex write_lock;
};

static struct uart *const host_in = &uarts[UART_COM4];
static struct host_port host_out = {.uart = &uarts[UART_COM2]};
static struct host_port host_err = {.uart = &uarts[UART_COM3]};

/* Moves what the port has into the ring, while there is room. Under input.lock. */
static void host_input_pull(void)
{
    uint8_t raw[UART_FIFO_BYTES];
    size_t count;

    do {
        size_t room = ring_space(&input.ring) / HOST_STREAM_EXPANSION;

        count = uart_read(host_in, raw, min(room, sizeof(raw)));
        for (size_t i = 0; i < count; i++) {
            uint8_t out[HOST_STREAM_EXPANSION];

            ring_write(&input.ring, out, host_stream_decode(&input.stream, raw[i], out));
        }
    } while (count > 0);
    if (ring_space(&input.ring) < HOST_STREAM_EXPANSION)
        uart_interrupts_set(host_in, 0);
}

static void host_interrupt(void *unused)
{
    unsigned long flags = spin_lock_irqsave(&input.lock);

    (void)unused;
    host_input_pull();
    spin_unlock_irqrestore(&input.lock, flags);
    wake_up(&input.wait);
}

/* Copies the ring's oldest bytes without taking them out. */
static size_t host_input_peek(uint8_t *bytes, size_t count)
{
    unsigned long flags = spin_lock_irqsave(&input.lock);

    count = ring_peek(&input.ring, bytes, count);
    spin_unlock_irqrestore(&input.lock, flags);
    return count;
}

/* Takes them out; the port may go on where it had to wait. */
static void host_input_skip(size_t count)
{
    unsigned long flags = spin_lock_irqsave(&input.lock);

    ring_skip(&input.ring, count);
    if (ring_space(&input.ring) >= HOST_STREAM_EXPANSION)
        uart_interrupts_set(host_in, UART_INTERRUPT_RECEIVE);
    spin_unlock_irqrestore(&input.lock, flags);
}

static bool host_input_ready(bool *ended)
{
    unsigned long flags = spin_lock_irqsave(&input.lock);
    bool has_bytes = ring_used(&input.ring) > 0;

    *ended = input.stream.ended && !has_bytes;
    spin_unlock_irqrestore(&input.lock, flags);
    return has_bytes || *ended;
}

/* Reads what is there: how many bytes, 0 if none, -EFAULT. Bytes not copied stay. */
static ssize_t host_read_available(struct iter *to)
{
    uint8_t bytes[COPY_BYTES];
    ssize_t total = 0;
    size_t found, copied;

    do {
        size_t wanted = min(iter_count(to), sizeof(bytes));

        found = host_input_peek(bytes, wanted);
        copied = iter_copy_to(to, bytes, found);
        host_input_skip(copied);
        total += copied;
    } while (found > 0 && copied == found);
    return total == 0 && copied < found ? -EFAULT : total;
}

static ssize_t host_read(struct file *file, struct iter *to, loff_t *pos)
{
    ssize_t count;
    bool ended;
    int err;

    (void)pos;
    if (iter_count(to) == 0)
        return 0;
    for (;;) {
        err = mutex_lock_interruptible(&input.read_lock);
        if (err != 0)
            return err;
        host_input_ready(&ended);
        count = host_read_available(to);
        mutex_unlock(&input.read_lock);
        if (count != 0 || ended)
            return count;
        if (file_is_nonblocking(file))
            return -EAGAIN;
        err = wait_event(&input.wait, host_input_ready(&ended));
        if (err != 0)
            return err;
    }
}

/* Waits until the port takes bytes: how many it took, or -ERESTARTSYS. */
static ssize_t host_send(struct uart *uart, const uint8_t *bytes, size_t count)
{
    for (unsigned spins = 0;; spins++) {
        size_t sent = uart_send(uart, bytes, count);
        int err = 0;

        if (sent > 0)
            return sent;
        if (spins < ROOM_SPINS)
            cpu_relax();
        else
            err = thread_sleep_until(clock_monotonic_ns() + ROOM_NAP_NS);
        if (err != 0)
            return err;
    }
}

/* Sends one buffer: how many bytes of it, and in *err why not all. */
static size_t host_send_all(void *uart, const uint8_t *bytes, size_t count, int *err)
{
    size_t done = 0;

    while (done < count) {
        ssize_t sent = host_send(uart, bytes + done, count - done);

        if (sent < 0) {
            *err = (int)sent;
            break;
        }
        done += sent;
    }
    return done;
}

/* A signal ends a write that waits for the host; only a deadly one ends one that goes on. */
static ssize_t host_write(struct file *file, struct iter *from, loff_t *pos)
{
    struct host_port *port = file->private;
    ssize_t result;

    (void)pos;
    result = mutex_lock_interruptible(&port->write_lock);
    if (result != 0)
        return result;
    result = write_pieces(from, port->uart, host_send_all);
    mutex_unlock(&port->write_lock);
    return result;
}

static unsigned host_poll(struct file *file, struct poll_table *table)
{
    unsigned ready = POLLOUT | POLLWRNORM;
    bool ended;

    (void)file;
    poll_wait(table, &input.wait);
    if (host_input_ready(&ended))
        ready |= POLLIN | POLLRDNORM;
    if (ended)
        ready |= POLLHUP;
    return ready;
}

static int host_open_write_only(struct inode *inode, struct file *file)
{
    (void)inode;
    return file->mode & FMODE_READ ? -EACCES : 0;
}

static const struct file_ops hostio_ops = {
    .read = host_read,
    .write = host_write,
    .poll = host_poll,
};

static const struct file_ops hosterr_ops = {
    .open = host_open_write_only,
    .write = host_write,
};

/* Begins to listen on COM4. */
static int host_input_start(void)
{
    int err = irq_register_isa(host_in->irq, host_interrupt, NULL, "hostio");

    if (err == 0)
        host_input_skip(0);
    host_interrupt(NULL);
    return err;
}

static void host_init(void)
{
    int err = 0;

    mutex_init(&input.read_lock, RANK_DEVICE);
    wait_queue_init(&input.wait);
    spin_lock_init(&input.lock, RANK_TTY_INPUT);
    ring_init(&input.ring, input.bytes, sizeof(input.bytes));
    mutex_init(&host_out.write_lock, RANK_DEVICE);
    mutex_init(&host_err.write_lock, RANK_DEVICE);
    if (host_in->present && host_out.uart->present) {
        err = host_input_start();
        if (err == 0)
            err = chrdev_register(DEV_HOSTIO, "hostio", 0600, &hostio_ops, &host_out);
    }
    if (err == 0 && host_err.uart->present)
        err = chrdev_register(DEV_HOSTERR, "hosterr", 0600, &hosterr_ops, &host_err);
    if (err != 0)
        pr_err("hostio: no channel to the host (error %d)", -err);
}
INIT_CALL(3, host_init);
