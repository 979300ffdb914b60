/*
 * COM1: console of the log, and device below the terminal ttyS0. See serial.h.
 *
 * Log lines are sent by polling, at once and as a whole. A terminal's output fills the FIFO while
 * it empties at once (as an emulated one does), else the transmit interrupt asks for more.
 *
 * Locking: uart_lock (RANK_CONSOLE) guards COM1; a panic does without.
 */
#include "kernel/drivers/serial.h"

#include "arch/api/irq.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/drivers/tty.h"
#include "kernel/drivers/uart.h"
#include "kernel/lib/string.h"

/* A port that interrupts so often without an end is broken. */
#define SERVE_MAX 64u

static struct spinlock uart_lock = SPINLOCK_INIT(RANK_CONSOLE);
static struct uart *const uart = &uarts[UART_COM1];
static struct tty_device device;

/* --- The log --- */

static void serial_write_lines(const char *text, size_t length)
{
    while (length > 0) {
        const char *newline = memchr(text, '\n', length);
        size_t count = newline != NULL ? (size_t)(newline - text) : length;

        uart_write(uart, text, count);
        if (newline != NULL) {
            uart_write(uart, "\r\n", 2);
            count++;
        }
        text += count;
        length -= count;
    }
}

static void serial_log(struct log_console *console, const char *text, size_t length)
{
    unsigned long flags;

    (void)console;
    if (panic_in_progress()) {
        serial_write_lines(text, length);
        return;
    }
    flags = spin_lock_irqsave(&uart_lock);
    serial_write_lines(text, length);
    spin_unlock_irqrestore(&uart_lock, flags);
}

static struct log_console serial_console = {
    .name = "ttyS0",
    .write = serial_log,
};

void serial_early_init(void)
{
    for (unsigned i = 0; i < UART_COUNT; i++)
        uart_init(&uarts[i]);
    if (uart->present)
        log_console_register(&serial_console);
}

/* --- The terminal --- */

static size_t serial_write(struct tty_device *self, const uint8_t *bytes, size_t count)
{
    unsigned long flags = spin_lock_irqsave(&uart_lock);
    size_t done = 0, sent;

    (void)self;
    do {
        sent = uart_send(uart, bytes + done, count - done);
        done += sent;
    } while (sent > 0 && done < count);
    if (done < count)
        uart_interrupts_set(uart, uart->interrupts | UART_INTERRUPT_TRANSMIT);
    spin_unlock_irqrestore(&uart_lock, flags);
    return done;
}

static bool serial_is_idle(struct tty_device *self)
{
    unsigned long flags = spin_lock_irqsave(&uart_lock);
    bool is_idle = uart_is_idle(uart);

    (void)self;
    spin_unlock_irqrestore(&uart_lock, flags);
    return is_idle;
}

/* Sets and clears bits of what COM1 may interrupt for. */
static void serial_listen(uint8_t set, uint8_t clear)
{
    unsigned long flags = spin_lock_irqsave(&uart_lock);

    uart_interrupts_set(uart, (uart->interrupts & ~clear) | set);
    spin_unlock_irqrestore(&uart_lock, flags);
}

static void serial_resume(struct tty_device *self)
{
    (void)self;
    serial_listen(UART_INTERRUPT_RECEIVE, 0);
}

static const struct tty_device_ops serial_ops = {
    .write = serial_write,
    .resume = serial_resume,
    .is_idle = serial_is_idle,
};

/* Moves bytes from the port to the terminal; false when the port has no more. */
static bool serial_receive(size_t room)
{
    uint8_t bytes[UART_FIFO_BYTES];
    unsigned long flags = spin_lock_irqsave(&uart_lock);
    size_t count = uart_read(uart, bytes, min(room, sizeof(bytes)));
    bool is_break = uart_break_take(uart);

    spin_unlock_irqrestore(&uart_lock, flags);
    if (count > 0)
        tty_device_receive(&device, bytes, count);
    if (is_break)
        tty_device_break(&device);
    return count > 0;
}

/* Takes all that has come; where the terminal has no room the rest waits in the port, silenced. */
static void serial_receive_all(void)
{
    for (;;) {
        size_t room = tty_device_room(&device);

        if (room > 0) {
            if (!serial_receive(room))
                return;
            continue;
        }
        serial_listen(0, UART_INTERRUPT_RECEIVE);
        if (tty_device_hold(&device))
            return;
        serial_listen(UART_INTERRUPT_RECEIVE, 0);
    }
}

/* Serves what COM1 interrupts for; true if it does so again, or still. */
static bool serial_serve(void)
{
    unsigned long flags = spin_lock_irqsave(&uart_lock);
    bool wants_room = uart->interrupts & UART_INTERRUPT_TRANSMIT, again;

    uart_interrupts_set(uart, uart->interrupts & ~UART_INTERRUPT_TRANSMIT);
    spin_unlock_irqrestore(&uart_lock, flags);
    serial_receive_all();
    if (wants_room)
        tty_device_writable(&device);
    flags = spin_lock_irqsave(&uart_lock);
    again = uart_is_interrupting(uart);
    spin_unlock_irqrestore(&uart_lock, flags);
    return again;
}

/* An ISA interrupt is the line's rise: as long as it is up (another CPU may have begun to wait for
 * the transmitter meanwhile) there won't be another one. */
static void serial_interrupt(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < SERVE_MAX && serial_serve(); i++)
        continue;
}

struct tty_device *serial_tty_device(void)
{
    if (!uart->present)
        return NULL;
    tty_device_init(&device, &serial_ops);
    serial_receive_all();
    if (irq_register_isa(uart->irq, serial_interrupt, NULL, "ttyS0") == 0)
        serial_listen(UART_INTERRUPT_RECEIVE, 0);
    else
        pr_err("ttyS0: no interrupt: nothing can be typed");
    return &device;
}
