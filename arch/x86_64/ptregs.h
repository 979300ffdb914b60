/*
 * The frame that every entry from user mode, and every exception and interrupt, leaves at the top
 * of the kernel stack. Field order and names are Linux's struct pt_regs, which user space sees
 * through ptrace and core files.
 */
#ifndef LIMEN_X86_PTREGS_H
#define LIMEN_X86_PTREGS_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct pt_regs {
    /* callee-saved in the C ABI */
    unsigned long r15, r14, r13, r12, bp, bx;
    /* the others */
    unsigned long r11, r10, r9, r8, ax, cx, dx, si, di;
    /* the system call's number; -1 for an exception or interrupt */
    unsigned long orig_ax;
    /* what the CPU pushes (SDM vol. 3, 6.14.2) */
    unsigned long ip, cs, flags, sp, ss;
};

static_assert(sizeof(struct pt_regs) == 168, "the frame has Linux's layout");

/* Selectors (gdt.c); the values are Linux's. */
#define KERNEL_CS 0x10
#define KERNEL_DS 0x18
#define USER32_CS 0x23 /* not in the GDT: the base from which SYSRET computes the next two */
#define USER_DS 0x2b
#define USER_CS 0x33
#define USER_RPL 3
#define TSS_SELECTOR 0x40

/* RFLAGS (SDM vol. 1, 3.4.3) */
#define FLAG_CF (1ul << 0)
#define FLAG_FIXED (1ul << 1)
#define FLAG_PF (1ul << 2)
#define FLAG_AF (1ul << 4)
#define FLAG_ZF (1ul << 6)
#define FLAG_SF (1ul << 7)
#define FLAG_TF (1ul << 8)
#define FLAG_IF (1ul << 9)
#define FLAG_DF (1ul << 10)
#define FLAG_OF (1ul << 11)
#define FLAG_IOPL (3ul << 12)
#define FLAG_NT (1ul << 14)
#define FLAG_RF (1ul << 16)
#define FLAG_AC (1ul << 18)
#define FLAG_ID (1ul << 21)

/* What user code may choose of RFLAGS through sigreturn: Linux's FIX_EFLAGS; and through ptrace. */
#define FLAGS_USER_MAY_SET                                                                     \
    (FLAG_AC | FLAG_OF | FLAG_DF | FLAG_TF | FLAG_SF | FLAG_ZF | FLAG_AF | FLAG_PF | FLAG_CF | \
     FLAG_RF)
#define FLAGS_TRACER_MAY_SET (FLAGS_USER_MAY_SET | FLAG_NT)

static inline bool frame_from_user(const struct pt_regs *regs)
{
    return (regs->cs & 3) == 3;
}

#endif
