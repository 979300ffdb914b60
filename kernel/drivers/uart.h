/*
 * 16550 UARTs: the four serial ports of a PC, by polling. Nothing here needs memory, interrupts or
 * locks, so it works from the kernel's first instruction to the last of a panic.
 *
 * Each port has one owner, which serializes its calls: COM1 serial.c, COM2 and COM3 hostio.c. COM4
 * has two, one for each way, which the hardware keeps apart: hostio.c receives, verdict.c sends.
 * ("PC16550D Universal Asynchronous Receiver/Transmitter with FIFOs", National.)
 */
#ifndef LIMEN_DRIVERS_UART_H
#define LIMEN_DRIVERS_UART_H

#include "kernel/lib/types.h"

#define UART_FIFO_BYTES 16

enum uart_number {
    UART_COM1,
    UART_COM2,
    UART_COM3,
    UART_COM4,
    UART_COUNT,
};

struct uart {
    uint16_t port; /* first of eight I/O ports */
    uint8_t irq;
    bool present;
    bool stuck;          /* the last wait for room in the transmitter was in vain */
    bool break_seen;     /* a break condition that uart_break_take has not reported */
    uint8_t interrupts;  /* what the interrupt enable register holds */
    uint8_t early_count; /* received before the port was set up: read first */
    uint8_t early[UART_FIFO_BYTES];
};

extern struct uart uarts[UART_COUNT];

#define UART_INTERRUPT_RECEIVE 0x01  /* bytes have come */
#define UART_INTERRUPT_TRANSMIT 0x02 /* the transmitter's FIFO is empty */

/*
 * Looks whether the port exists, and sets it up: 115200 baud, 8N1, FIFOs on, no interrupts. What
 * the host has sent already is kept. Afterwards all calls work on an absent port as well: it
 * takes everything and gives nothing.
 */
void uart_init(struct uart *uart);

/* Chooses the interrupts that the port raises, UART_INTERRUPT_*; the first call connects it. */
void uart_interrupts_set(struct uart *uart, uint8_t interrupts);

/* True while the port raises its interrupt line. Asking ends an interrupt for the transmitter. */
bool uart_is_interrupting(struct uart *uart);

/* Takes what has been received, at most `count` bytes; returns how many. */
size_t uart_read(struct uart *uart, uint8_t *bytes, size_t count);

/* True once for each break condition on the line. */
bool uart_break_take(struct uart *uart);

/* Hands the transmitter what it has room for now, at most one FIFO full; returns how many. */
size_t uart_send(struct uart *uart, const uint8_t *bytes, size_t count);

/* True when everything has left the transmitter. */
bool uart_is_idle(struct uart *uart);

/*
 * Sends all, waiting for room; a transmitter that doesn't move for a second loses bytes, and from
 * then on isn't waited for until it moves again. For the log, and for last words.
 */
void uart_write(struct uart *uart, const char *bytes, size_t count);

#endif
