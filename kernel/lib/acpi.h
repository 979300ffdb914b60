/*
 * The few ACPI tables a kernel needs to find its CPUs and interrupt controllers, and to switch off:
 * RSDP, RSDT/XSDT, MADT, FADT, and the \_S5 package of the DSDT (ACPI Specification 6.4, sections
 * 5.2.5 to 5.2.12, 7.4.2 and 20.2). Checks and walks over bytes only: the caller maps physical
 * memory through a function of its own. Tables are not trusted: lengths and checksums are checked.
 * No locking, no allocation.
 */
#ifndef LIMEN_LIB_ACPI_H
#define LIMEN_LIB_ACPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/lib/compiler.h"

/* 5.2.6: what each system description table begins with. `length` counts this header too. */
struct acpi_header {
    char signature[4];
    uint32_t length;
    uint8_t revision;
    uint8_t checksum;
    char oem_id[6];
    char oem_table_id[8];
    uint32_t oem_revision;
    uint32_t creator_id;
    uint32_t creator_revision;
} __packed;
static_assert(sizeof(struct acpi_header) == 36, "ACPI 5.2.6");

/*
 * Gives access to `size` bytes of physical memory at `physical` for as long as the tables are in
 * use, or NULL. Called with sizes that come from the tables: it refuses what isn't memory.
 */
typedef const void *acpi_map_function(void *context, uint64_t physical, size_t size);

/* The root of the tables; filled by acpi_open. */
struct acpi_tables {
    acpi_map_function *map;
    void *context;
    const uint8_t *entries; /* physical addresses of tables, little endian */
    unsigned entry_size;    /* 4 in an RSDT, 8 in an XSDT */
    unsigned count;
    const char *error; /* one line, why the last call failed; NULL before */
};

/*
 * Checks the RSDP in bytes[size] (5.2.5.3: signature, checksums, revision 0 or >= 2), maps and
 * checks the root table it names (the XSDT if there is a valid one, else the RSDT). Returns 0,
 * -EINVAL (malformed) or -EFAULT (not mappable), with tables->error set.
 */
int __must_check acpi_open(struct acpi_tables *tables, const void *rsdp, size_t size,
                           acpi_map_function *map, void *context);

/*
 * Whole tables, mapped, their length and checksum verified: the one at a physical address, entry
 * `index` (0 .. count - 1) of the root table, and the first valid one with a signature of 4
 * characters. NULL with tables->error set when there is none.
 */
const struct acpi_header *acpi_table_map(struct acpi_tables *tables, uint64_t physical);
const struct acpi_header *acpi_table_get(struct acpi_tables *tables, unsigned index);
const struct acpi_header *acpi_table_find(struct acpi_tables *tables, const char *signature);

/* MADT, "APIC" (5.2.12). */

#define ACPI_MADT_FLAG_PCAT_COMPAT 1u /* the machine has two 8259s as well: mask them */

/* Flags of a local APIC (5.2.12.2). */
#define ACPI_APIC_ENABLED 1u
#define ACPI_APIC_ONLINE_CAPABLE 2u

/* MPS INTI flags (5.2.12.5): polarity in bits 0-1, trigger mode in bits 2-3; 0 is "as the bus". */
#define ACPI_INTI_POLARITY_MASK 3u
#define ACPI_INTI_ACTIVE_HIGH 1u
#define ACPI_INTI_ACTIVE_LOW 3u
#define ACPI_INTI_TRIGGER_MASK 0xcu
#define ACPI_INTI_EDGE 4u
#define ACPI_INTI_LEVEL 0xcu

#define ACPI_CPU_ALL 0xffffffffu /* in nmi.acpi_cpu_id: every CPU */

enum acpi_madt_type {
    ACPI_MADT_LOCAL_APIC = 0,
    ACPI_MADT_IO_APIC = 1,
    ACPI_MADT_SOURCE_OVERRIDE = 2,
    ACPI_MADT_LOCAL_NMI = 4,
    ACPI_MADT_ADDRESS_OVERRIDE = 5,
    ACPI_MADT_LOCAL_X2APIC = 9,
    ACPI_MADT_LOCAL_X2APIC_NMI = 10,
};

