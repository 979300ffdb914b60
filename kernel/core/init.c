/*
 * Runs the init calls, whose addresses linker.ld has collected in order of their levels.
 */
#include "kernel/core/init.h"

extern void (*const _initcalls[])(void); /* linker.ld */
extern void (*const _initcalls_end[])(void);

void init_calls_run(void)
{
    for (void (*const *call)(void) = _initcalls; call < _initcalls_end; call++)
        (*call)();
}
