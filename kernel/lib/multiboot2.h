/*
 * Parser of the boot information that a multiboot2 loader hands over ("Multiboot2 Specification
 * version 2.0", section 3.6). Works on bytes in memory and trusts none of them: each tag is
 * bounds-checked by multiboot2_parse before anything of it is used. The results point into the boot
 * information, which must stay as it is while they are used. No locking.
 */
#ifndef LIMEN_LIB_MULTIBOOT2_H
#define LIMEN_LIB_MULTIBOOT2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/lib/compiler.h"

/* What the loader leaves in EAX (3.5). The boot information's address is in EBX. */
#define MULTIBOOT2_MAGIC 0x36d76289u

/* Types of memory (3.6.8); any other is reserved. */
enum multiboot2_memory {
    MULTIBOOT2_MEMORY_AVAILABLE = 1,
    MULTIBOOT2_MEMORY_ACPI_RECLAIMABLE = 3,
    MULTIBOOT2_MEMORY_ACPI_NVS = 4, /* must be preserved */
    MULTIBOOT2_MEMORY_DEFECTIVE = 5,
};

enum multiboot2_framebuffer_type {
    MULTIBOOT2_FRAMEBUFFER_INDEXED = 0,
    MULTIBOOT2_FRAMEBUFFER_RGB = 1,
    MULTIBOOT2_FRAMEBUFFER_TEXT = 2, /* EGA text: width and height in characters */
};

/* A range of physical memory, start .. start + size - 1; start + size never wraps; not empty. */
struct multiboot2_region {
    uint64_t start;
    uint64_t size;
    uint32_t type; /* enum multiboot2_memory */
};

/* A boot module: physical bytes start .. end - 1 (may be empty). */
struct multiboot2_module {
    uint64_t start;
    uint64_t end;
    const char *string; /* its command line, never NULL */
};

struct multiboot2_framebuffer {
    uint64_t address;
    uint32_t pitch; /* bytes from a line to the next */
    uint32_t width; /* pixels, or characters for the text type */
    uint32_t height;
    uint8_t bits_per_pixel;
    uint8_t type; /* enum multiboot2_framebuffer_type */
    /* For the RGB type: lowest bit and number of bits of each colour in a pixel. */
    uint8_t red_position, red_bits;
    uint8_t green_position, green_bits;
    uint8_t blue_position, blue_bits;
};

struct multiboot2_info {
    const char *error; /* one line, why multiboot2_parse failed; else NULL */

    const char *command_line; /* "" if the loader gave none */
    const char *loader_name;  /* "" if the loader gave none */

    bool has_framebuffer;
    struct multiboot2_framebuffer framebuffer;

    const void *rsdp_old; /* copies of the ACPI RSDP, version 1 and 2 or later; NULL if not given */
    size_t rsdp_old_size;
    const void *rsdp_new;
    size_t rsdp_new_size;

    uint64_t efi_system_table; /* physical address, 0 if not started by EFI */
    bool efi_is_64bit;
    const void *efi_memory_map; /* NULL if not given */
    size_t efi_memory_map_size;
    uint32_t efi_descriptor_size;
    bool efi_boot_services_active; /* the loader did not call ExitBootServices */

    size_t size; /* of the whole boot information, for reserving its memory */
    unsigned region_count;
    unsigned module_count;

    /* Private to multiboot2.c. */
    const uint8_t *bytes;
    size_t memory_map_offset; /* of the first entry */
    uint32_t memory_entry_size;
};

/*
 * Checks the boot information at `bytes`, of which `limit` bytes may be read, and fills *info.
 * Returns 0, or -EINVAL with info->error set. A missing memory map is an error; all else may be
 * absent. Of a tag that occurs twice (modules aside) the first counts. Unknown tags are skipped.
 */
int __must_check multiboot2_parse(const void *bytes, size_t limit, struct multiboot2_info *info);

/*
 * Entry `index` of the memory map, 0 .. region_count - 1, in the loader's order (not sorted, may
 * overlap). False for an index beyond, and for an entry that is empty or wraps: skip those.
 */
bool multiboot2_region_get(const struct multiboot2_info *info, unsigned index,
                           struct multiboot2_region *region);

/* Module `index`, 0 .. module_count - 1, in the loader's order; false for an index beyond. */
bool multiboot2_module_get(const struct multiboot2_info *info, unsigned index,
                           struct multiboot2_module *module);

#endif
