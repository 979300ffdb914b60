/* Unit test of kernel/lib/acpi: tables built here in a small physical memory, damage, fuzz. */
#include "tests/unit/unit.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/acpi.h"

/* Physical memory from BASE on; each table has its own heap block, so that ASan sees its end. */
#define BASE 0x7fe0000u
#define TABLE_SPACING 0x1000u
#define TABLES 6

enum {
    RSDT,
    XSDT,
    FADT,
    MADT,
    DSDT,
    SPARE
};

static uint8_t *table[TABLES];
static size_t table_size[TABLES];
static uint8_t rsdp[36];

static const void *map(void *context, uint64_t physical, size_t size)
{
    uint64_t index = (physical - BASE) / TABLE_SPACING;

    CHECK(context == rsdp);
    if (physical < BASE || index >= TABLES || physical % TABLE_SPACING || !table[index])
        return NULL;
    return size <= table_size[index] ? table[index] : NULL;
}

static void sum_set(uint8_t *bytes, size_t size, size_t at)
{
    uint8_t sum = 0;

    bytes[at] = 0;
    for (size_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + bytes[i]);
    bytes[at] = (uint8_t)-sum;
}

/* Makes table `index` of a header and `size` further bytes. */
static void table_make(unsigned index, const char *signature, uint8_t revision, const void *body,
                       size_t size)
{
    struct acpi_header header = {.length = (uint32_t)(sizeof(header) + size), .revision = revision};

    free(table[index]);
    memcpy(header.signature, signature, 4);
    memcpy(header.oem_id, "LIMEN ", 6);
    table_size[index] = header.length;
    table[index] = malloc(header.length);
    memcpy(table[index], &header, sizeof(header));
    memcpy(table[index] + sizeof(header), body, size);
    sum_set(table[index], table_size[index], 9);
}

static uint32_t address_of(unsigned index)
{
    return BASE + index * TABLE_SPACING;
}

static void rsdp_make(uint8_t revision)
{
    uint32_t rsdt = address_of(RSDT), length = 36;
    uint64_t xsdt = address_of(XSDT);

    memset(rsdp, 0, sizeof(rsdp));
    memcpy(rsdp, "RSD PTR ", 8);
    memcpy(rsdp + 9, "LIMEN ", 6);
    rsdp[15] = revision;
    memcpy(rsdp + 16, &rsdt, 4);
    memcpy(rsdp + 20, &length, 4);
    memcpy(rsdp + 24, &xsdt, 8);
    sum_set(rsdp, 20, 8);
    sum_set(rsdp, 36, 32);
}

static void roots_make(void)
{
    uint32_t narrow[] = {address_of(FADT), address_of(MADT)};
    uint64_t wide[] = {address_of(SPARE), address_of(FADT), address_of(MADT)};

    table_make(RSDT, "RSDT", 1, narrow, sizeof(narrow));
    table_make(XSDT, "XSDT", 1, wide, sizeof(wide));
}

/* All kinds of MADT entries, and among them what must be skipped. */
static const uint8_t madt_body[] = {
    0x00, 0x00, 0xe0, 0xfe, 1,    0,    0,    0, /* local APIC at 0xfee00000, has 8259s */
    0,    8,    0,    0,    1,    0,    0,    0, /* CPU 0, APIC 0, enabled */
    0,    8,    1,    4,    0,    0,    0,    0, /* disabled for good */
    0,    8,    2,    6,    2,    0,    0,    0, /* can be plugged in */
    0x7f, 3,    0xff,                            /* a kind of the future, odd length */
    9,    16,   0,    0,    0,    1,    0,    0,    1,    0, 0, 0, 7,
    0,    0,    0,                                                 /* x2APIC 256, CPU 7 */
    1,    12,   2,    0,    0,    0,    0xc0, 0xfe, 24,   0, 0, 0, /* I/O APIC 2 at 0xfec00000, GSI
                                                                      24 on */
    2,    10,   0,    0,    2,    0,    0,    0,    0,    0,       /* IRQ 0 is GSI 2 */
    2,    10,   0,    9,    9,    0,    0,    0,    0x0d, 0,       /* IRQ 9: high, level */
    4,    6,    0xff, 5,    0,    1, /* NMI at LINT1 of all CPUs, edge */
    10,   12,   3,    0,    7,    0,    0,    0,    0,    0, 0, 0, /* NMI at LINT0 of x2APIC CPU 7,
                                                                      low */
    5,    12,   0,    0,    0x00, 0x00, 0xe0, 0xfe, 1,    0, 0, 0, /* local APIC really at
                                                                      0x1fee00000 */
};

