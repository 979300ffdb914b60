/*
 * 16550 UARTs. See uart.h.
 */
#include "kernel/drivers/uart.h"

#include "arch/api/cpu.h"
#include "arch/api/irq.h"

/* Registers, as offsets from the port. The first two are the divisor while LCR_DIVISOR is set. */
#define UART_DATA 0
#define UART_IER 1 /* interrupt enable */
#define UART_IIR 2 /* interrupt identification, read only */
#define UART_FCR 2 /* FIFO control, write only */
#define UART_LCR 3 /* line control */
#define UART_MCR 4 /* modem control */
#define UART_LSR 5 /* line status; reading clears the error bits */
#define UART_SCRATCH 7

#define IIR_NONE 0x01 /* no interrupt is pending */
#define FCR_ENABLE 0x01
#define FCR_CLEAR 0x06      /* both FIFOs */
#define FCR_TRIGGER_14 0xc0 /* interrupt at 14 bytes, or at fewer that have waited 4 characters */
#define LCR_8N1 0x03
#define LCR_DIVISOR 0x80
#define MCR_DTR 0x01
#define MCR_RTS 0x02
#define MCR_OUT2 0x08 /* on a PC: connects the interrupt line */
#define MCR_LOOP 0x10 /* transmitter feeds receiver, both cut off the line */
#define LSR_DATA 0x01
#define LSR_BREAK 0x10
#define LSR_ROOM 0x20 /* the transmitter's FIFO is empty */
#define LSR_IDLE 0x40 /* so is its shift register */

#define DIVISOR_115200 1

/* Reads of a status register that a wait lasts at most: about a second of a real machine's bus. */
#define POLL_LIMIT 1000000

struct uart uarts[UART_COUNT] = {
    [UART_COM1] = {.port = 0x3f8, .irq = 4},
    [UART_COM2] = {.port = 0x2f8, .irq = 3},
    [UART_COM3] = {.port = 0x3e8, .irq = 4},
    [UART_COM4] = {.port = 0x2e8, .irq = 3},
};

/* The line status; a break in it is remembered, since reading forgets it. */
static uint8_t uart_status(struct uart *uart)
{
    uint8_t status = io_read8(uart->port + UART_LSR);

    if (status & LSR_BREAK)
        uart->break_seen = true;
    return status;
}

/* A port that isn't there doesn't keep what is written to its scratch register. */
static bool uart_answers(uint16_t port)
{
    static const uint8_t patterns[] = {0x5a, 0xa5};

    for (size_t i = 0; i < sizeof(patterns); i++) {
        io_write8(port + UART_SCRATCH, patterns[i]);
        if (io_read8(port + UART_SCRATCH) != patterns[i])
            return false;
    }
    return true;
}

/* In loop-back: does a byte that is sent come in again? */
static bool uart_loops(uint16_t port)
{
    const uint8_t pattern = 0xae;

    io_write8(port + UART_DATA, pattern);
    for (unsigned polls = 0; polls < POLL_LIMIT; polls++)
        if (io_read8(port + UART_LSR) & LSR_DATA)
            return io_read8(port + UART_DATA) == pattern;
    return false;
}

void uart_init(struct uart *uart)
{
    uint16_t port = uart->port;

    if (!uart_answers(port))
        return;
    io_write8(port + UART_IER, 0);
    /* Nothing comes from the line while switching the FIFO on empties the receiver. */
    io_write8(port + UART_MCR, MCR_LOOP);
    io_write8(port + UART_LCR, LCR_8N1);
    while (uart->early_count < UART_FIFO_BYTES && (io_read8(port + UART_LSR) & LSR_DATA))
        uart->early[uart->early_count++] = io_read8(port + UART_DATA);
    io_write8(port + UART_FCR, FCR_ENABLE | FCR_CLEAR | FCR_TRIGGER_14);
    io_write8(port + UART_LCR, LCR_8N1 | LCR_DIVISOR);
    io_write8(port + UART_DATA, DIVISOR_115200);
    io_write8(port + UART_IER, 0);
    io_write8(port + UART_LCR, LCR_8N1);
    uart->present = uart_loops(port);
    io_write8(port + UART_MCR, MCR_DTR | MCR_RTS);
}

void uart_interrupts_set(struct uart *uart, uint8_t interrupts)
{
    if (!uart->present || uart->interrupts == interrupts)
        return;
    if (uart->interrupts == 0)
        io_write8(uart->port + UART_MCR, MCR_DTR | MCR_RTS | MCR_OUT2);
    uart->interrupts = interrupts;
    io_write8(uart->port + UART_IER, interrupts);
}

bool uart_is_interrupting(struct uart *uart)
{
    return uart->present && !(io_read8(uart->port + UART_IIR) & IIR_NONE);
}

size_t uart_read(struct uart *uart, uint8_t *bytes, size_t count)
{
    size_t done = 0;

    if (!uart->present)
        return 0;
    for (; done < count && done < uart->early_count; done++)
        bytes[done] = uart->early[done];
    uart->early_count -= done;
    for (size_t i = 0; i < uart->early_count; i++)
        uart->early[i] = uart->early[done + i];
    while (done < count && (uart_status(uart) & LSR_DATA))
        bytes[done++] = io_read8(uart->port + UART_DATA);
    return done;
}

bool uart_break_take(struct uart *uart)
{
    bool seen = uart->break_seen;

    uart->break_seen = false;
    return seen;
}

size_t uart_send(struct uart *uart, const uint8_t *bytes, size_t count)
{
    size_t most = min_t(size_t, count, UART_FIFO_BYTES);

    if (!uart->present)
        return count;
    if (!(uart_status(uart) & LSR_ROOM))
        return 0;
    for (size_t i = 0; i < most; i++)
        io_write8(uart->port + UART_DATA, bytes[i]);
    uart->stuck = false;
    return most;
}

bool uart_is_idle(struct uart *uart)
{
    return !uart->present || (uart_status(uart) & LSR_IDLE);
}

void uart_write(struct uart *uart, const char *bytes, size_t count)
{
    while (count > 0) {
        size_t sent = uart_send(uart, (const uint8_t *)bytes, count);

        for (unsigned polls = 0; sent == 0 && !uart->stuck; polls++) {
            cpu_relax();
            uart->stuck = polls == POLL_LIMIT;
            sent = uart_send(uart, (const uint8_t *)bytes, count);
        }
        if (sent == 0)
            sent = 1; /* lost */
        bytes += sent;
        count -= sent;
    }
}
