/*
 * ACPI tables; see acpi.h. Section numbers are those of the ACPI Specification 6.4. Tables may lie
 * at any alignment: their parts are copied out before use.
 */
#include "kernel/lib/acpi.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"

/* More than any table has; keeps a corrupt length from being mapped and summed. */
#define TABLE_SIZE_MAX (16u << 20)

/* 5.2.5.3. The first 20 bytes are all that revision 0 has. */
struct rsdp {
    char signature[8];
    uint8_t checksum;
    char oem_id[6];
    uint8_t revision;
    uint32_t rsdt_address;
    uint32_t length;
    uint64_t xsdt_address;
    uint8_t extended_checksum;
    uint8_t reserved[3];
} __packed;
static_assert(sizeof(struct rsdp) == 36, "5.2.5.3");
#define RSDP_REVISION_0_SIZE 20

/* 5.2.3.2: generic address structure. */
struct generic_address {
    uint8_t space;
    uint8_t bit_width;
    uint8_t bit_offset;
    uint8_t access_size;
    uint64_t address;
} __packed;
static_assert(sizeof(struct generic_address) == 12, "5.2.3.2");

/* 5.2.9, as far as revision 3 goes. Revision 1 ends at `reset`. */
struct fadt_wire {
    struct acpi_header header;
    uint32_t facs;
    uint32_t dsdt;
    uint8_t reserved_44;
    uint8_t preferred_profile;
    uint16_t sci_interrupt;
    uint32_t smi_command_port;
    uint8_t acpi_enable;
    uint8_t acpi_disable;
    uint8_t s4bios_request;
    uint8_t pstate_control;
    uint32_t pm1a_event;
    uint32_t pm1b_event;
    uint32_t pm1a_control;
    uint32_t pm1b_control;
    uint32_t pm2_control;
    uint32_t pm_timer;
    uint8_t skipped_80[29];
    uint16_t boot_architecture;
    uint8_t reserved_111;
    uint32_t flags;
    struct generic_address reset;
    uint8_t reset_value;
    uint8_t skipped_129[11];
    uint64_t x_dsdt;
    struct generic_address x_pm1a_event;
    struct generic_address x_pm1b_event;
    struct generic_address x_pm1a_control;
    struct generic_address x_pm1b_control;
    struct generic_address x_pm2_control;
    struct generic_address x_pm_timer;
} __packed;
static_assert(offsetof(struct fadt_wire, boot_architecture) == 109, "5.2.9");
static_assert(offsetof(struct fadt_wire, reset) == 116, "5.2.9");
static_assert(offsetof(struct fadt_wire, x_dsdt) == 140, "5.2.9");
static_assert(offsetof(struct fadt_wire, x_pm_timer) == 208, "5.2.9");

#define FADT_REVISION_1_SIZE offsetof(struct fadt_wire, reset)
#define FADT_FLAG_TIMER_32BIT (1u << 8)
#define FADT_FLAG_RESET_SUPPORTED (1u << 10)
#define FADT_BOOT_8042 (1u << 1)

/* 5.2.12; the entries follow. */
struct madt_wire {
    struct acpi_header header;
    uint32_t local_apic_address;
    uint32_t flags;
} __packed;
static_assert(sizeof(struct madt_wire) == 44, "5.2.12");

static bool checksum_is_valid(const uint8_t *bytes, size_t size)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + bytes[i]);
    return sum == 0;
}

static int fail(struct acpi_tables *tables, int error, const char *reason)
{
    tables->error = reason;
    return error;
}

const struct acpi_header *acpi_table_map(struct acpi_tables *tables, uint64_t physical)
{
    const uint8_t *bytes = tables->map(tables->context, physical, sizeof(struct acpi_header));
    struct acpi_header header;

    tables->error = NULL;
    if (bytes) {
        memcpy(&header, bytes, sizeof(header));
        if (header.length < sizeof(header) || header.length > TABLE_SIZE_MAX) {
            tables->error = "acpi: table of a senseless length";
            return NULL;
        }
        bytes = tables->map(tables->context, physical, header.length);
    }
    if (!bytes) {
        tables->error = "acpi: table is outside of memory";
        return NULL;
    }
    if (!checksum_is_valid(bytes, header.length)) {
        tables->error = "acpi: table with a wrong checksum";
        return NULL;
    }
    return (const struct acpi_header *)bytes;
}

