/*
 * Interrupt controllers and the machine's tables: local APIC, I/O APIC, ACPI.
 */
#ifndef LIMEN_X86_APIC_H
#define LIMEN_X86_APIC_H

#include "kernel/core/percpu.h"
#include "kernel/lib/acpi.h"

#define IO_APICS_MAX 8
#define ISA_IRQS 16

struct pt_regs;

/* What the firmware's tables say; filled by machine_init, constant from then on. */
struct machine {
    uint32_t cpu_count; /* at least 1; CPU 0 is the one that booted */
    uint32_t apic_ids[MAX_CPUS];
    uint64_t local_apic; /* physical */
    uint32_t io_apic_count;
    struct {
        uint64_t address;
        uint32_t gsi_base;
    } io_apics[IO_APICS_MAX];
    struct {
        uint32_t gsi;
        bool level, active_low;
    } isa[ISA_IRQS];
    bool has_fadt, has_s5;
    struct acpi_fadt fadt;
    uint8_t s5_a, s5_b;
};

extern struct machine machine;

/* Reads RSDP, MADT, FADT and DSDT; on the boot page tables, which map the first 4 GiB. Without
 * usable tables the machine is taken for a PC with one CPU: a log line says so. */
void machine_init(void);

/* Local APIC: apic_init once, with the register page mapped; apic_enable on every CPU. */
void apic_init(void);
void apic_enable(void);
uint32_t apic_id(void);
void apic_end_of_interrupt(void);

#define APIC_BROADCAST 0xffu /* no CPU's id: all of them */

/* One interrupt to one CPU. Mode bits as in the interrupt command register. */
#define APIC_FIXED 0x00000u
#define APIC_NMI 0x00400u
#define APIC_INIT 0x04500u    /* assert */
#define APIC_STARTUP 0x04600u /* vector: page number of the code */
void apic_send(uint32_t apic, uint32_t mode, uint32_t vector);

/* The local timer counts down at cpu_timer_khz. */
void apic_timer_set(uint32_t count); /* 0: stop */
uint32_t apic_timer_read(void);

/* I/O APICs (irq.c). */
void irq_init(void);

/* clock.c: measures TSC and local timer. */
void clock_init(void);

/* watchdog.c: from every NMI; panics when a CPU has stood still for too long. */
void watchdog_init(void);
void watchdog_check(const struct pt_regs *regs);
/* I/O APIC input `gsi` becomes an NMI to CPU 0. */
void irq_route_nmi(uint32_t gsi);

#endif
