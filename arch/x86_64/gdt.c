/*
 * Each CPU's GDT, TSS and interrupt stacks. All of it is per-CPU data: nothing to allocate.
 *
 * The topmost slot of every IST stack holds its CPU's GS base: the paranoid entries
 * (interrupt_entry.asm) take it from there, because GS itself can't be trusted at that moment.
 */
#include "arch/x86_64/gdt.h"

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/cpu_number.h"
#include "arch/x86_64/ptregs.h"

/* Descriptors of 64-bit segments: base and limit do not count (SDM vol. 3, 3.4.5). */
#define DESCRIPTOR_KERNEL_CODE 0x00af9b000000fffful
#define DESCRIPTOR_KERNEL_DATA 0x00cf93000000fffful
#define DESCRIPTOR_USER_DATA 0x00cff3000000fffful
#define DESCRIPTOR_USER_CODE 0x00affb000000fffful
#define DESCRIPTOR_TSS_PRESENT 0x0000890000000000ul /* 64-bit TSS, available */
#define DESCRIPTOR_CPU_NUMBER 0x0040f50000000000ul  /* read-only data for ring 3, limit 0 bytes */

#define GDT_ENTRIES 16

struct ist_stack {
    uint8_t bytes[IST_STACK_SIZE - 16];
    uint64_t gs_base; /* the slot; 16 bytes keep the stack aligned */
    uint64_t unused;
} __aligned(16);

static DEFINE_PER_CPU(uint64_t, percpu_gdt)[GDT_ENTRIES];
DEFINE_PER_CPU(struct tss, percpu_tss);
static DEFINE_PER_CPU(struct ist_stack, percpu_ist_stacks)[IST_COUNT];

static void tss_fill(struct tss *tss)
{
    struct ist_stack *stacks = *this_cpu_ptr(&percpu_ist_stacks);

    for (int i = 0; i < IST_COUNT; i++) {
        stacks[i].gs_base = this_cpu(percpu_self_offset);
        tss->ist[i] = (uintptr_t)&stacks[i].gs_base;
    }
    tss->io_map_base = sizeof(*tss); /* beyond the limit: no port is open to ring 3 */
}

void gdt_load(void)
{
    uint64_t *gdt = *this_cpu_ptr(&percpu_gdt);
    struct tss *tss = this_cpu_ptr(&percpu_tss);
    uintptr_t base = (uintptr_t)tss;
    struct {
        uint16_t limit;
        uint64_t base;
    } __packed pointer = {sizeof(percpu_gdt) - 1, (uintptr_t)gdt};

    tss_fill(tss);
    gdt[KERNEL_CS / 8] = DESCRIPTOR_KERNEL_CODE;
    gdt[KERNEL_DS / 8] = DESCRIPTOR_KERNEL_DATA;
    gdt[USER_DS / 8] = DESCRIPTOR_USER_DATA;
    gdt[USER_CS / 8] = DESCRIPTOR_USER_CODE;
    gdt[TSS_SELECTOR / 8] = DESCRIPTOR_TSS_PRESENT | (sizeof(*tss) - 1) | (base & 0xffffff) << 16 |
                            (base >> 24 & 0xff) << 56;
    gdt[TSS_SELECTOR / 8 + 1] = base >> 32;
    gdt[CPU_NUMBER_SELECTOR / 8] = DESCRIPTOR_CPU_NUMBER | cpu_id();

    /* Loading FS or GS would clear their bases, and GS's is in use: they keep null selectors. After
     * reset there is a local table, at address 0 (SDM vol. 3, table 9-1): nobody is to have one. */
    __asm__ volatile("lgdt %0\n\t"
                     "pushq %1\n\t"
                     "leaq 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "lretq\n"
                     "1:\n\t"
                     "mov %2, %%ss\n\t"
                     "mov %3, %%ds\n\t"
                     "mov %3, %%es\n\t"
                     "lldt %w4\n\t"
                     "ltr %w5"
                     :
                     : "m"(pointer), "i"(KERNEL_CS), "r"(KERNEL_DS), "r"(0), "r"(0),
                       "r"(TSS_SELECTOR)
                     : "rax", "memory");
}