static void build(void)
{
    uint8_t fadt[244 - 36] = {0};
    uint32_t dsdt = address_of(DSDT);

    memcpy(fadt + 40 - 36, &dsdt, 4);
    table_make(FADT, "FACP", 3, fadt, sizeof(fadt));
    table_make(MADT, "APIC", 3, madt_body, sizeof(madt_body));
    table_make(DSDT, "DSDT", 1, "", 0);
    table_make(SPARE, "HPET", 1, "hpet", 4);
    roots_make();
    rsdp_make(2);
}

static int open_tables(struct acpi_tables *tables)
{
    void *copy = unit_copy(rsdp, rsdp[15] ? 36 : 20);
    int result = acpi_open(tables, copy, rsdp[15] ? 36 : 20, map, rsdp);

    free(copy);
    CHECK((result == 0) == (tables->error == NULL));
    return result;
}

static void test_roots(void)
{
    struct acpi_tables tables;

    build();
    CHECK_EQ(open_tables(&tables), 0);
    CHECK_EQ(tables.count, 3);
    CHECK_EQ(tables.entry_size, 8);
    CHECK(acpi_table_get(&tables, 0) == (void *)table[SPARE]);
    CHECK(acpi_table_get(&tables, 2) == (void *)table[MADT]);
    CHECK(acpi_table_get(&tables, 3) == NULL);
    CHECK(acpi_table_find(&tables, "APIC") == (void *)table[MADT]);
    CHECK(acpi_table_find(&tables, "NONE") == NULL);
    CHECK_STR(tables.error, "acpi: no valid table with this signature");
    rsdp_make(0);
    CHECK_EQ(open_tables(&tables), 0);
    CHECK_EQ(tables.count, 2);
    CHECK_EQ(tables.entry_size, 4);
    CHECK(acpi_table_find(&tables, "FACP") == (void *)table[FADT]);
    rsdp_make(2);
    table[XSDT][9]++; /* a broken XSDT: the RSDT must do */
    CHECK_EQ(open_tables(&tables), 0);
    CHECK_EQ(tables.entry_size, 4);
    memset(rsdp + 24, 0, 8);
    sum_set(rsdp, 36, 32);
    CHECK_EQ(open_tables(&tables), 0);
    CHECK_EQ(tables.entry_size, 4);
}

static void check_open_fails(int result, const char *why)
{
    struct acpi_tables tables;

    CHECK_EQ(open_tables(&tables), result);
    CHECK_STR(tables.error, why);
}

static void test_bad_roots(void)
{
    struct acpi_tables tables;
    uint32_t length = 0xffffffff;

    build();
    CHECK_EQ(acpi_open(&tables, rsdp, 19, map, rsdp), -EINVAL);
    CHECK_EQ(acpi_open(&tables, rsdp, 35, map, rsdp), -EINVAL);
    CHECK_STR(tables.error, "acpi: RSDP of a wrong length");
    rsdp[0] = 'r';
    check_open_fails(-EINVAL, "acpi: RSDP without its signature");
    rsdp_make(2);
    rsdp[8]++;
    check_open_fails(-EINVAL, "acpi: RSDP with a wrong checksum");
    rsdp_make(2);
    rsdp[32]++;
    check_open_fails(-EINVAL, "acpi: RSDP with a wrong extended checksum");
    rsdp_make(2);
    memcpy(rsdp + 20, &length, 4);
    check_open_fails(-EINVAL, "acpi: RSDP of a wrong length");
    rsdp_make(0);
    table[RSDT][0] = 'X';
    sum_set(table[RSDT], table_size[RSDT], 9);
    check_open_fails(-EINVAL, "acpi: root table with a wrong signature");
    memcpy(table[RSDT] + 4, &length, 4);
    check_open_fails(-EFAULT, "acpi: table of a senseless length");
    length = 35;
    memcpy(table[RSDT] + 4, &length, 4);
    check_open_fails(-EFAULT, "acpi: table of a senseless length");
    length = 4096;
    memcpy(table[RSDT] + 4, &length, 4);
    check_open_fails(-EFAULT, "acpi: table is outside of memory");
}

