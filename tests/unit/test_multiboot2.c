/* Unit test of kernel/lib/multiboot2: boot information built here, each damage, mutation fuzz. */
#include "tests/unit/unit.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/multiboot2.h"

static uint8_t info_bytes[2048];
static size_t info_size;
static size_t tag_start;

static void put(const void *bytes, size_t size)
{
    memcpy(info_bytes + info_size, bytes, size);
    info_size += size;
}

static void put_8(uint8_t value)
{
    put(&value, 1);
}

static void put_32(uint32_t value)
{
    put(&value, 4);
}

static void put_64(uint64_t value)
{
    put(&value, 8);
}

static void put_string(const char *text)
{
    put(text, strlen(text) + 1);
}

static void tag_begin(uint32_t type)
{
    while (info_size % 8)
        info_bytes[info_size++] = 0xee;
    tag_start = info_size;
    put_32(type);
    put_32(0);
}

static void tag_end(void)
{
    uint32_t size = (uint32_t)(info_size - tag_start);

    memcpy(info_bytes + tag_start + 4, &size, 4);
}

static void info_begin(void)
{
    info_size = 0;
    put_32(0);
    put_32(0);
}

static void info_end(void)
{
    uint32_t size;

    tag_begin(0);
    tag_end();
    size = (uint32_t)info_size;
    memcpy(info_bytes, &size, 4);
}

static void put_region(uint64_t start, uint64_t size, uint32_t type)
{
    put_64(start);
    put_64(size);
    put_32(type);
    put_32(0);
}

static void put_memory_map(void)
{
    tag_begin(6);
    put_32(24);
    put_32(0);
    put_region(0, 0x9fc00, 1);
    put_region(0x100000, 0x7ee0000, 1);
    put_region(0x7fe0000, 0x20000, 3);
    put_region(0xfffffffffffff000, 0x1001, 2);
    put_region(0x5000, 0, 1);
    tag_end();
}

static void put_string_tag(uint32_t type, const char *text)
{
    tag_begin(type);
    put_string(text);
    tag_end();
}

static void put_module(uint32_t start, uint32_t end, const char *text)
{
    tag_begin(3);
    put_32(start);
    put_32(end);
    put_string(text);
    tag_end();
}

static void put_framebuffer(uint8_t type, uint32_t pitch, uint8_t bits_per_pixel)
{
    tag_begin(8);
    put_64(0xfd000000);
    put_32(pitch);
    put_32(1024);
    put_32(768);
    put_8(bits_per_pixel);
    put_8(type);
    put("\0\0", 2);
    if (type == 1)
        put("\x10\x08\x08\x08\x00\x08", 6);
    tag_end();
}

static void put_rsdp(uint32_t type, size_t size)
{
    tag_begin(type);
    for (size_t i = 0; i < size; i++)
        put_8((uint8_t)i);
    tag_end();
}

/* Everything that a loader may give. */
static void build_full(void)
{
    info_begin();
    put_string_tag(1, "root=/ -- sh -c \"exit 7\"");
    put_string_tag(2, "GRUB 2.06");
    put_module(0x200000, 0x300000, "root.cpio");
    put_memory_map();
    tag_begin(4); /* basic memory information, which Limen skips */
    put_32(640);
    put_32(100000);
    tag_end();
    put_framebuffer(1, 4096, 32);
    put_module(0x300000, 0x300000, "");
    put_rsdp(14, 20);
    put_rsdp(15, 36);
    tag_begin(12);
    put_64(0x7f000018);
    tag_end();
    tag_begin(17);
    put_32(48);
    put_32(1);
    put("0123456789012345678901234567890123456789012345678901234567890123", 48);
    tag_end();
    tag_begin(18);
    tag_end();
    put_string_tag(1, "a second command line");
    info_end();
}

/* Parses a heap copy of exactly the right size and uses all that comes out of it. */
static int parse(struct multiboot2_info *info, uint8_t **copy)
{
    int result;

    *copy = unit_copy(info_bytes, info_size);
    result = multiboot2_parse(*copy, info_size, info);
    CHECK((result == 0) == (info->error == NULL));
    CHECK(result == 0 || result == -EINVAL);
    return result;
}

static void check_bad(const char *why)
{
    struct multiboot2_info info;
    uint8_t *copy;

    CHECK_EQ(parse(&info, &copy), -EINVAL);
    CHECK_STR(info.error, why);
    free(copy);
}

static void check_regions(const struct multiboot2_info *info)
{
    struct multiboot2_region region;

    CHECK_EQ(info->region_count, 5);
    CHECK(multiboot2_region_get(info, 0, &region));
    CHECK(region.start == 0 && region.size == 0x9fc00 && region.type == 1);
    CHECK(multiboot2_region_get(info, 2, &region));
    CHECK(region.start == 0x7fe0000 && region.size == 0x20000);
    CHECK_EQ(region.type, MULTIBOOT2_MEMORY_ACPI_RECLAIMABLE);
    CHECK(!multiboot2_region_get(info, 3, &region));
    CHECK(!multiboot2_region_get(info, 4, &region));
    CHECK(!multiboot2_region_get(info, 5, &region));
    CHECK(!multiboot2_region_get(info, UINT32_MAX, &region));
}

