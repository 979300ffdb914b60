/*
 * Parser of multiboot2 boot information; see multiboot2.h. The section numbers are those of the
 * Multiboot2 Specification 2.0. All numbers are little endian, as the CPU reads them; tags are
 * copied out before use, so their alignment in memory does not matter.
 */
#include "kernel/lib/multiboot2.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"

enum tag_type {
    TAG_END = 0,
    TAG_COMMAND_LINE = 1,
    TAG_LOADER_NAME = 2,
    TAG_MODULE = 3,
    TAG_MEMORY_MAP = 6,
    TAG_FRAMEBUFFER = 8,
    TAG_EFI_SYSTEM_TABLE_32 = 11,
    TAG_EFI_SYSTEM_TABLE_64 = 12,
    TAG_RSDP_OLD = 14,
    TAG_RSDP_NEW = 15,
    TAG_EFI_MEMORY_MAP = 17,
    TAG_EFI_BOOT_SERVICES = 18,
};

#define TAG_ALIGNMENT 8

/* 3.6.1: what the boot information begins with; tags follow. */
struct info_header {
    uint32_t total_size;
    uint32_t reserved;
};
static_assert(sizeof(struct info_header) == 8, "3.6.1");

/* 3.6.2: what each tag begins with. The next one is at the next multiple of 8. */
struct tag_header {
    uint32_t type;
    uint32_t size; /* with this header, without padding */
};
static_assert(sizeof(struct tag_header) == 8, "3.6.2");

/* 3.6.6; a string follows. */
struct module_tag {
    struct tag_header header;
    uint32_t start;
    uint32_t end;
};
static_assert(sizeof(struct module_tag) == 16, "3.6.6");

/* 3.6.8; entries of entry_size bytes follow. */
struct memory_map_tag {
    struct tag_header header;
    uint32_t entry_size;
    uint32_t entry_version;
};
static_assert(sizeof(struct memory_map_tag) == 16, "3.6.8");

struct memory_map_entry {
    uint64_t base;
    uint64_t length;
    uint32_t type;
    uint32_t reserved;
};
static_assert(sizeof(struct memory_map_entry) == 24, "3.6.8");

/* 3.6.12; the colours follow. (`reserved` has 16 bits in GRUB and its header, not 8 as in the
 * text.) */
struct framebuffer_tag {
    struct tag_header header;
    uint64_t address;
    uint32_t pitch;
    uint32_t width;
    uint32_t height;
    uint8_t bits_per_pixel;
    uint8_t type;
    uint16_t reserved;
};
static_assert(sizeof(struct framebuffer_tag) == 32, "3.6.12");

struct framebuffer_rgb_tag {
    struct framebuffer_tag common;
    uint8_t red_position;
    uint8_t red_bits;
    uint8_t green_position;
    uint8_t green_bits;
    uint8_t blue_position;
    uint8_t blue_bits;
} __packed;
static_assert(sizeof(struct framebuffer_rgb_tag) == 38, "3.6.12");

/* 3.6.13 and 3.6.14. */
struct efi_32_tag {
    struct tag_header header;
    uint32_t pointer;
};
static_assert(sizeof(struct efi_32_tag) == 12, "3.6.13");

struct efi_64_tag {
    struct tag_header header;
    uint64_t pointer;
};
static_assert(sizeof(struct efi_64_tag) == 16, "3.6.14");

/* 3.6.19; the map follows. */
struct efi_memory_map_tag {
    struct tag_header header;
    uint32_t descriptor_size;
    uint32_t descriptor_version;
};
static_assert(sizeof(struct efi_memory_map_tag) == 16, "3.6.19");

/* Least sizes of an RSDP: ACPI 1.0, and 2.0 or later (ACPI 6.4, 5.2.5.3). */
#define RSDP_OLD_SIZE 20
#define RSDP_NEW_SIZE 36

/* A tag whose bytes are all within the boot information. */
struct tag {
    uint32_t type;
    uint32_t size;
    const uint8_t *bytes;
};

/*
 * The tag at *offset, which moves on to the next one. Returns 1, 0 at the end tag, or -EINVAL with
 * info->error set.
 */
static int tag_next(struct multiboot2_info *info, size_t *offset, struct tag *tag)
{
    struct tag_header header;
    size_t left = info->size - *offset;

    if (left < sizeof(header)) {
        info->error = "multiboot2: boot information ends without an end tag";
        return -EINVAL;
    }
    memcpy(&header, info->bytes + *offset, sizeof(header));
    if (header.size < sizeof(header) || header.size > left) {
        info->error = "multiboot2: tag is larger than the boot information, or smaller than a tag";
        return -EINVAL;
    }
    tag->type = header.type;
    tag->size = header.size;
    tag->bytes = info->bytes + *offset;
    *offset += min(round_up((size_t)header.size, TAG_ALIGNMENT), left);
    return header.type != TAG_END;
}