static void test_madt(void)
{
    struct acpi_tables tables;
    struct acpi_madt madt;
    struct acpi_madt_entry entry;

    build();
    CHECK_EQ(open_tables(&tables), 0);
    CHECK_EQ(acpi_madt_open(&madt, acpi_table_find(&tables, "APIC")), 0);
    CHECK_EQ(madt.local_apic_address, 0xfee00000);
    CHECK_EQ(madt.flags, ACPI_MADT_FLAG_PCAT_COMPAT);
    CHECK_EQ(acpi_madt_next(&madt, &entry), 1);
    CHECK_EQ(entry.type, ACPI_MADT_LOCAL_APIC);
    CHECK(entry.cpu.acpi_cpu_id == 0 && entry.cpu.apic_id == 0);
    CHECK_EQ(entry.cpu.flags, ACPI_APIC_ENABLED);
    CHECK_EQ(acpi_madt_next(&madt, &entry), 1);
    CHECK(entry.cpu.acpi_cpu_id == 2 && entry.cpu.apic_id == 6);
    CHECK_EQ(entry.cpu.flags, ACPI_APIC_ONLINE_CAPABLE);
    CHECK_EQ(acpi_madt_next(&madt, &entry), 1);
    CHECK_EQ(entry.type, ACPI_MADT_LOCAL_APIC);
    CHECK(entry.cpu.acpi_cpu_id == 7 && entry.cpu.apic_id == 256);
    CHECK_EQ(acpi_madt_next(&madt, &entry), 1);
    CHECK_EQ(entry.type, ACPI_MADT_IO_APIC);
    CHECK(entry.io_apic.id == 2 && entry.io_apic.address == 0xfec00000);
    CHECK_EQ(entry.io_apic.gsi_base, 24);
    CHECK_EQ(acpi_madt_next(&madt, &entry), 1);
    CHECK_EQ(entry.type, ACPI_MADT_SOURCE_OVERRIDE);
    CHECK(entry.override.isa_irq == 0 && entry.override.gsi == 2 && entry.override.flags == 0);
    CHECK_EQ(acpi_madt_next(&madt, &entry), 1);
    CHECK(entry.override.isa_irq == 9 && entry.override.gsi == 9);
    CHECK_EQ(entry.override.flags & ACPI_INTI_POLARITY_MASK, ACPI_INTI_ACTIVE_HIGH);
    CHECK_EQ(entry.override.flags & ACPI_INTI_TRIGGER_MASK, ACPI_INTI_LEVEL);
    CHECK_EQ(acpi_madt_next(&madt, &entry), 1);
    CHECK_EQ(entry.type, ACPI_MADT_LOCAL_NMI);
    CHECK(entry.nmi.acpi_cpu_id == ACPI_CPU_ALL && entry.nmi.lint == 1 && entry.nmi.flags == 5);
    CHECK_EQ(acpi_madt_next(&madt, &entry), 1);
    CHECK_EQ(entry.type, ACPI_MADT_LOCAL_NMI);
    CHECK(entry.nmi.acpi_cpu_id == 7 && entry.nmi.lint == 0 && entry.nmi.flags == 3);
    CHECK_EQ(acpi_madt_next(&madt, &entry), 1);
    CHECK_EQ(entry.type, ACPI_MADT_ADDRESS_OVERRIDE);
    CHECK_EQ(entry.local_apic_address, 0x1fee00000);
    CHECK_EQ(acpi_madt_next(&madt, &entry), 0);
}

static void check_bad_madt(const void *entries, size_t size)
{
    uint8_t body[32] = {0};
    struct acpi_madt madt;
    struct acpi_madt_entry entry;

    memcpy(body + 8, entries, size);
    table_make(MADT, "APIC", 3, body, 8 + size);
    CHECK_EQ(acpi_madt_open(&madt, (struct acpi_header *)table[MADT]), 0);
    CHECK_EQ(acpi_madt_next(&madt, &entry), -EINVAL);
}

static void test_bad_madt(void)
{
    struct acpi_madt madt;

    check_bad_madt("\x00", 1);
    check_bad_madt("\x00\x00", 2);
    check_bad_madt("\x00\x01\x00", 3);
    check_bad_madt("\x00\x08\x00\x00\x01\x00\x00", 7);
    check_bad_madt("\x00\x07\x00\x00\x01\x00\x00", 7);
    check_bad_madt("\x01\x0b\x00\x00\x01\x00\x00\x00\x00\x00\x00", 11);
    check_bad_madt("\x55\xff", 2);
    table_make(MADT, "APIC", 3, "\0\0\0\0\0\0\0", 7);
    CHECK_EQ(acpi_madt_open(&madt, (struct acpi_header *)table[MADT]), -EINVAL);
}