static void check_modules(const struct multiboot2_info *info)
{
    struct multiboot2_module module;

    CHECK_EQ(info->module_count, 2);
    CHECK(multiboot2_module_get(info, 0, &module));
    CHECK(module.start == 0x200000 && module.end == 0x300000);
    CHECK_STR(module.string, "root.cpio");
    CHECK(multiboot2_module_get(info, 1, &module));
    CHECK(module.start == 0x300000 && module.end == 0x300000);
    CHECK_STR(module.string, "");
    CHECK(!multiboot2_module_get(info, 2, &module));
}

static void test_full(void)
{
    struct multiboot2_info info;
    uint8_t *copy;

    build_full();
    CHECK_EQ(parse(&info, &copy), 0);
    CHECK_EQ(info.size, info_size);
    CHECK_STR(info.command_line, "root=/ -- sh -c \"exit 7\"");
    CHECK_STR(info.loader_name, "GRUB 2.06");
    check_regions(&info);
    check_modules(&info);
    CHECK(info.has_framebuffer);
    CHECK_EQ(info.framebuffer.address, 0xfd000000);
    CHECK_EQ(info.framebuffer.pitch, 4096);
    CHECK_EQ(info.framebuffer.width, 1024);
    CHECK_EQ(info.framebuffer.height, 768);
    CHECK_EQ(info.framebuffer.bits_per_pixel, 32);
    CHECK_EQ(info.framebuffer.type, MULTIBOOT2_FRAMEBUFFER_RGB);
    CHECK_EQ(info.framebuffer.red_position, 16);
    CHECK_EQ(info.framebuffer.green_position, 8);
    CHECK_EQ(info.framebuffer.blue_position, 0);
    CHECK_EQ(info.framebuffer.blue_bits, 8);
    CHECK_EQ(info.rsdp_old_size, 20);
    CHECK_EQ(((const uint8_t *)info.rsdp_old)[19], 19);
    CHECK_EQ(info.rsdp_new_size, 36);
    CHECK_EQ(((const uint8_t *)info.rsdp_new)[35], 35);
    CHECK_EQ(info.efi_system_table, 0x7f000018);
    CHECK(info.efi_is_64bit);
    CHECK_EQ(info.efi_memory_map_size, 48);
    CHECK_EQ(info.efi_descriptor_size, 48);
    CHECK(info.efi_boot_services_active);
    free(copy);
}

static void test_least(void)
{
    struct multiboot2_info info;
    uint8_t *copy;

    info_begin();
    put_memory_map();
    put_framebuffer(2, 2048, 16);
    info_end();
    CHECK_EQ(parse(&info, &copy), 0);
    CHECK_STR(info.command_line, "");
    CHECK_STR(info.loader_name, "");
    CHECK_EQ(info.module_count, 0);
    CHECK(info.has_framebuffer);
    CHECK_EQ(info.framebuffer.type, MULTIBOOT2_FRAMEBUFFER_TEXT);
    CHECK(!info.rsdp_old && !info.rsdp_new && !info.efi_system_table && !info.efi_memory_map);
    CHECK(!info.efi_boot_services_active);
    free(copy);
    info_begin();
    put_memory_map();
    put_framebuffer(9, 0, 0); /* a type of the future */
    tag_begin(11);
    put_32(0x1234);
    tag_end();
    info_end();
    CHECK_EQ(parse(&info, &copy), 0);
    CHECK(!info.has_framebuffer);
    CHECK_EQ(info.efi_system_table, 0x1234);
    CHECK(!info.efi_is_64bit);
    free(copy);
}

static void test_sizes(void)
{
    struct multiboot2_info info;
    uint32_t size;

    build_full();
    CHECK_EQ(multiboot2_parse(info_bytes, 7, &info), -EINVAL);
    CHECK_STR(info.error, "multiboot2: no room for boot information");
    CHECK_EQ(multiboot2_parse(info_bytes, info_size - 1, &info), -EINVAL);
    CHECK_STR(info.error, "multiboot2: boot information of a wrong size");
    CHECK_EQ(multiboot2_parse(info_bytes, info_size + 100, &info), 0);
    size = 7;
    memcpy(info_bytes, &size, 4);
    check_bad("multiboot2: boot information of a wrong size");
    size = 8;
    memcpy(info_bytes, &size, 4);
    check_bad("multiboot2: boot information ends without an end tag");
    build_full();
    for (size = 8; size < info_size - 8; size += 8) {
        memcpy(info_bytes, &size, 4);
        CHECK_EQ(multiboot2_parse(info_bytes, size, &info), -EINVAL);
    }
}

/* Builds a memory map and one tag of `type` holding bytes[size]. */
static void build_tag(uint32_t type, const void *bytes, size_t size)
{
    info_begin();
    put_memory_map();
    tag_begin(type);
    put(bytes, size);
    tag_end();
    info_end();
}

