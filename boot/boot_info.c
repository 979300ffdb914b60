/*
 * What the loader told us, checked and put in order: usable RAM as sorted, disjoint, page-aligned
 * ranges; the modules; the command line. And the early allocator, which hands out pages of that
 * RAM until kernel/mm takes over.
 *
 * Runs on CPU 0 alone, before there are locks. All memory that it looks at lies below 4 GiB, which
 * boot/start.asm maps: a loader enters with 32-bit addresses.
 */
#include "kernel/core/boot_info.h"

#include "arch/api/memory.h"
#include "kernel/core/init.h"
#include "kernel/core/panic.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/string.h"

#define EARLY_END (1ul << 32) /* what the boot page tables map */
#define LOW_END (1ul << 20)   /* below: firmware's, and the further CPUs' first code */
#define RAM_LIMIT (1ul << 40) /* more RAM than this is left unused */
#define INFO_SIZE_MAX (1u << 20)

struct boot_info boot_info;
char boot_command_line[COMMAND_LINE_MAX];

extern char _image_phys_start[], _image_phys_end[]; /* linker.ld */

/* Usable RAM that nobody has claimed: what the early allocator takes from, highest first. */
static struct memory_range free_ranges[BOOT_RANGES_MAX];
static unsigned free_count;

/* Removes [start, end) from a list of ranges; false when the list is full. */
static bool ranges_subtract(struct memory_range *ranges, unsigned *count, phys_addr_t start,
                            phys_addr_t end)
{
    for (unsigned i = 0; i < *count; i++) {
        struct memory_range *range = &ranges[i];

        if (range->end <= start || range->start >= end)
            continue;
        if (range->start < start && range->end > end) {
            if (*count == BOOT_RANGES_MAX)
                return false;
            memmove(range + 1, range, (*count - i) * sizeof(*range));
            (*count)++;
            range[0].end = start;
            range[1].start = end;
        } else if (range->start < start) {
            range->end = start;
        } else if (range->end > end) {
            range->start = end;
        } else {
            memmove(range, range + 1, (*count - i - 1) * sizeof(*range));
            (*count)--;
            i--;
        }
    }
    return true;
}

/* Adds [start, end) to a sorted list, merging what it touches; false when the list is full. */
static bool ranges_add(struct memory_range *ranges, unsigned *count, phys_addr_t start,
                       phys_addr_t end)
{
    unsigned first = 0, last;

    while (first < *count && ranges[first].end < start)
        first++;
    for (last = first; last < *count && ranges[last].start <= end; last++) {
        start = min(start, ranges[last].start);
        end = max(end, ranges[last].end);
    }
    if (last == first && *count == BOOT_RANGES_MAX)
        return false;
    memmove(&ranges[first + 1], &ranges[last], (*count - last) * sizeof(*ranges));
    ranges[first] = (struct memory_range){start, end};
    *count = *count - (last - first) + 1;
    return true;
}

/* Makes `at` a border between ranges; false when the list is full. */
static bool ranges_split(struct memory_range *ranges, unsigned *count, phys_addr_t at)
{
    for (unsigned i = 0; i < *count; i++) {
        if (ranges[i].start >= at || ranges[i].end <= at)
            continue;
        if (*count == BOOT_RANGES_MAX)
            return false;
        memmove(&ranges[i + 1], &ranges[i], (*count - i) * sizeof(*ranges));
        (*count)++;
        ranges[i].end = ranges[i + 1].start = at;
        break;
    }
    return true;
}

/* The whole pages of all regions of available RAM, less what some other region overlaps. */
static const char *collect_ram(struct boot_info *info)
{
    struct multiboot2_region region;

    for (unsigned i = 0; i < info->loader.region_count; i++) {
        if (!multiboot2_region_get(&info->loader, i, &region) ||
            region.type != MULTIBOOT2_MEMORY_AVAILABLE || region.start >= RAM_LIMIT)
            continue;

        phys_addr_t start = round_up(region.start, PAGE_SIZE);
        phys_addr_t end = round_down(min(region.start + region.size, RAM_LIMIT), PAGE_SIZE);

        if (start < end && !ranges_add(info->ranges, &info->range_count, start, end))
            return "the memory map has too many pieces";
    }
    for (unsigned i = 0; i < info->loader.region_count; i++) {
        if (!multiboot2_region_get(&info->loader, i, &region) ||
            region.type == MULTIBOOT2_MEMORY_AVAILABLE || region.start >= RAM_LIMIT)
            continue;
        if (!ranges_subtract(info->ranges, &info->range_count, round_down(region.start, PAGE_SIZE),
                             round_up(min(region.start + region.size, RAM_LIMIT), PAGE_SIZE)))
            return "the memory map has too many pieces";
    }
    if (info->range_count == 0)
        return "the memory map has no usable memory";
    for (unsigned i = 0; i < info->range_count; i++)
        info->ram_bytes += info->ranges[i].end - info->ranges[i].start;
    info->ram_end = info->ranges[info->range_count - 1].end;
    return NULL;
}

