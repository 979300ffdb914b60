/*
 * The machine's end, with the verdict that belongs to it (verdict.h). Nothing here sleeps:
 * Ctrl-Alt- Del comes from the keyboard's interrupt handler.
 */
#ifndef LIMEN_DRIVERS_POWER_H
#define LIMEN_DRIVERS_POWER_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

__noreturn void power_off(void);
__noreturn void power_restart(void);
__noreturn void power_halt(void);

/* What Ctrl-Alt-Del does: restart at once (so from the start), or SIGINT to process 1. */
void power_ctrl_alt_del_set(bool restarts);
void power_ctrl_alt_del(void);

#endif
