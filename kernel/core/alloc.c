/*
 * The memory hooks, in force.
 */
#include "kernel/core/alloc.h"

#include "kernel/core/boot_info.h"

/* At boot they are the kernel's, for ever. */
static void *boot_table_alloc(struct list *tables)
{
    (void)tables;
    return boot_page_alloc();
}

static const struct memory_hooks boot_memory_hooks = {.table_alloc = boot_table_alloc};

const struct memory_hooks *memory_hooks = &boot_memory_hooks;
