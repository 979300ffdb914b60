/*
 * The registers of user threads, as the layers above ask for them.
 */
#include "arch/api/user.h"

#include "arch/api/memory.h"
#include "arch/api/thread.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/ptregs.h"
#include "arch/x86_64/switch.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/prctl.h"
#include "kernel/core/preempt.h"
#include "kernel/lib/string.h"
#include "kernel/sched/thread.h"

struct pt_regs *current_regs(void)
{
    return thread_user_regs(current);
}

void user_start(struct pt_regs *regs, uintptr_t ip, uintptr_t sp)
{
    struct arch_thread *arch = &current->arch;

    *regs = (struct pt_regs){
        .ip = ip,
        .sp = sp,
        .cs = USER_CS,
        .ss = USER_DS,
        .flags = FLAG_IF | FLAG_FIXED,
        .orig_ax = regs->orig_ax, /* as on Linux: a tracer sees which call began the program */
    };
    preempt_disable();
    thread_fpu_start(arch);
    arch->ds = arch->es = arch->fs = arch->gs = 0;
    arch->fs_base = arch->gs_base = 0;
    thread_segments_load(arch);
    preempt_enable();
    fpu_reset();
}

void user_clone(struct thread *child, const struct pt_regs *parent_regs, uintptr_t stack,
                const uintptr_t *tls)
{
    struct pt_regs *regs = thread_user_regs(child);
    struct arch_thread *from = &current->arch, *to = &child->arch;

    *regs = *parent_regs;
    regs->ax = 0;
    if (stack)
        regs->sp = stack;

    preempt_disable();
    fpu_save(from->fpu);
    thread_segments_save(from);
    preempt_enable();
    thread_fpu_start(to);
    memcpy(to->fpu, from->fpu, cpu_features.fpu_size);
    to->ds = from->ds;
    to->es = from->es;
    to->fs = from->fs;
    to->gs = from->gs;
    to->fs_base = tls ? *tls : from->fs_base;
    to->gs_base = from->gs_base;
    thread_frame_init(child, NULL, NULL);
}

static long base_get(unsigned long address, uintptr_t base)
{
    if (address > USER_END - sizeof(base) ||
        arch_copy_to_user((void __user *)address, &base, sizeof(base)) != 0)
        return -EFAULT;
    return 0;
}

/* arch_prctl(2): the selector becomes null, so that the base is the whole truth. */
long arch_prctl_call(int code, unsigned long address)
{
    struct arch_thread *arch = &current->arch;
    uintptr_t base;

    if ((code == ARCH_SET_FS || code == ARCH_SET_GS) && address >= USER_END)
        return -EPERM;
    preempt_disable();
    thread_segments_save(arch);
    if (code == ARCH_SET_FS) {
        arch->fs = 0;
        arch->fs_base = address;
        thread_segments_load(arch);
    } else if (code == ARCH_SET_GS) {
        arch->gs = 0;
        arch->gs_base = address;
        thread_segments_load(arch);
    }
    base = code == ARCH_GET_FS ? arch->fs_base : arch->gs_base;
    preempt_enable();

    switch (code) {
    case ARCH_SET_FS:
    case ARCH_SET_GS:
        return 0;
    case ARCH_GET_FS:
    case ARCH_GET_GS:
        return base_get(address, base);
    default:
        return -EINVAL;
    }
}
