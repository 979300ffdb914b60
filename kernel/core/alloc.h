/*
 * Memory for the layers below kernel/mm: page tables, kernel stacks, the scheduler's own objects.
 * A hook: boot code fills it with an allocator that can only give pages, kernel/mm later with its
 * own. Everything returns NULL when there is no memory; memory comes zeroed.
 */
#ifndef LIMEN_CORE_ALLOC_H
#define LIMEN_CORE_ALLOC_H

#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

struct memory_hooks {
    /* A page at its direct-map address. `tables`, if not NULL, has all that are to go together. */
    void *(*table_alloc)(struct list *tables);
    void (*table_free)(void *table);
    void (*tables_free)(struct list *tables);
    void *(*alloc)(size_t size);
    void (*free)(void *object);
    void *(*stack_alloc)(size_t size); /* lowest address; a guard page lies below it */
    void (*stack_free)(void *stack);
    void *(*device_map)(phys_addr_t phys, size_t size); /* registers of a device, uncached */
};

extern const struct memory_hooks *memory_hooks;

#endif