static void put_32(uint8_t *at, uint32_t value)
{
    memcpy(at, &value, 4);
}

static void put_register(uint8_t *at, uint8_t space, uint64_t address)
{
    memset(at, 0, 12);
    at[0] = space;
    memcpy(at + 4, &address, 8);
}

/* Builds a FADT of `size` bytes with everything that fits. */
static int fadt_parse(struct acpi_fadt *fadt, uint8_t revision, size_t size)
{
    uint8_t bytes[276] = {0};
    uint64_t wide_dsdt = 0x123456000;

    put_32(bytes + 40, 0x7fe1000);
    put_32(bytes + 48, 0xb2);
    bytes[52] = 0xf1;
    put_32(bytes + 64, 0x604);
    put_32(bytes + 76, 0x608);
    bytes[109] = 0;
    put_32(bytes + 112, 1u << 8 | 1u << 10);
    put_register(bytes + 116, ACPI_SPACE_IO, 0xcf9);
    bytes[128] = 0x0f;
    memcpy(bytes + 140, &wide_dsdt, 8);
    put_register(bytes + 172, ACPI_SPACE_MEMORY, 0xfed00604);
    put_register(bytes + 184, ACPI_SPACE_IO, 0x704);
    table_make(FADT, "FACP", revision, bytes + 36, size - 36);
    return acpi_fadt_parse(fadt, (struct acpi_header *)table[FADT]);
}

static void test_fadt(void)
{
    struct acpi_fadt fadt;

    CHECK_EQ(fadt_parse(&fadt, 1, 115), -EINVAL);
    CHECK_EQ(fadt_parse(&fadt, 1, 116), 0);
    CHECK_EQ(fadt.dsdt, 0x7fe1000);
    CHECK_EQ(fadt.smi_command_port, 0xb2);
    CHECK_EQ(fadt.acpi_enable_value, 0xf1);
    CHECK(fadt.pm1a_control.space == ACPI_SPACE_IO && fadt.pm1a_control.address == 0x604);
    CHECK_EQ(fadt.pm1b_control.address, 0);
    CHECK(fadt.pm_timer.space == ACPI_SPACE_IO && fadt.pm_timer.address == 0x608);
    CHECK(fadt.pm_timer_is_32bit);
    CHECK(!fadt.has_reset_register);
    CHECK(fadt.has_8042);
    CHECK_EQ(fadt_parse(&fadt, 3, 244), 0);
    CHECK_EQ(fadt.dsdt, 0x123456000);
    CHECK(fadt.pm1a_control.space == ACPI_SPACE_MEMORY);
    CHECK_EQ(fadt.pm1a_control.address, 0xfed00604);
    CHECK_EQ(fadt.pm1b_control.address, 0x704);
    CHECK_EQ(fadt.pm_timer.address, 0x608);
    CHECK(fadt.has_reset_register);
    CHECK(fadt.reset.space == ACPI_SPACE_IO && fadt.reset.address == 0xcf9);
    CHECK_EQ(fadt.reset_value, 0x0f);
    CHECK(!fadt.has_8042);
    for (size_t size = 116; size <= 276; size++)
        CHECK_EQ(fadt_parse(&fadt, 3, size), 0);
}

/* Looks for \_S5 in a DSDT of these bytes: 16 * a + b, or the error. */
static int s5(const char *aml, size_t size)
{
    uint8_t a = 0xff, b = 0xff;
    int result;

    table_make(DSDT, "DSDT", 1, aml, size);
    result = acpi_s5_find((struct acpi_header *)table[DSDT], &a, &b);
    return result ? result : 16 * a + b;
}

#define S5(aml) s5(aml, sizeof(aml) - 1)

