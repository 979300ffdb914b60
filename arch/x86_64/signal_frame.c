/*
 * The signal frame (struct rt_sigframe), which carries a thread's registers over a handler: Linux's
 * layout to the byte. What comes back through rt_sigreturn may be forged: selectors are not taken
 * from it, of RFLAGS only what user code may set, the FPU area is checked, and a RIP that is not
 * canonical becomes a SIGSEGV on the way out (syscall_entry.asm).
 */
#include "arch/api/memory.h"
#include "arch/api/thread.h"
#include "arch/api/user.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/ptregs.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/signal.h"
#include "kernel/lib/string.h"
#include "kernel/sched/thread.h"

#define FPSTATE_ALIGN 64u
#define RESTORER_SIZE 8u /* rt_sigreturn is called after the handler's RET took one word */

static void sigcontext_fill(struct sigcontext *sc, const struct pt_regs *regs, uint64_t mask,
                            uintptr_t fpstate)
{
    const struct arch_thread *arch = &current->arch;

    *sc = (struct sigcontext){
        .r8 = regs->r8,
        .r9 = regs->r9,
        .r10 = regs->r10,
        .r11 = regs->r11,
        .r12 = regs->r12,
        .r13 = regs->r13,
        .r14 = regs->r14,
        .r15 = regs->r15,
        .di = regs->di,
        .si = regs->si,
        .bp = regs->bp,
        .bx = regs->bx,
        .dx = regs->dx,
        .ax = regs->ax,
        .cx = regs->cx,
        .sp = regs->sp,
        .ip = regs->ip,
        .flags = regs->flags,
        .cs = USER_CS,
        .ss = USER_DS,
        .err = arch->trap_error,
        .trapno = arch->trap_number,
        .cr2 = arch->trap_address,
        .oldmask = mask,
        .fpstate = (struct fpstate *)fpstate,
    };
}

static void sigcontext_take(const struct sigcontext *sc, struct pt_regs *regs)
{
    regs->r8 = sc->r8;
    regs->r9 = sc->r9;
    regs->r10 = sc->r10;
    regs->r11 = sc->r11;
    regs->r12 = sc->r12;
    regs->r13 = sc->r13;
    regs->r14 = sc->r14;
    regs->r15 = sc->r15;
    regs->di = sc->di;
    regs->si = sc->si;
    regs->bp = sc->bp;
    regs->bx = sc->bx;
    regs->dx = sc->dx;
    regs->ax = sc->ax;
    regs->cx = sc->cx;
    regs->sp = sc->sp;
    regs->ip = sc->ip;
    regs->flags = (regs->flags & ~FLAGS_USER_MAY_SET) | (sc->flags & FLAGS_USER_MAY_SET);
    regs->orig_ax = (unsigned long)-1;
}

size_t user_signal_frame_size(void)
{
    return sizeof(struct rt_sigframe) + fpu_user_size() + FPSTATE_ALIGN + 16;
}

int signal_frame_push(struct pt_regs *regs, const struct sigaction_frame *action)
{
    struct rt_sigframe frame = {0};
    uintptr_t fpstate, sp;

    if (action->restorer == 0 || action->sp > USER_END || action->sp < 2 * user_signal_frame_size())
        return -EFAULT;
    fpstate = round_down(action->sp - fpu_user_size(), (uintptr_t)FPSTATE_ALIGN);
    /* As after a CALL: 8 bytes off a multiple of 16. */
    sp = round_down(fpstate - sizeof(frame), (uintptr_t)16) - 8;

    frame.restorer = (void (*)(void))action->restorer;
    frame.uc.uc_flags = UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS;
    frame.uc.uc_flags |= cpu_features.xsave ? UC_FP_XSTATE : 0;
    memcpy(&frame.uc.uc_stack, action->stack, sizeof(frame.uc.uc_stack));
    sigcontext_fill(&frame.uc.uc_mcontext, regs, action->mask, fpstate);
    frame.uc.uc_sigmask = action->mask;
    memcpy(&frame.info, action->info, sizeof(frame.info));

    if (fpu_to_user((void __user *)fpstate) != 0 ||
        arch_copy_to_user((void __user *)sp, &frame, sizeof(frame)) != 0)
        return -EFAULT;

    regs->di = (unsigned long)action->signal;
    regs->si = sp + offsetof(struct rt_sigframe, info);
    regs->dx = sp + offsetof(struct rt_sigframe, uc);
    regs->ax = 0;
    regs->ip = action->handler;
    regs->sp = sp;
    regs->flags &= ~(FLAG_DF | FLAG_RF | FLAG_TF);
    regs->orig_ax = (unsigned long)-1;
    /* As on Linux a handler begins as a program does, whatever was being computed. */
    fpu_reset();
    return 0;
}

/* Takes the FPU state of a frame; none there is the initial one. */
static int fpstate_take(const struct sigcontext *sc)
{
    uintptr_t fpstate = (uintptr_t)sc->fpstate;

    if (fpstate == 0) {
        fpu_reset();
        return 0;
    }
    if (fpstate > USER_END - fpu_user_size() || fpu_from_user((void __user *)fpstate) != 0)
        return -EINVAL;
    return 0;
}

int signal_frame_pop(struct pt_regs *regs, uint64_t *mask, void *stack)
{
    uintptr_t sp = regs->sp - RESTORER_SIZE;
    struct rt_sigframe frame;
    const struct sigcontext *sc = &frame.uc.uc_mcontext;

    if (regs->sp < RESTORER_SIZE || sp > USER_END - sizeof(frame) ||
        arch_copy_from_user(&frame, (void __user *)sp, sizeof(frame)) != 0)
        return -EFAULT;
    /* As on Linux the privilege level in a selector does not count: it becomes 3. */
    if ((sc->cs | 3) != USER_CS || (sc->ss | 3) != USER_DS)
        return -EFAULT;
    sigcontext_take(sc, regs);
    *mask = frame.uc.uc_sigmask;
    if (fpstate_take(sc) != 0)
        return -EINVAL;
    memcpy(stack, &frame.uc.uc_stack, sizeof(frame.uc.uc_stack));
    return 0;
}
