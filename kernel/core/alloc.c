/*
 * The memory hooks, in force.
 */
#include "kernel/core/alloc.h"

#include "kernel/core/boot_info.h"

static const struct memory_hooks boot_memory_hooks = {.page_alloc = boot_page_alloc};

const struct memory_hooks *memory_hooks = &boot_memory_hooks;
