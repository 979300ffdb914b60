/*
 * Exceptions and interrupts between the entry code and their handlers.
 */
#ifndef LIMEN_X86_TRAP_H
#define LIMEN_X86_TRAP_H

#include "arch/x86_64/ptregs.h"

/* Vectors (SDM vol. 3, table 6-1). */
enum vector {
    VECTOR_DIVIDE = 0,
    VECTOR_DEBUG = 1,
    VECTOR_NMI = 2,
    VECTOR_BREAKPOINT = 3,
    VECTOR_OVERFLOW = 4,
    VECTOR_BOUND = 5,
    VECTOR_INVALID_OPCODE = 6,
    VECTOR_DEVICE_NOT_AVAILABLE = 7,
    VECTOR_DOUBLE_FAULT = 8,
    VECTOR_INVALID_TSS = 10,
    VECTOR_NOT_PRESENT = 11,
    VECTOR_STACK = 12,
    VECTOR_PROTECTION = 13,
    VECTOR_PAGE_FAULT = 14,
    VECTOR_X87 = 16,
    VECTOR_ALIGNMENT = 17,
    VECTOR_MACHINE_CHECK = 18,
    VECTOR_SIMD = 19,
    VECTOR_EXCEPTIONS = 32, /* how many are the CPU's own */

    VECTOR_GSI_BASE = 0x20, /* global system interrupt 0; the I/O APICs' inputs follow */
    VECTOR_SYSCALL = 0x80,
    VECTOR_RESCHEDULE = 0xf0,
    VECTOR_CALL = 0xf1,
    VECTOR_TIMER = 0xf2,
    VECTOR_SPURIOUS = 0xff,
};

#define GSI_MAX (VECTOR_SYSCALL - VECTOR_GSI_BASE)

/* interrupt_entry.asm -> C: every exception and interrupt. Interrupts are off. */
void trap_dispatch(struct pt_regs *regs, unsigned vector, unsigned long error);

/* interrupt_entry.asm's stubs, STUB_SIZE bytes each. */
extern char interrupt_stubs[];
#define INTERRUPT_STUB_SIZE 16

/* switch.asm: the HLT of cpu_idle_wait. */
extern const char cpu_idle_halt[];
#define HLT_SIZE 1

void int80_entry(void);
void syscall_entry(void);

/* syscall_entry.asm -> C: the frame's RIP is not canonical; what IRET would say of it goes to the
 * user. Interrupts are on. */
void user_bad_return(struct pt_regs *regs);

/* Loads the IDT on this CPU; the first call builds it. */
void idt_load(void);

/* Where execution goes on after a fault at `ip` in a user copy; 0: nowhere, it is a bug. */
uintptr_t extable_find(uintptr_t ip);

/* Device interrupts (irq.c), inter-processor calls (smp.c). */
void irq_dispatch(unsigned gsi);
void smp_call_serve(void);

#endif
