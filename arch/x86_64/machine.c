/*
 * The machine as its firmware describes it in ACPI tables: CPUs, interrupt controllers, power.
 */
#include "arch/api/memory.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "kernel/core/boot_info.h"
#include "kernel/core/log.h"

#define TABLES_END (1ull << 32) /* what the boot page tables map */
#define LOCAL_APIC_DEFAULT 0xfee00000u
#define IO_APIC_DEFAULT 0xfec00000u

/* Where a PC's BIOS keeps the RSDP if the loader gave no copy (ACPI 6.4, 5.2.5.1). */
#define RSDP_AREA_START 0xe0000u
#define RSDP_AREA_END 0x100000u

struct machine machine = {
    .cpu_count = 1,
    .local_apic = LOCAL_APIC_DEFAULT,
};

static const void *table_map(void *context, uint64_t physical, size_t size)
{
    (void)context;
    if (physical == 0 || physical >= TABLES_END || size > TABLES_END - physical)
        return NULL;
    return phys_to_virt(physical);
}

static bool tables_open(struct acpi_tables *tables)
{
    const struct multiboot2_info *loader = &boot_info.loader;

    if (loader->rsdp_new &&
        acpi_open(tables, loader->rsdp_new, loader->rsdp_new_size, table_map, NULL) == 0)
        return true;
    if (loader->rsdp_old &&
        acpi_open(tables, loader->rsdp_old, loader->rsdp_old_size, table_map, NULL) == 0)
        return true;
    for (phys_addr_t at = RSDP_AREA_START; at < RSDP_AREA_END; at += 16)
        if (acpi_open(tables, phys_to_virt(at), RSDP_AREA_END - at, table_map, NULL) == 0)
            return true;
    return false;
}

static bool cpu_is_known(uint32_t id)
{
    for (uint32_t cpu = 0; cpu < machine.cpu_count; cpu++)
        if (machine.apic_ids[cpu] == id)
            return true;
    return false;
}

/* CPU 0 is the one that runs this; the others follow in the table's order. A table may name a CPU
 * twice, or by a number that only x2APIC mode can address. */
static void cpu_add(uint32_t id, uint32_t flags)
{
    if (!(flags & ACPI_APIC_ENABLED) || id >= APIC_BROADCAST || cpu_is_known(id))
        return;
    if (machine.cpu_count == MAX_CPUS)
        pr_warn("acpi: more than %d CPUs: CPU with APIC id %u is left alone", MAX_CPUS, id);
    else
        machine.apic_ids[machine.cpu_count++] = id;
}

static void madt_entry(const struct acpi_madt_entry *entry)
{
    if (entry->type == ACPI_MADT_LOCAL_APIC) {
        cpu_add(entry->cpu.apic_id, entry->cpu.flags);
    } else if (entry->type == ACPI_MADT_ADDRESS_OVERRIDE) {
        machine.local_apic = entry->local_apic_address;
    } else if (entry->type == ACPI_MADT_IO_APIC && machine.io_apic_count < IO_APICS_MAX) {
        machine.io_apics[machine.io_apic_count].address = entry->io_apic.address;
        machine.io_apics[machine.io_apic_count++].gsi_base = entry->io_apic.gsi_base;
    } else if (entry->type == ACPI_MADT_SOURCE_OVERRIDE && entry->override.isa_irq < ISA_IRQS) {
        uint16_t flags = entry->override.flags;

        machine.isa[entry->override.isa_irq].gsi = entry->override.gsi;
        machine.isa[entry->override.isa_irq].level =
            (flags & ACPI_INTI_TRIGGER_MASK) == ACPI_INTI_LEVEL;
        machine.isa[entry->override.isa_irq].active_low =
            (flags & ACPI_INTI_POLARITY_MASK) == ACPI_INTI_ACTIVE_LOW;
    }
}

static void madt_read(struct acpi_tables *tables)
{
    const struct acpi_header *table = acpi_table_find(tables, "APIC");
    struct acpi_madt_entry entry;
    struct acpi_madt madt;

    if (!table || acpi_madt_open(&madt, table) != 0) {
        pr_warn("acpi: no MADT: only the CPU that booted is used");
        return;
    }
    machine.local_apic = madt.local_apic_address;
    while (acpi_madt_next(&madt, &entry) == 1)
        madt_entry(&entry);
}

static void fadt_read(struct acpi_tables *tables)
{
    const struct acpi_header *table = acpi_table_find(tables, "FACP");
    const struct acpi_header *dsdt;

    if (!table || acpi_fadt_parse(&machine.fadt, table) != 0)
        return;
    machine.has_fadt = true;
    dsdt = acpi_table_map(tables, machine.fadt.dsdt);
    machine.has_s5 = dsdt && acpi_s5_find(dsdt, &machine.s5_a, &machine.s5_b) == 0;
}

void machine_init(void)
{
    struct acpi_tables tables = {0};

    machine.apic_ids[0] = cpuid(1, 0).ebx >> 24;
    for (unsigned irq = 0; irq < ISA_IRQS; irq++)
        machine.isa[irq].gsi = irq;

    if (tables_open(&tables)) {
        madt_read(&tables);
        fadt_read(&tables);
    } else {
        pr_warn("acpi: no tables: a PC with one CPU is assumed");
    }
    if (machine.io_apic_count == 0)
        machine.io_apics[machine.io_apic_count++].address = IO_APIC_DEFAULT;
}
