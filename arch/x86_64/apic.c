/*
 * The local APIC, one per CPU, in its memory-mapped mode (SDM vol. 3, chapter 10).
 */
#include "arch/x86_64/apic.h"

#include "arch/api/cpu.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/trap.h"
#include "kernel/core/alloc.h"
#include "kernel/core/panic.h"

/* Registers (table 10-1), as indices of 32-bit words. */
#define REG_ID (0x20 / 4)
#define REG_TASK_PRIORITY (0x80 / 4)
#define REG_EOI (0xb0 / 4)
#define REG_SPURIOUS (0xf0 / 4)
#define REG_ICR_LOW (0x300 / 4)
#define REG_ICR_HIGH (0x310 / 4)
#define REG_LVT_TIMER (0x320 / 4)
#define REG_LVT_LINT0 (0x350 / 4)
#define REG_LVT_LINT1 (0x360 / 4)
#define REG_LVT_ERROR (0x370 / 4)
#define REG_TIMER_INITIAL (0x380 / 4)
#define REG_TIMER_CURRENT (0x390 / 4)
#define REG_TIMER_DIVIDE (0x3e0 / 4)

#define SPURIOUS_ENABLE (1u << 8)
#define LVT_MASKED (1u << 16)
#define LVT_NMI 0x400u
#define ICR_PENDING (1u << 12)
#define DIVIDE_BY_1 0xbu
#define APIC_BASE_ENABLE (1ull << 11)

static volatile uint32_t *registers;

void apic_init(void)
{
    registers = memory_hooks->device_map(machine.local_apic, 4096);
    if (!registers)
        panic("no memory to map the local APIC");
}

void apic_enable(void)
{
    msr_write(MSR_APIC_BASE, msr_read(MSR_APIC_BASE) | APIC_BASE_ENABLE);
    /* First of all: while it is off, the local vectors stay masked (SDM vol. 3, 10.4.7.2). */
    registers[REG_SPURIOUS] = SPURIOUS_ENABLE | VECTOR_SPURIOUS;
    registers[REG_TASK_PRIORITY] = 0;
    registers[REG_LVT_LINT0] = LVT_MASKED;
    registers[REG_LVT_LINT1] = LVT_NMI;
    registers[REG_LVT_ERROR] = LVT_MASKED;
    registers[REG_TIMER_DIVIDE] = DIVIDE_BY_1;
    registers[REG_LVT_TIMER] = VECTOR_TIMER; /* one-shot */
}

uint32_t apic_id(void)
{
    return registers[REG_ID] >> 24;
}

void apic_end_of_interrupt(void)
{
    registers[REG_EOI] = 0;
}

/* The command register is two words: no interrupt of this CPU may come between them, and an NMI
 * (the lock-up detector's) leaves the upper one as it found it. */
void apic_send(uint32_t apic, uint32_t mode, uint32_t vector)
{
    unsigned long flags = irq_save();
    uint32_t found = registers[REG_ICR_HIGH];

    while (registers[REG_ICR_LOW] & ICR_PENDING)
        cpu_relax();
    registers[REG_ICR_HIGH] = apic << 24;
    registers[REG_ICR_LOW] = mode | vector;
    registers[REG_ICR_HIGH] = found;
    irq_restore(flags);
}

void apic_timer_set(uint32_t count)
{
    registers[REG_TIMER_INITIAL] = count;
}

uint32_t apic_timer_read(void)
{
    return registers[REG_TIMER_CURRENT];
}