/* One entry of the MADT, decoded. The x2APIC kinds are given as their plain counterparts. */
struct acpi_madt_entry {
    enum acpi_madt_type type; /* selects the member below */
    union {
        struct {
            uint32_t acpi_cpu_id;
            uint32_t apic_id;
            uint32_t flags; /* ACPI_APIC_* */
        } cpu;              /* ACPI_MADT_LOCAL_APIC */
        struct {
            uint8_t id;
            uint32_t address;
            uint32_t gsi_base; /* global system interrupt of its input 0 */
        } io_apic;             /* ACPI_MADT_IO_APIC */
        struct {
            uint8_t isa_irq;
            uint32_t gsi;
            uint16_t flags; /* ACPI_INTI_* */
        } override;         /* ACPI_MADT_SOURCE_OVERRIDE */
        struct {
            uint32_t acpi_cpu_id;    /* or ACPI_CPU_ALL */
            uint16_t flags;          /* ACPI_INTI_* */
            uint8_t lint;            /* 0 or 1 */
        } nmi;                       /* ACPI_MADT_LOCAL_NMI */
        uint64_t local_apic_address; /* ACPI_MADT_ADDRESS_OVERRIDE */
    };
};

struct acpi_madt {
    uint32_t local_apic_address; /* physical, unless an address override follows */
    uint32_t flags;              /* ACPI_MADT_FLAG_* */
    const uint8_t *bytes;
    size_t size;
    size_t offset; /* of the next entry */
};

/* Starts a walk over the MADT, a table from acpi_table_find("APIC"). 0 or -EINVAL (too short). */
int __must_check acpi_madt_open(struct acpi_madt *madt, const struct acpi_header *table);

/*
 * The next entry of a kind above, skipping others and invalid local APICs (neither enabled nor
 * online capable). 1, 0 at the end, or -EINVAL when an entry's length is wrong.
 */
int __must_check acpi_madt_next(struct acpi_madt *madt, struct acpi_madt_entry *entry);

/* FADT, "FACP" (5.2.9). */

enum acpi_space { /* address spaces of a register (5.2.3.2) */
    ACPI_SPACE_MEMORY = 0,
    ACPI_SPACE_IO = 1,
    ACPI_SPACE_PCI = 2,
};

struct acpi_register {
    uint8_t space;    /* enum acpi_space */
    uint64_t address; /* 0: there is none */
};

struct acpi_fadt {
    uint64_t dsdt; /* physical */
    uint32_t smi_command_port;
    uint8_t acpi_enable_value;         /* written to it to leave legacy mode; 0: no need */
    struct acpi_register pm1a_control; /* SLP_TYP, SLP_EN (4.8.3.2.1) */
    struct acpi_register pm1b_control; /* address 0 if absent */
    struct acpi_register pm_timer;     /* 3.579545 MHz counter; address 0 if absent */
    bool pm_timer_is_32bit;            /* else 24 bits */
    bool has_reset_register;
    struct acpi_register reset;
    uint8_t reset_value;
    bool has_8042; /* IAPC_BOOT_ARCH says that there is a keyboard controller (or is too old to) */
};

/* Decodes the FADT, a table from acpi_table_find("FACP"). 0 or -EINVAL. */
int __must_check acpi_fadt_parse(struct acpi_fadt *fadt, const struct acpi_header *table);

/*
 * Finds \_S5 in the AML of a DSDT or SSDT: the values for SLP_TYP of PM1a and PM1b that switch the
 * machine off. 0, or -ENOENT when there is no well-formed one.
 */
int __must_check acpi_s5_find(const struct acpi_header *dsdt, uint8_t *slp_typ_a,
                              uint8_t *slp_typ_b);

#endif
