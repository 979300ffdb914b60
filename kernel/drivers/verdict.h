/*
 * The verdict: one line on COM4 by which the machine tells the host how its run ended, out of reach
 * of every program but the first one (process 1 opens /dev/verdict, which can be opened once).
 *
 * The first verdict counts; later ones are dropped.
 */
#ifndef LIMEN_DRIVERS_VERDICT_H
#define LIMEN_DRIVERS_VERDICT_H

/*
 * The kernel's verdict, a word without newline: "panic", "hang", "off", "restart". Takes no lock
 * and waits for nobody; from any context, after serial_early_init.
 */
void verdict_write(const char *line);

/* Before the machine goes: waits, a second at most, until the verdict has left the port. */
void verdict_drain(void);

#endif