/* Makes the RSDT or XSDT at `physical` the root of the tables. */
static int root_open(struct acpi_tables *tables, uint64_t physical, const char *signature,
                     unsigned entry_size)
{
    const struct acpi_header *root = acpi_table_map(tables, physical);

    if (!root)
        return -EFAULT;
    if (memcmp(root->signature, signature, 4) != 0)
        return fail(tables, -EINVAL, "acpi: root table with a wrong signature");
    tables->entries = (const uint8_t *)root + sizeof(*root);
    tables->entry_size = entry_size;
    tables->count = (unsigned)((root->length - sizeof(*root)) / entry_size);
    return 0;
}

int acpi_open(struct acpi_tables *tables, const void *rsdp, size_t size, acpi_map_function *map,
              void *context)
{
    struct rsdp wire = {.revision = 0};

    *tables = (struct acpi_tables){.map = map, .context = context};
    if (size < RSDP_REVISION_0_SIZE)
        return fail(tables, -EINVAL, "acpi: RSDP too short");
    memcpy(&wire, rsdp, min(size, sizeof(wire)));
    if (memcmp(wire.signature, "RSD PTR ", 8) != 0)
        return fail(tables, -EINVAL, "acpi: RSDP without its signature");
    if (!checksum_is_valid(rsdp, RSDP_REVISION_0_SIZE))
        return fail(tables, -EINVAL, "acpi: RSDP with a wrong checksum");
    if (wire.revision >= 2) {
        if (wire.length < sizeof(wire) || wire.length > size)
            return fail(tables, -EINVAL, "acpi: RSDP of a wrong length");
        if (!checksum_is_valid(rsdp, wire.length))
            return fail(tables, -EINVAL, "acpi: RSDP with a wrong extended checksum");
        if (wire.xsdt_address && root_open(tables, wire.xsdt_address, "XSDT", 8) == 0)
            return 0;
    }
    return root_open(tables, wire.rsdt_address, "RSDT", 4);
}

const struct acpi_header *acpi_table_get(struct acpi_tables *tables, unsigned index)
{
    uint64_t physical = 0;

    if (index >= tables->count) {
        tables->error = "acpi: no such table";
        return NULL;
    }
    memcpy(&physical, tables->entries + (size_t)index * tables->entry_size, tables->entry_size);
    return acpi_table_map(tables, physical);
}

const struct acpi_header *acpi_table_find(struct acpi_tables *tables, const char *signature)
{
    for (unsigned i = 0; i < tables->count; i++) {
        const struct acpi_header *table = acpi_table_get(tables, i);

        if (table && memcmp(table->signature, signature, 4) == 0)
            return table;
    }
    tables->error = "acpi: no valid table with this signature";
    return NULL;
}

int acpi_madt_open(struct acpi_madt *madt, const struct acpi_header *table)
{
    struct madt_wire wire;

    if (table->length < sizeof(wire))
        return -EINVAL;
    memcpy(&wire, table, sizeof(wire));
    *madt = (struct acpi_madt){
        .local_apic_address = wire.local_apic_address,
        .flags = wire.flags,
        .bytes = (const uint8_t *)table,
        .size = table->length,
        .offset = sizeof(wire),
    };
    return 0;
}

static uint16_t read_u16(const uint8_t *bytes)
{
    uint16_t value;

    memcpy(&value, bytes, sizeof(value));
    return value;
}

static uint32_t read_u32(const uint8_t *bytes)
{
    uint32_t value;

    memcpy(&value, bytes, sizeof(value));
    return value;
}

static uint64_t read_u64(const uint8_t *bytes)
{
    uint64_t value;

    memcpy(&value, bytes, sizeof(value));
    return value;
}

/* Decodes one kind of MADT entry; false if it says nothing. `bytes` has the kind's full size. */

static bool local_apic_decode(const uint8_t *bytes, struct acpi_madt_entry *entry)
{
    entry->type = ACPI_MADT_LOCAL_APIC;
    entry->cpu.acpi_cpu_id = bytes[2];
    entry->cpu.apic_id = bytes[3];
    entry->cpu.flags = read_u32(bytes + 4);
    return entry->cpu.flags & (ACPI_APIC_ENABLED | ACPI_APIC_ONLINE_CAPABLE);
}

static bool local_x2apic_decode(const uint8_t *bytes, struct acpi_madt_entry *entry)
{
    entry->type = ACPI_MADT_LOCAL_APIC;
    entry->cpu.apic_id = read_u32(bytes + 4);
    entry->cpu.flags = read_u32(bytes + 8);
    entry->cpu.acpi_cpu_id = read_u32(bytes + 12);
    return entry->cpu.flags & (ACPI_APIC_ENABLED | ACPI_APIC_ONLINE_CAPABLE);
}

