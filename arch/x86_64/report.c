/*
 * The CPU's part of a panic report: registers and backtrace, by frame pointers (every function of
 * the kernel keeps RBP; see the Makefile).
 */
#include "arch/api/cpu.h"
#include "arch/api/memory.h"
#include "arch/api/thread.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/gdt.h"
#include "arch/x86_64/ptregs.h"
#include "arch/x86_64/switch.h"
#include "kernel/core/log.h"

extern char _data[], _data_end[]; /* linker.ld */

struct frame {
    const struct frame *caller;
    uintptr_t return_address;
};

/* A frame pointer may be garbage: it is followed only where something is mapped. */
static bool frame_is_readable(const struct frame *frame)
{
    uintptr_t address = (uintptr_t)frame;
    struct pt_entry entry;

    if (!is_aligned(address, sizeof(uintptr_t)))
        return false;
    if (address >= AREA_BASE && address < AREA_END)
        return pt_query(&kernel_page_table, address, &entry) &&
               pt_query(&kernel_page_table, address + sizeof(*frame) - 1, &entry);
    return address >= (uintptr_t)_data && address < (uintptr_t)_data_end;
}

size_t cpu_backtrace(const struct pt_regs *regs, uintptr_t *addresses, size_t most)
{
    const struct frame *frame = __builtin_frame_address(0);
    size_t count = 0;

    if (regs) {
        frame = (const struct frame *)regs->bp;
        if (most > 0)
            addresses[count++] = regs->ip;
        if (frame_from_user(regs))
            return count;
    }
    while (count < most && frame_is_readable(frame) && frame->return_address >= IMAGE_BASE) {
        addresses[count++] = frame->return_address;
        if (frame->caller <= frame)
            break;
        frame = frame->caller;
    }
    return count;
}

static void report_registers(const struct pt_regs *r)
{
    pr_err("  rip %016lx  cs %04lx  rflags %08lx  ss %04lx", r->ip, r->cs, r->flags, r->ss);
    pr_err("  rsp %016lx  rbp %016lx  rax %016lx", r->sp, r->bp, r->ax);
    pr_err("  rbx %016lx  rcx %016lx  rdx %016lx", r->bx, r->cx, r->dx);
    pr_err("  rsi %016lx  rdi %016lx  r8  %016lx", r->si, r->di, r->r8);
    pr_err("  r9  %016lx  r10 %016lx  r11 %016lx", r->r9, r->r10, r->r11);
    pr_err("  r12 %016lx  r13 %016lx  r14 %016lx", r->r12, r->r13, r->r14);
    pr_err("  r15 %016lx  orig_rax %016lx", r->r15, r->orig_ax);
}

void cpu_report_state(const struct pt_regs *regs)
{
    uintptr_t address = cr2_read();

    if (regs)
        report_registers(regs);
    pr_err("  cr0 %08lx  cr2 %016lx  cr3 %016lx  cr4 %08lx", cr0_read(), address, cr3_read(),
           cr4_read());
    if (regs) {
        pr_err("page walk of cr2:");
        pt_report(address);
    }
}
