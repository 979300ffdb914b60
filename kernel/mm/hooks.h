/*
 * Memory's part of the boot story.
 */
#ifndef LIMEN_MM_HOOKS_H
#define LIMEN_MM_HOOKS_H

/* Takes over all RAM that the early allocator has left, and serves the layers below from now on. */
void memory_init(void);

/* One line on how much memory there is. */
void memory_report(void);

#endif