static bool io_apic_decode(const uint8_t *bytes, struct acpi_madt_entry *entry)
{
    entry->type = ACPI_MADT_IO_APIC;
    entry->io_apic.id = bytes[2];
    entry->io_apic.address = read_u32(bytes + 4);
    entry->io_apic.gsi_base = read_u32(bytes + 8);
    return true;
}

static bool override_decode(const uint8_t *bytes, struct acpi_madt_entry *entry)
{
    entry->type = ACPI_MADT_SOURCE_OVERRIDE;
    entry->override.isa_irq = bytes[3];
    entry->override.gsi = read_u32(bytes + 4);
    entry->override.flags = read_u16(bytes + 8);
    return bytes[2] == 0;
}

static bool local_nmi_decode(const uint8_t *bytes, struct acpi_madt_entry *entry)
{
    entry->type = ACPI_MADT_LOCAL_NMI;
    entry->nmi.acpi_cpu_id = bytes[2] == 0xff ? ACPI_CPU_ALL : bytes[2];
    entry->nmi.flags = read_u16(bytes + 3);
    entry->nmi.lint = bytes[5];
    return entry->nmi.lint <= 1;
}

static bool local_x2apic_nmi_decode(const uint8_t *bytes, struct acpi_madt_entry *entry)
{
    entry->type = ACPI_MADT_LOCAL_NMI;
    entry->nmi.flags = read_u16(bytes + 2);
    entry->nmi.acpi_cpu_id = read_u32(bytes + 4);
    entry->nmi.lint = bytes[8];
    return entry->nmi.lint <= 1;
}

static bool address_override_decode(const uint8_t *bytes, struct acpi_madt_entry *entry)
{
    entry->type = ACPI_MADT_ADDRESS_OVERRIDE;
    entry->local_apic_address = read_u64(bytes + 4);
    return true;
}

/* The sizes are those of 5.2.12.2 to 5.2.12.13. */
static const struct {
    uint8_t size;
    bool (*decode)(const uint8_t *bytes, struct acpi_madt_entry *entry);
} madt_kinds[] = {
    [ACPI_MADT_LOCAL_APIC] = {8, local_apic_decode},
    [ACPI_MADT_IO_APIC] = {12, io_apic_decode},
    [ACPI_MADT_SOURCE_OVERRIDE] = {10, override_decode},
    [ACPI_MADT_LOCAL_NMI] = {6, local_nmi_decode},
    [ACPI_MADT_ADDRESS_OVERRIDE] = {12, address_override_decode},
    [ACPI_MADT_LOCAL_X2APIC] = {16, local_x2apic_decode},
    [ACPI_MADT_LOCAL_X2APIC_NMI] = {12, local_x2apic_nmi_decode},
};

int acpi_madt_next(struct acpi_madt *madt, struct acpi_madt_entry *entry)
{
    while (madt->offset < madt->size) {
        const uint8_t *bytes = madt->bytes + madt->offset;
        size_t left = madt->size - madt->offset;
        uint8_t type, size;

        if (left < 2 || bytes[1] < 2 || bytes[1] > left)
            return -EINVAL;
        type = bytes[0];
        size = bytes[1];
        madt->offset += size;
        if (type >= ARRAY_SIZE(madt_kinds) || !madt_kinds[type].decode)
            continue;
        if (size < madt_kinds[type].size)
            return -EINVAL;
        if (madt_kinds[type].decode(bytes, entry))
            return 1;
    }
    return 0;
}

/* The 64-bit form of a register where the table has one, else the I/O port of the 32-bit form. */
static struct acpi_register register_choose(const struct generic_address *wide, uint32_t port)
{
    if (wide->address)
        return (struct acpi_register){wide->space, wide->address};
    return (struct acpi_register){ACPI_SPACE_IO, port};
}

