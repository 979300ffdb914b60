/*
 * Init calls: how a subsystem gets its turn during boot without anybody including its header.
 * Within one level the order is that of the link and must not matter.
 */
#ifndef LIMEN_CORE_INIT_H
#define LIMEN_CORE_INIT_H

#include "kernel/lib/compiler.h"

/*
 * INIT_CALL(level, function): `void function(void)` runs once, on CPU 0, in thread context with
 * interrupts on; memory, scheduler and timers work. Levels, in order:
 *   1 core     pure software: caches, tables, registries
 *   2 fs       file-system types, pseudo-files
 *   3 device   hardware
 *   4 late     what needs all of the above (mounting the root, starting threads)
 */
#define INIT_CALL(level, function)                                                                \
    __attribute__((section(".initcall." #level), used)) static void (*const initcall_##function)( \
        void) = (function)

void init_calls_run(void);

/* The kernel's command line, NUL-terminated ("" when none). See kernel/lib/parse.h. */
extern char boot_command_line[];
#define COMMAND_LINE_MAX 2048

#endif
