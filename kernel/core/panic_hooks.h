/*
 * What panic asks of the layers above, if they have filled it in. Called with interrupts off and
 * everything else stopped; must take no lock.
 */
#ifndef LIMEN_CORE_PANIC_HOOKS_H
#define LIMEN_CORE_PANIC_HOOKS_H

#include "kernel/lib/types.h"

/* Gives the machine's verdict, "panic" or "hang", to the host (kernel/drivers). */
extern void (*panic_verdict)(const char *verdict);

/* Writes one line on the running thread, its process and its system call (kernel/proc). */
extern void (*panic_describe)(char *line, size_t size);

/* Prints what each CPU did last (kernel/trace). */
extern void (*panic_history)(void);

#endif
