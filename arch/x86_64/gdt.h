/*
 * Segment descriptors, the task-state segment and its stacks (SDM vol. 3, chapters 3 and 7).
 */
#ifndef LIMEN_X86_GDT_H
#define LIMEN_X86_GDT_H

#include "kernel/core/percpu.h"
#include "kernel/lib/compiler.h"

/* Interrupt-stack-table slots (TSS.IST1 ...): exceptions that must not trust the current stack. */
enum ist_slot {
    IST_NMI = 1,
    IST_DOUBLE_FAULT,
    IST_MACHINE_CHECK,
    IST_DEBUG,
    IST_COUNT = IST_DEBUG,
};

#define IST_STACK_SIZE 4096u

struct tss {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map_base;
} __packed;

static_assert(sizeof(struct tss) == 104, "SDM vol. 3, figure 7-11");

DECLARE_PER_CPU(struct tss, percpu_tss);

/* Fills and loads this CPU's GDT and TSS. */
void gdt_load(void);

#endif
