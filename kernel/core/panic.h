/*
 * The end of the road: panic, and the assertions that lead there in debug builds.
 *
 * A panic stops all other CPUs, writes a report on the log's consoles (registers, backtrace with
 * file:line, the faulting address's page walk, the thread at hand), gives the verdict and stops the
 * machine. It takes no lock and may be called from any context.
 *
 * A panic's text may have a second line after a '\n', which begins with "hint: ": what mistake
 * mostly leads there.
 */
#ifndef LIMEN_CORE_PANIC_H
#define LIMEN_CORE_PANIC_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct pt_regs;

__noreturn void panic(const char *fmt, ...) __printf(1, 2);

/* The same, with the registers of the interrupted code. */
__noreturn void panic_regs(const struct pt_regs *regs, const char *fmt, ...) __printf(2, 3);

/* The lock-up detector's panic: its verdict is `hang`. */
__noreturn void panic_hang(const struct pt_regs *regs, const char *fmt, ...) __printf(2, 3);

/* True from the moment that one CPU panics. */
bool panic_in_progress(void);

#if LIMEN_DEBUG
#define assert(condition)                                                          \
    do {                                                                           \
        if (unlikely(!(condition)))                                                \
            panic("assertion failed: %s (%s:%d)", #condition, __FILE__, __LINE__); \
    } while (0)
#else
#define assert(condition) ((void)sizeof(condition))
#endif

#endif
