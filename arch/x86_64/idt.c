/*
 * The interrupt descriptor table, one for all CPUs (SDM vol. 3, 6.10 and 6.14.1).
 */
#include "arch/x86_64/gdt.h"
#include "arch/x86_64/trap.h"

#define GATE_INTERRUPT 0x8e00u /* present, DPL 0, 64-bit interrupt gate */
#define GATE_USER 0x6000u      /* DPL 3: INT n may name it */

struct gate {
    uint16_t offset_low, selector, attributes, offset_middle;
    uint32_t offset_high, reserved;
};

static_assert(sizeof(struct gate) == 16, "SDM vol. 3, figure 6-8");

static struct gate idt[256] __aligned(16);

static void gate_set(unsigned vector, uintptr_t handler, unsigned attributes)
{
    idt[vector] = (struct gate){
        .offset_low = (uint16_t)handler,
        .offset_middle = (uint16_t)(handler >> 16),
        .offset_high = (uint32_t)(handler >> 32),
        .selector = KERNEL_CS,
        .attributes = (uint16_t)attributes,
    };
}

static uintptr_t stub(unsigned vector)
{
    return (uintptr_t)interrupt_stubs + vector * INTERRUPT_STUB_SIZE;
}

static void idt_build(void)
{
    for (unsigned vector = 0; vector < 256; vector++)
        gate_set(vector, stub(vector), GATE_INTERRUPT);
    gate_set(VECTOR_BREAKPOINT, stub(VECTOR_BREAKPOINT), GATE_INTERRUPT | GATE_USER);
    gate_set(VECTOR_OVERFLOW, stub(VECTOR_OVERFLOW), GATE_INTERRUPT | GATE_USER);
    gate_set(VECTOR_SYSCALL, (uintptr_t)int80_entry, GATE_INTERRUPT | GATE_USER);
    gate_set(VECTOR_NMI, stub(VECTOR_NMI), GATE_INTERRUPT | IST_NMI);
    gate_set(VECTOR_DEBUG, stub(VECTOR_DEBUG), GATE_INTERRUPT | IST_DEBUG);
    gate_set(VECTOR_DOUBLE_FAULT, stub(VECTOR_DOUBLE_FAULT), GATE_INTERRUPT | IST_DOUBLE_FAULT);
    gate_set(VECTOR_MACHINE_CHECK, stub(VECTOR_MACHINE_CHECK), GATE_INTERRUPT | IST_MACHINE_CHECK);
}

void idt_load(void)
{
    struct {
        uint16_t limit;
        uint64_t base;
    } __packed pointer = {sizeof(idt) - 1, (uintptr_t)idt};

    if (idt[0].selector == 0)
        idt_build();
    __asm__ volatile("lidt %0" : : "m"(pointer));
}