/* Copies the tag's first `size` bytes; false if it is shorter. */
static bool tag_copy(const struct tag *tag, void *to, size_t size)
{
    if (tag->size < size)
        return false;
    memcpy(to, tag->bytes, size);
    return true;
}

/* The string from `offset` on, or NULL if no NUL ends it within the tag. */
static const char *tag_string(const struct tag *tag, size_t offset)
{
    if (tag->size < offset || !memchr(tag->bytes + offset, 0, tag->size - offset))
        return NULL;
    return (const char *)tag->bytes + offset;
}

/* The functions below take one kind of tag each; they return what is wrong with it, or NULL. */

static const char *string_take(const struct tag *tag, const char **string)
{
    const char *found = tag_string(tag, sizeof(struct tag_header));

    if (!found)
        return "multiboot2: string without its NUL";
    if (!**string)
        *string = found;
    return NULL;
}

static const char *module_parse(const struct tag *tag, struct multiboot2_module *module)
{
    struct module_tag wire;

    if (!tag_copy(tag, &wire, sizeof(wire)))
        return "multiboot2: module tag too short";
    module->start = wire.start;
    module->end = wire.end;
    module->string = tag_string(tag, sizeof(wire));
    if (!module->string)
        return "multiboot2: module string without its NUL";
    return wire.start <= wire.end ? NULL : "multiboot2: module ends before it starts";
}

static const char *module_take(struct multiboot2_info *info, const struct tag *tag)
{
    struct multiboot2_module module;

    info->module_count++;
    return module_parse(tag, &module);
}

static const char *memory_map_take(struct multiboot2_info *info, const struct tag *tag)
{
    struct memory_map_tag wire;
    size_t size;

    if (info->memory_map_offset)
        return NULL;
    if (!tag_copy(tag, &wire, sizeof(wire)))
        return "multiboot2: memory map tag too short";
    size = tag->size - sizeof(wire);
    if (wire.entry_size < sizeof(struct memory_map_entry) || wire.entry_size % 8)
        return "multiboot2: memory map entries of a wrong size";
    if (size == 0 || size % wire.entry_size)
        return "multiboot2: memory map is not a number of entries";
    info->memory_map_offset = (size_t)(tag->bytes - info->bytes) + sizeof(wire);
    info->memory_entry_size = wire.entry_size;
    info->region_count = (unsigned)(size / wire.entry_size);
    return NULL;
}

static bool color_is_valid(unsigned position, unsigned bits, unsigned bits_per_pixel)
{
    return bits >= 1 && bits <= 8 && position + bits <= bits_per_pixel;
}

static const char *framebuffer_rgb_take(struct multiboot2_framebuffer *to, const struct tag *tag)
{
    struct framebuffer_rgb_tag wire;

    if (!tag_copy(tag, &wire, sizeof(wire)))
        return "multiboot2: framebuffer tag without its colours";
    to->red_position = wire.red_position;
    to->red_bits = wire.red_bits;
    to->green_position = wire.green_position;
    to->green_bits = wire.green_bits;
    to->blue_position = wire.blue_position;
    to->blue_bits = wire.blue_bits;
    if (!color_is_valid(wire.red_position, wire.red_bits, to->bits_per_pixel) ||
        !color_is_valid(wire.green_position, wire.green_bits, to->bits_per_pixel) ||
        !color_is_valid(wire.blue_position, wire.blue_bits, to->bits_per_pixel))
        return "multiboot2: framebuffer colours do not fit a pixel";
    return NULL;
}

/* The last byte of the picture must have an address, and each line must fit the pitch. */
static bool framebuffer_fits(const struct multiboot2_framebuffer *screen)
{
    uint64_t line = (uint64_t)screen->width * DIV_ROUND_UP(screen->bits_per_pixel, 8u);
    uint64_t size = (uint64_t)screen->pitch * screen->height;
    uint64_t end;

    return line && size && line <= screen->pitch &&
           !check_add_overflow(screen->address, size, &end);
}

/* Types that the specification does not know are left alone: then there is no framebuffer. */
static const char *framebuffer_take(struct multiboot2_info *info, const struct tag *tag)
{
    struct multiboot2_framebuffer *screen = &info->framebuffer;
    struct framebuffer_tag wire;
    const char *error = NULL;

    if (info->has_framebuffer)
        return NULL;
    if (!tag_copy(tag, &wire, sizeof(wire)))
        return "multiboot2: framebuffer tag too short";
    if (wire.type > MULTIBOOT2_FRAMEBUFFER_TEXT)
        return NULL;
    *screen = (struct multiboot2_framebuffer){
        .address = wire.address,
        .pitch = wire.pitch,
        .width = wire.width,
        .height = wire.height,
        .bits_per_pixel = wire.bits_per_pixel,
        .type = wire.type,
    };
    if (!framebuffer_fits(screen))
        return "multiboot2: framebuffer of a senseless size";
    if (wire.type == MULTIBOOT2_FRAMEBUFFER_RGB)
        error = framebuffer_rgb_take(screen, tag);
    info->has_framebuffer = !error;
    return error;
}

