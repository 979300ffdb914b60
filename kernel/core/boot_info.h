/*
 * What the boot loader told us, as the rest of the kernel may see it. Filled by boot/boot_info.c;
 * constant from then on.
 */
#ifndef LIMEN_CORE_BOOT_INFO_H
#define LIMEN_CORE_BOOT_INFO_H

#include "kernel/lib/multiboot2.h"
#include "kernel/lib/types.h"

#define BOOT_MODULES_MAX 32
#define BOOT_RANGES_MAX 128

/* Physical memory, start inclusive, end exclusive. */
struct memory_range {
    phys_addr_t start, end;
};

struct boot_info {
    struct multiboot2_info loader;               /* its pointers lead into the direct map */
    struct memory_range ranges[BOOT_RANGES_MAX]; /* usable RAM: page aligned, sorted, disjoint */
    unsigned range_count;
    phys_addr_t ram_end; /* end of the last range */
    uint64_t ram_bytes;  /* sum of the ranges */
    struct memory_range modules[BOOT_MODULES_MAX];
    unsigned module_count;
};

extern struct boot_info boot_info;

/*
 * Checks what the loader left (its magic number, the physical address of its information) and
 * fills boot_info and boot_command_line. NULL, or one line that says what is wrong.
 */
const char *boot_info_init(uint32_t magic, uint32_t info_phys);

/* The frame buffer or text screen that the loader set up, NULL if none. */
const struct multiboot2_framebuffer *boot_framebuffer(void);

/*
 * The early allocator: hands out zeroed pages from the top of usable RAM below 4 GiB, avoiding the
 * first MiB, the image, the modules and the loader's information; NULL when there is none left.
 * boot_free_ranges gives what remains to the real allocator and ends its use: number of ranges.
 */
void *boot_page_alloc(void);
unsigned boot_free_ranges(struct memory_range *ranges, unsigned most);

#endif