static bool ranges_overlap(struct memory_range a, struct memory_range b)
{
    return a.start < b.end && b.start < a.end;
}

/* True if all of a module is RAM that boot_info may give back when it has been unpacked. */
static bool module_is_in_ram(const struct boot_info *info, struct memory_range module)
{
    for (unsigned i = 0; i < info->range_count; i++)
        if (module.start >= info->ranges[i].start && module.end <= info->ranges[i].end)
            return module.end <= EARLY_END;
    return module.start == module.end;
}

static const char *collect_modules(struct boot_info *info)
{
    const struct memory_range image = {(uintptr_t)_image_phys_start, (uintptr_t)_image_phys_end};
    struct multiboot2_module found;

    if (info->loader.module_count > BOOT_MODULES_MAX)
        return "too many boot modules";
    for (unsigned i = 0; i < info->loader.module_count; i++) {
        struct memory_range module;

        if (!multiboot2_module_get(&info->loader, i, &found))
            return "a boot module lies outside memory";
        module = (struct memory_range){found.start, found.end};
        if (!module_is_in_ram(info, module))
            return "a boot module lies outside memory";
        if (ranges_overlap(module, image))
            return "a boot module lies over the kernel";
        for (unsigned other = 0; other < info->module_count; other++)
            if (ranges_overlap(module, info->modules[other]))
                return "two boot modules lie over each other";
        info->modules[info->module_count++] = module;
    }
    return NULL;
}

/* Free is what is usable, above 1 MiB, and neither the image, a module nor the loader's tags. */
static const char *collect_free(struct boot_info *info, phys_addr_t tags)
{
    bool fits = true;

    memcpy(free_ranges, info->ranges, sizeof(free_ranges));
    free_count = info->range_count;
    fits &= ranges_subtract(free_ranges, &free_count, 0, LOW_END);
    fits &= ranges_subtract(free_ranges, &free_count, (uintptr_t)_image_phys_start,
                            (uintptr_t)_image_phys_end);
    fits &= ranges_subtract(free_ranges, &free_count, round_down(tags, PAGE_SIZE),
                            round_up(tags + info->loader.size, PAGE_SIZE));
    for (unsigned i = 0; i < info->module_count; i++)
        fits &=
            ranges_subtract(free_ranges, &free_count, round_down(info->modules[i].start, PAGE_SIZE),
                            round_up(info->modules[i].end, PAGE_SIZE));
    fits &= ranges_split(free_ranges, &free_count, EARLY_END);
    return fits ? NULL : "the memory map has too many pieces";
}

const char *boot_info_init(uint32_t magic, uint32_t info_phys)
{
    struct boot_info *info = &boot_info;
    const char *error;

    if (magic != MULTIBOOT2_MAGIC)
        return "not started by a multiboot2 loader";
    if (info_phys == 0 || !is_aligned(info_phys, 8u) || info_phys > EARLY_END - INFO_SIZE_MAX)
        return "the loader's information is not where it can be";
    if (multiboot2_parse(phys_to_virt(info_phys), INFO_SIZE_MAX, &info->loader) != 0)
        return info->loader.error;
    if (strlen(info->loader.command_line) >= COMMAND_LINE_MAX)
        return "the command line is too long";
    memcpy(boot_command_line, info->loader.command_line, strlen(info->loader.command_line) + 1);

    error = collect_ram(info);
    if (!error)
        error = collect_modules(info);
    if (!error)
        error = collect_free(info, info_phys);
    return error;
}

const struct multiboot2_framebuffer *boot_framebuffer(void)
{
    return boot_info.loader.has_framebuffer ? &boot_info.loader.framebuffer : NULL;
}

/* The highest free page below EARLY_END, zeroed. NULL: none is left. */
void *boot_page_alloc(void)
{
    for (unsigned i = free_count; i-- > 0;) {
        struct memory_range *range = &free_ranges[i];

        if (range->end > EARLY_END || range->start == range->end)
            continue;
        range->end -= PAGE_SIZE;
        memset(phys_to_virt(range->end), 0, PAGE_SIZE);
        return phys_to_virt(range->end);
    }
    return NULL;
}

unsigned boot_free_ranges(struct memory_range *ranges, unsigned most)
{
    unsigned count = 0;

    for (unsigned i = 0; i < free_count && count < most; i++)
        if (free_ranges[i].start != free_ranges[i].end)
            ranges[count++] = free_ranges[i];
    free_count = 0;
    return count;
}