static void test_s5(void)
{
    CHECK_EQ(S5(""), -ENOENT);
    CHECK_EQ(S5("_S5_"), -ENOENT);
    /* As QEMU, real firmware, and iasl with \_S5_ write it. */
    CHECK_EQ(S5("xx\x08_S5_\x12\x06\x04\x00\x00\x00\x00yy"), 0);
    CHECK_EQ(S5("\x08_S5_\x12\x0a\x04\x0a\x05\x0a\x05\x0a\x00\x0a\x00"), 0x55);
    CHECK_EQ(S5("\x08\\_S5_\x12\x07\x02\x0a\x07\x01"), -ENOENT);
    CHECK_EQ(S5("\x08\\_S5_\x12\x05\x02\x0a\x07\x01"), 0x71);
    CHECK_EQ(S5("\x08_S5_\x12\x0a\x02\x0b\x03\x00\x0c\x02\x00\x00\x00"), 0x32);
    CHECK_EQ(S5("\x08_S5_\x12\x46\x00\x02\x0a\x05\x0a"), -ENOENT);
    CHECK_EQ(S5("\x08_S5_\x12\x47\x00\x02\x0a\x05\x0a\x04"), 0x54);
    /* Not a Name, not a package, too short, too few, too large, another encoding. */
    CHECK_EQ(S5("_S5_\x12\x06\x04\x00\x00\x00\x00"), -ENOENT);
    CHECK_EQ(S5("\\_S5_\x12\x06\x04\x00\x00\x00\x00"), -ENOENT);
    CHECK_EQ(S5("\x08_S5_\x0a\x05"), -ENOENT);
    CHECK_EQ(S5("\x08_S5_\x12"), -ENOENT);
    CHECK_EQ(S5("\x08_S5_\x12\x00\x04\x00\x00"), -ENOENT);
    CHECK_EQ(S5("\x08_S5_\x12\x3f\x04\x00\x00"), -ENOENT);
    CHECK_EQ(S5("\x08_S5_\x12\xff\xff\xff\xff\x04\x00\x00"), -ENOENT);
    CHECK_EQ(S5("\x08_S5_\x12\xc0\x01"), -ENOENT);
    CHECK_EQ(S5("\x08_S5_\x12\x03\x01\x00\x00"), -ENOENT);
    CHECK_EQ(S5("\x08_S5_\x12\x03\x02\x00\x00"), -ENOENT);
    CHECK_EQ(S5("\x08_S5_\x12\x05\x02\x0a\x08\x00"), -ENOENT);
    CHECK_EQ(S5("\x08_S5_\x12\x06\x02\x0b\x01\x01\x00"), -ENOENT);
    CHECK_EQ(S5("\x08_S5_\x12\x05\x02\xff\x00\x00"), -ENOENT);
    /* A broken one does not hide a good one. */
    CHECK_EQ(S5("\x08_S5_\x12\x01\x08_S5_\x12\x04\x02\x01\x00"), 0x10);
}

/* Walks everything that is reachable from the RSDP. */
static void walk(void)
{
    struct acpi_tables tables;
    uint8_t a, b;

    if (open_tables(&tables))
        return;
    for (unsigned i = 0; i < tables.count; i++) {
        const struct acpi_header *header = acpi_table_get(&tables, i);
        struct acpi_madt madt;
        struct acpi_madt_entry entry;
        struct acpi_fadt fadt;

        if (!header)
            continue;
        if (acpi_madt_open(&madt, header) == 0) {
            while (acpi_madt_next(&madt, &entry) > 0)
                CHECK(entry.type <= ACPI_MADT_ADDRESS_OVERRIDE);
        }
        if (acpi_fadt_parse(&fadt, header) == 0 && acpi_table_map(&tables, fadt.dsdt))
            CHECK(acpi_s5_find(acpi_table_map(&tables, fadt.dsdt), &a, &b) <= 0);
    }
}

static void test_fuzz(void)
{
    static const char aml[] = "\x5b\x08_S5_\x12\x0a\x04\x0a\x05\x0a\x05\x0a\x00\x0a\x00\x08_S5_";

    for (unsigned i = 0; i < 10000; i++) {
        unsigned index = (unsigned)unit_below(TABLES);
        size_t size;

        build();
        table_make(DSDT, "DSDT", 1, aml, sizeof(aml) - 1);
        size = table_size[index];
        unit_mutate(table[index], &size);
        if (unit_below(8))
            sum_set(table[index], table_size[index], 9);
        if (unit_below(8) == 0) {
            size = sizeof(rsdp);
            unit_mutate(rsdp, &size);
            sum_set(rsdp, 20, 8);
            sum_set(rsdp, 36, 32);
        }
        walk();
    }
}

int main(void)
{
    UNIT_RUN(test_roots);
    UNIT_RUN(test_bad_roots);
    UNIT_RUN(test_madt);
    UNIT_RUN(test_bad_madt);
    UNIT_RUN(test_fadt);
    UNIT_RUN(test_s5);
    UNIT_RUN(test_fuzz);
    for (unsigned i = 0; i < TABLES; i++)
        free(table[i]);
    return unit_result();
}