/* What a table is too short to hold reads as zero, that is as absent. */
int acpi_fadt_parse(struct acpi_fadt *fadt, const struct acpi_header *table)
{
    struct fadt_wire wire = {.facs = 0};

    if (table->length < FADT_REVISION_1_SIZE)
        return -EINVAL;
    memcpy(&wire, table, min_t(size_t, table->length, sizeof(wire)));
    *fadt = (struct acpi_fadt){
        .dsdt = wire.x_dsdt ? wire.x_dsdt : wire.dsdt,
        .smi_command_port = wire.smi_command_port,
        .acpi_enable_value = wire.acpi_enable,
        .pm1a_control = register_choose(&wire.x_pm1a_control, wire.pm1a_control),
        .pm1b_control = register_choose(&wire.x_pm1b_control, wire.pm1b_control),
        .pm_timer = register_choose(&wire.x_pm_timer, wire.pm_timer),
        .pm_timer_is_32bit = wire.flags & FADT_FLAG_TIMER_32BIT,
        .has_reset_register = (wire.flags & FADT_FLAG_RESET_SUPPORTED) && wire.reset.address,
        .reset = {wire.reset.space, wire.reset.address},
        .reset_value = wire.reset_value,
        .has_8042 = wire.header.revision < 3 || (wire.boot_architecture & FADT_BOOT_8042),
    };
    return 0;
}

/* Encoding of AML (20.2), as far as a package of small integers needs it. */
enum aml_opcode {
    AML_ZERO = 0x00,
    AML_ONE = 0x01,
    AML_NAME = 0x08,
    AML_BYTE = 0x0a,
    AML_WORD = 0x0b,
    AML_DWORD = 0x0c,
    AML_PACKAGE = 0x12,
    AML_ROOT = '\\',
};

struct aml {
    const uint8_t *next;
    const uint8_t *end;
};

/* The next byte, or -1 at the end. */
static int aml_byte(struct aml *aml)
{
    return aml->next < aml->end ? *aml->next++ : -1;
}

/*
 * PkgLength (20.2.4): the two top bits of the first byte count the bytes that follow; the length
 * counts all of them too. Cuts aml->end to the package. False if it is longer than what is there.
 */
static bool aml_package_enter(struct aml *aml)
{
    const uint8_t *start = aml->next;
    int lead = aml_byte(aml);
    size_t length;

    if (lead < 0)
        return false;
    if (lead >> 6 == 0) {
        length = (size_t)lead & 0x3f;
    } else {
        length = (size_t)lead & 0xf;
        for (int i = 0; i < lead >> 6; i++) {
            int byte = aml_byte(aml);

            if (byte < 0)
                return false;
            length |= (size_t)byte << (4 + 8 * i);
        }
    }
    if (length < (size_t)(aml->next - start) || length > (size_t)(aml->end - start))
        return false;
    aml->end = start + length;
    return true;
}

/* An integer constant that fits SLP_TYP's three bits (20.2.3; 4.8.3.2.1). */
static bool aml_sleep_type(struct aml *aml, uint8_t *value)
{
    int opcode = aml_byte(aml);
    uint32_t number = 0;
    unsigned size;

    switch (opcode) {
    case AML_ZERO:
    case AML_ONE:
        *value = (uint8_t)opcode;
        return true;
    case AML_BYTE:
    case AML_WORD:
    case AML_DWORD:
        size = 1u << (opcode - AML_BYTE);
        break;
    default:
        return false;
    }
    if ((size_t)(aml->end - aml->next) < size)
        return false;
    memcpy(&number, aml->next, size);
    aml->next += size;
    *value = (uint8_t)number;
    return number <= 7;
}

/* True if Name(\_S5, Package() {a, b, ...}) is at `at`, where its four-character name begins. */
static bool s5_decode(const uint8_t *start, const uint8_t *at, const uint8_t *end, uint8_t *a,
                      uint8_t *b)
{
    const uint8_t *before = at > start && at[-1] == AML_ROOT ? at - 1 : at;
    struct aml aml = {at + 4, end};

    if (before == start || before[-1] != AML_NAME)
        return false;
    if (aml_byte(&aml) != AML_PACKAGE || !aml_package_enter(&aml))
        return false;
    if (aml_byte(&aml) < 2)
        return false;
    return aml_sleep_type(&aml, a) && aml_sleep_type(&aml, b);
}

/* There is no interpreter here: the bytes are searched for what Name(\_S5, Package...) encodes to.
 */
int acpi_s5_find(const struct acpi_header *dsdt, uint8_t *slp_typ_a, uint8_t *slp_typ_b)
{
    const uint8_t *start = (const uint8_t *)dsdt + sizeof(*dsdt);
    const uint8_t *end = (const uint8_t *)dsdt + dsdt->length;
    uint8_t a, b;

    for (const uint8_t *at = start; (size_t)(end - at) >= 4; at++) {
        if (memcmp(at, "_S5_", 4) == 0 && s5_decode(start, at, end, &a, &b)) {
            *slp_typ_a = a;
            *slp_typ_b = b;
            return 0;
        }
    }
    return -ENOENT;
}
