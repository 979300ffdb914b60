/*
 * Kernel virtual areas between AREA_BASE and AREA_END: memory that is contiguous for the kernel but
 * not in RAM, and registers of devices. Below each area lies a page that is never mapped, so that
 * running off a kernel stack faults.
 *
 * Thread context only. All of it works on the kernel's page table, whose entries in this range
 * change under the lock of area.c alone.
 */
#ifndef LIMEN_MM_AREA_H
#define LIMEN_MM_AREA_H

#include "arch/api/memory.h"
#include "kernel/lib/types.h"

/* Writable memory of `size` bytes (rounded up to pages), contents anything. NULL: none. */
void *area_alloc(size_t size);
void area_free(void *memory);

/* Makes `size` bytes from the physical address on accessible; neither need be page aligned. rights:
 * PT_WRITE, PT_UNCACHED, PT_WRITE_COMBINE. NULL: no memory for it, or phys + size wraps. */
void *area_map_device(phys_addr_t phys, size_t size, unsigned rights);
void area_unmap_device(void *memory);

#endif
