/*
 * COM1: the kernel's log, and the terminal ttyS0.
 */
#ifndef LIMEN_DRIVERS_SERIAL_H
#define LIMEN_DRIVERS_SERIAL_H

struct tty_device;

/*
 * Sets up all four serial ports and sends the log to COM1. The first thing that C code does: needs
 * no memory and no interrupts.
 */
void serial_early_init(void);

/* COM1 as a terminal's hardware; NULL if the machine has no COM1. */
struct tty_device *serial_tty_device(void);

#endif
