/*
 * The CPU's side of user space: touching user memory, the registers of a user thread, starting it.
 * The layers above see `struct pt_regs` only through these functions.
 */
#ifndef LIMEN_ARCH_API_USER_H
#define LIMEN_ARCH_API_USER_H

#include "arch/x86_64/ptregs.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct thread;

/* Raw copies with fault recovery. The caller has checked the range against USER_END. Return the
 * number of bytes NOT copied (0: all). May sleep (a page may have to come). */
size_t arch_copy_from_user(void *to, const void __user *from, size_t size);
size_t arch_copy_to_user(void __user *to, const void *from, size_t size);
size_t arch_clear_user(void __user *to, size_t size);

/* Copies a string with its NUL; at most size bytes. Length without NUL, size if none was found in
 * time, -EFAULT. The caller has limited size to what lies below USER_END. */
ssize_t arch_copy_string_from_user(char *to, const char __user *from, size_t size);

/* Atomic operations on a user word, for futexes: -EFAULT, else 0. The address is aligned. */
int arch_load_user_u32(uint32_t *value, const uint32_t __user *from);
int arch_compare_swap_user_u32(uint32_t __user *at, uint32_t expected, uint32_t desired,
                               uint32_t *found);

/* The frame at the top of a thread's kernel stack, by which it entered from user mode or will go
 * there. */
struct pt_regs *thread_user_regs(const struct thread *thread);

/* That of the running thread. */
struct pt_regs *current_regs(void);

static inline bool regs_from_user(const struct pt_regs *regs)
{
    return frame_from_user(regs);
}

static inline uintptr_t regs_ip(const struct pt_regs *regs)
{
    return regs->ip;
}

static inline uintptr_t regs_sp(const struct pt_regs *regs)
{
    return regs->sp;
}

/* As the entry took it: the low 32 bits, signed. -1 when the frame is no system call's. */
static inline long regs_syscall_number(const struct pt_regs *regs)
{
    return (int)regs->orig_ax;
}

static inline void regs_syscall_arguments(const struct pt_regs *regs, unsigned long arguments[6])
{
    arguments[0] = regs->di;
    arguments[1] = regs->si;
    arguments[2] = regs->dx;
    arguments[3] = regs->r10;
    arguments[4] = regs->r8;
    arguments[5] = regs->r9;
}

/* Those of INT 80h: 32 bits each. */
static inline void regs_int80_arguments(const struct pt_regs *regs, unsigned long arguments[6])
{
    arguments[0] = (uint32_t)regs->bx;
    arguments[1] = (uint32_t)regs->cx;
    arguments[2] = (uint32_t)regs->dx;
    arguments[3] = (uint32_t)regs->si;
    arguments[4] = (uint32_t)regs->di;
    arguments[5] = (uint32_t)regs->bp;
}

static inline long regs_result(const struct pt_regs *regs)
{
    return (long)regs->ax;
}

static inline void regs_set_result(struct pt_regs *regs, long result)
{
    regs->ax = (unsigned long)result;
}

#define SYSCALL_INSTRUCTION_SIZE 2 /* SYSCALL and INT 80h alike */

/* Makes the frame run the system call again when it returns (with number `number`). */
static inline void regs_restart_syscall(struct pt_regs *regs, long number)
{
    regs->ax = (unsigned long)number;
    regs->ip -= SYSCALL_INSTRUCTION_SIZE;
}

/* Marks the frame as not being a system call's any more (signal delivered), or never. */
static inline void regs_clear_syscall(struct pt_regs *regs)
{
    regs->orig_ax = (unsigned long)-1;
}

/* exec: a fresh user register state, everything zero but ip and sp; FPU state, FS and GS bases of
 * the running thread are reset as well. */
void user_start(struct pt_regs *regs, uintptr_t ip, uintptr_t sp);

/* fork and clone: gives the new thread a kernel stack frame that returns to user mode with a copy
 * of the parent's registers and result 0; FPU state, FS and GS bases are copied.
 * stack 0: the parent's stack pointer; tls NULL: the parent's FS base (CLONE_SETTLS otherwise; the
 * caller has checked that it is below USER_END). */
void user_clone(struct thread *child, const struct pt_regs *parent_regs, uintptr_t stack,
                const uintptr_t *tls);

/* arch_prctl(2): -EINVAL unknown code, -EPERM address out of range, -EFAULT. */
long arch_prctl_call(int code, unsigned long address);

/* Builds Linux's rt_sigframe on the user's stack (sp is where the handler's stack begins, already
 * chosen: alternate or current) and points regs at the handler. -EFAULT: the stack can't take it.
 * `info`, `uc_stack` are copied out; `mask` is what sigreturn restores. */
struct sigaction_frame {
    int signal;
    uintptr_t handler, restorer; /* restorer 0: the frame can't return; -EFAULT */
    const void *info;            /* siginfo_t, 128 bytes */
    const void *stack;           /* stack_t, 24 bytes: uc_stack */
    uint64_t mask;
    uintptr_t sp;
};
int signal_frame_push(struct pt_regs *regs, const struct sigaction_frame *frame);

/* rt_sigreturn: takes the frame at the user's stack pointer back into regs; of RFLAGS
 * only what user code may set, a RIP that is not canonical ends in a signal later. 0 with mask and
 * stack_t filled in. -EFAULT: the frame can't be read or has other selectors than ours, nothing was
 * taken. -EINVAL: registers and mask were taken, but the FPU state can't be. */
int signal_frame_pop(struct pt_regs *regs, uint64_t *mask, void *stack);

/* AT_HWCAP, AT_HWCAP2 and AT_MINSIGSTKSZ of the auxiliary vector. */
unsigned long user_hwcap(void);
unsigned long user_hwcap2(void);
size_t user_signal_frame_size(void);

#endif