static const char *rsdp_take(const struct tag *tag, size_t least, const void **rsdp, size_t *size)
{
    if (*rsdp)
        return NULL;
    *size = tag->size - sizeof(struct tag_header);
    if (*size < least)
        return "multiboot2: ACPI tag too short";
    *rsdp = tag->bytes + sizeof(struct tag_header);
    return NULL;
}

static const char *efi_table_take(struct multiboot2_info *info, const struct tag *tag)
{
    struct efi_32_tag wire_32;
    struct efi_64_tag wire_64;
    bool is_64bit = tag->type == TAG_EFI_SYSTEM_TABLE_64;

    if (info->efi_system_table)
        return NULL;
    if (is_64bit ? !tag_copy(tag, &wire_64, sizeof(wire_64))
                 : !tag_copy(tag, &wire_32, sizeof(wire_32)))
        return "multiboot2: EFI system table tag too short";
    info->efi_system_table = is_64bit ? wire_64.pointer : wire_32.pointer;
    info->efi_is_64bit = is_64bit;
    return NULL;
}

static const char *efi_memory_map_take(struct multiboot2_info *info, const struct tag *tag)
{
    struct efi_memory_map_tag wire;

    if (info->efi_memory_map)
        return NULL;
    if (!tag_copy(tag, &wire, sizeof(wire)) || wire.descriptor_size == 0)
        return "multiboot2: EFI memory map tag too short, or with empty entries";
    info->efi_memory_map = tag->bytes + sizeof(wire);
    info->efi_memory_map_size = tag->size - sizeof(wire);
    info->efi_descriptor_size = wire.descriptor_size;
    return NULL;
}

static const char *tag_take(struct multiboot2_info *info, const struct tag *tag)
{
    switch (tag->type) {
    case TAG_COMMAND_LINE:
        return string_take(tag, &info->command_line);
    case TAG_LOADER_NAME:
        return string_take(tag, &info->loader_name);
    case TAG_MODULE:
        return module_take(info, tag);
    case TAG_MEMORY_MAP:
        return memory_map_take(info, tag);
    case TAG_FRAMEBUFFER:
        return framebuffer_take(info, tag);
    case TAG_RSDP_OLD:
        return rsdp_take(tag, RSDP_OLD_SIZE, &info->rsdp_old, &info->rsdp_old_size);
    case TAG_RSDP_NEW:
        return rsdp_take(tag, RSDP_NEW_SIZE, &info->rsdp_new, &info->rsdp_new_size);
    case TAG_EFI_SYSTEM_TABLE_32:
    case TAG_EFI_SYSTEM_TABLE_64:
        return efi_table_take(info, tag);
    case TAG_EFI_MEMORY_MAP:
        return efi_memory_map_take(info, tag);
    case TAG_EFI_BOOT_SERVICES:
        info->efi_boot_services_active = true;
        return NULL;
    default:
        return NULL;
    }
}

static int fail(struct multiboot2_info *info, const char *error)
{
    info->error = error;
    return -EINVAL;
}

int multiboot2_parse(const void *bytes, size_t limit, struct multiboot2_info *info)
{
    size_t offset = sizeof(struct info_header);
    struct info_header header;
    struct tag tag;
    int result;

    *info = (struct multiboot2_info){.bytes = bytes, .command_line = "", .loader_name = ""};
    if (limit < sizeof(header))
        return fail(info, "multiboot2: no room for boot information");
    memcpy(&header, bytes, sizeof(header));
    if (header.total_size < sizeof(header) || header.total_size > limit)
        return fail(info, "multiboot2: boot information of a wrong size");
    info->size = header.total_size;
    while ((result = tag_next(info, &offset, &tag)) > 0) {
        const char *error = tag_take(info, &tag);

        if (error)
            return fail(info, error);
    }
    if (result < 0)
        return result;
    if (!info->memory_map_offset)
        return fail(info, "multiboot2: no memory map");
    return 0;
}

bool multiboot2_region_get(const struct multiboot2_info *info, unsigned index,
                           struct multiboot2_region *region)
{
    struct memory_map_entry entry;
    uint64_t end;

    if (index >= info->region_count)
        return false;
    memcpy(&entry, info->bytes + info->memory_map_offset + (size_t)index * info->memory_entry_size,
           sizeof(entry));
    *region = (struct multiboot2_region){entry.base, entry.length, entry.type};
    return entry.length && !check_add_overflow(entry.base, entry.length, &end);
}

bool multiboot2_module_get(const struct multiboot2_info *info, unsigned index,
                           struct multiboot2_module *module)
{
    struct multiboot2_info walk = *info;
    size_t offset = sizeof(struct info_header);
    struct tag tag;

    while (tag_next(&walk, &offset, &tag) > 0) {
        if (tag.type == TAG_MODULE && index-- == 0)
            return !module_parse(&tag, module);
    }
    return false;
}