static void test_malformed_tags(void)
{
    build_tag(1, "no end", 6);
    check_bad("multiboot2: string without its NUL");
    build_tag(2, "", 0);
    check_bad("multiboot2: string without its NUL");
    build_tag(3, "\0\0\0\0\0\0\0", 7);
    check_bad("multiboot2: module tag too short");
    build_tag(3, "\0\0\0\0\0\0\0\0x", 9);
    check_bad("multiboot2: module string without its NUL");
    build_tag(3, "\1\0\0\0\0\0\0\0", 9);
    check_bad("multiboot2: module ends before it starts");
    build_tag(14, info_bytes, 19);
    check_bad("multiboot2: ACPI tag too short");
    build_tag(15, info_bytes, 35);
    check_bad("multiboot2: ACPI tag too short");
    build_tag(12, info_bytes, 7);
    check_bad("multiboot2: EFI system table tag too short");
    build_tag(11, info_bytes, 3);
    check_bad("multiboot2: EFI system table tag too short");
    build_tag(17, "\0\0\0\0\0\0\0", 8);
    check_bad("multiboot2: EFI memory map tag too short, or with empty entries");
    build_tag(8, info_bytes, 23);
    check_bad("multiboot2: framebuffer tag too short");
    info_begin();
    info_end();
    check_bad("multiboot2: no memory map");
}

static void build_memory_map(uint32_t entry_size, size_t size)
{
    info_begin();
    tag_begin(6);
    put_32(entry_size);
    put_32(0);
    for (size_t i = 0; i < size; i++)
        put_8(0);
    tag_end();
    info_end();
}

static void test_malformed_memory_map(void)
{
    build_memory_map(0, 24);
    check_bad("multiboot2: memory map entries of a wrong size");
    build_memory_map(16, 32);
    check_bad("multiboot2: memory map entries of a wrong size");
    build_memory_map(28, 56);
    check_bad("multiboot2: memory map entries of a wrong size");
    build_memory_map(0xfffffff8, 24);
    check_bad("multiboot2: memory map is not a number of entries");
    build_memory_map(24, 0);
    check_bad("multiboot2: memory map is not a number of entries");
    build_memory_map(24, 47);
    check_bad("multiboot2: memory map is not a number of entries");
}

static void build_framebuffer(uint8_t type, uint32_t pitch, uint8_t bits_per_pixel)
{
    info_begin();
    put_memory_map();
    put_framebuffer(type, pitch, bits_per_pixel);
    info_end();
}

static void test_malformed_framebuffer(void)
{
    uint64_t high = 0xffffffffffff0000;

    build_framebuffer(1, 4095, 32);
    check_bad("multiboot2: framebuffer of a senseless size");
    build_framebuffer(1, 0, 0);
    check_bad("multiboot2: framebuffer of a senseless size");
    build_framebuffer(1, 4096, 16);
    check_bad("multiboot2: framebuffer colours do not fit a pixel");
    build_framebuffer(1, 4096, 32);
    memcpy(info_bytes + tag_start - 32, &high, 8);
    check_bad("multiboot2: framebuffer of a senseless size");
    info_begin();
    put_memory_map();
    put_framebuffer(1, 4096, 32);
    info_size -= 1;
    tag_end();
    info_end();
    check_bad("multiboot2: framebuffer tag without its colours");
}

static void test_malformed_sizes(void)
{
    static const uint32_t sizes[] = {0, 7, 0x7fffffff, 0x80000000, 0xfffffff9, 0xffffffff};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        build_full();
        memcpy(info_bytes + 8 + 4, &sizes[i], 4);
        check_bad("multiboot2: tag is larger than the boot information, or smaller than a tag");
    }
}

static void use_all(const struct multiboot2_info *info)
{
    struct multiboot2_region region;
    struct multiboot2_module module;
    size_t length = strlen(info->command_line) + strlen(info->loader_name);

    for (unsigned i = 0; i < info->region_count; i++) {
        if (multiboot2_region_get(info, i, &region))
            CHECK(region.size && region.start + region.size > region.start);
    }
    for (unsigned i = 0; i < info->module_count; i++) {
        CHECK(multiboot2_module_get(info, i, &module));
        CHECK(module.start <= module.end);
        length += strlen(module.string);
    }
    CHECK(length < info->size);
    CHECK(!multiboot2_module_get(info, info->module_count, &module));
}

static void test_fuzz(void)
{
    unsigned accepted = 0;

    for (unsigned i = 0; i < 20000; i++) {
        struct multiboot2_info info;
        uint8_t *copy;

        build_full();
        unit_mutate(info_bytes, &info_size);
        if (parse(&info, &copy) == 0) {
            use_all(&info);
            accepted++;
        }
        free(copy);
    }
    CHECK(accepted > 1000 && accepted < 19000);
}

int main(void)
{
    UNIT_RUN(test_full);
    UNIT_RUN(test_least);
    UNIT_RUN(test_sizes);
    UNIT_RUN(test_malformed_tags);
    UNIT_RUN(test_malformed_memory_map);
    UNIT_RUN(test_malformed_framebuffer);
    UNIT_RUN(test_malformed_sizes);
    UNIT_RUN(test_fuzz);
    return unit_result();
}
