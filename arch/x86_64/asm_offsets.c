/*
 * Numbers that the assembly needs from C. Compiled to assembly text, not linked; the Makefile turns
 * the marked lines into gen/asm_offsets.inc.
 */
#include "arch/x86_64/gdt.h"
#include "arch/x86_64/ptregs.h"
#include "kernel/sched/thread.h"

#define VALUE(name, value) __asm__ volatile("\n.ascii \"->" #name " %c0\"" : : "i"(value))

void asm_offsets(void);

void asm_offsets(void)
{
    VALUE(REGS_R11, offsetof(struct pt_regs, r11));
    VALUE(REGS_AX, offsetof(struct pt_regs, ax));
    VALUE(REGS_CX, offsetof(struct pt_regs, cx));
    VALUE(REGS_DI, offsetof(struct pt_regs, di));
    VALUE(REGS_ORIG_AX, offsetof(struct pt_regs, orig_ax));
    VALUE(REGS_IP, offsetof(struct pt_regs, ip));
    VALUE(REGS_CS, offsetof(struct pt_regs, cs));
    VALUE(REGS_FLAGS, offsetof(struct pt_regs, flags));
    VALUE(REGS_SP, offsetof(struct pt_regs, sp));
    VALUE(REGS_SS, offsetof(struct pt_regs, ss));
    VALUE(REGS_SIZE, sizeof(struct pt_regs));
    VALUE(KERNEL_CS, KERNEL_CS);
    VALUE(KERNEL_DS, KERNEL_DS);
    VALUE(USER_CS, USER_CS);
    VALUE(USER_DS, USER_DS);
    VALUE(FLAG_IF, FLAG_IF);
    VALUE(FLAG_TF, FLAG_TF);
    VALUE(FLAG_RF, FLAG_RF);
    VALUE(FLAG_NT, FLAG_NT);
    VALUE(THREAD_FLAGS, offsetof(struct thread, flags));
    VALUE(THREAD_SP, offsetof(struct thread, arch.sp));
}
