/*
 * What to do about each exception and interrupt: user code's faults become signals, page faults go
 * to kernel/mm, faults of the kernel's own end in a panic (SDM vol. 3, 6.15).
 */
#include "arch/x86_64/trap.h"

#include "arch/api/cpu.h"
#include "arch/api/memory.h"
#include "arch/api/thread.h"
#include "arch/api/upcalls.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/smp.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/signal.h"
#include "kernel/core/panic.h"
#include "kernel/core/preempt.h"
#include "kernel/core/tracepoint.h"
#include "kernel/sched/thread.h"

/* Page-fault error code (SDM vol. 3, figure 4-12). */
#define FAULT_PRESENT 0x01u
#define FAULT_WRITE 0x02u
#define FAULT_RESERVED 0x08u
#define FAULT_FETCH 0x10u

#define GENERAL_REGISTERS (offsetof(struct pt_regs, orig_ax) / sizeof(unsigned long))

#define DR6_BREAKPOINTS 0xful
#define DR6_SINGLE_STEP (1ul << 14)
#define DR6_CLEAR 0xffff0ff0ul

/* What user code gets for an exception that is just its own fault. code 0: SI_KERNEL. */
struct exception {
    const char *name;
    uint8_t signal;
    uint8_t code;
    bool at_ip; /* si_addr is the instruction */
};

static const struct exception exceptions[VECTOR_EXCEPTIONS] = {
    [VECTOR_DIVIDE] = {"divide error", SIGFPE, FPE_INTDIV, true},
    [VECTOR_DEBUG] = {"debug exception", SIGTRAP, TRAP_TRACE, true},
    [VECTOR_NMI] = {"non-maskable interrupt", 0, 0, false},
    [VECTOR_BREAKPOINT] = {"breakpoint", SIGTRAP, 0, false},
    [VECTOR_OVERFLOW] = {"overflow", SIGSEGV, 0, false},
    [VECTOR_BOUND] = {"bound range exceeded", SIGSEGV, 0, false},
    [VECTOR_INVALID_OPCODE] = {"invalid opcode", SIGILL, ILL_ILLOPN, true},
    [VECTOR_DEVICE_NOT_AVAILABLE] = {"device not available", 0, 0, false},
    [VECTOR_DOUBLE_FAULT] = {"double fault", 0, 0, false},
    [VECTOR_INVALID_TSS] = {"invalid TSS", SIGSEGV, 0, false},
    [VECTOR_NOT_PRESENT] = {"segment not present", SIGBUS, 0, false},
    [VECTOR_STACK] = {"stack fault", SIGBUS, 0, false},
    [VECTOR_PROTECTION] = {"general protection fault", SIGSEGV, 0, false},
    [VECTOR_PAGE_FAULT] = {"page fault", 0, 0, false},
    [VECTOR_X87] = {"x87 floating-point error", SIGFPE, 0, true},
    [VECTOR_ALIGNMENT] = {"alignment check", SIGBUS, BUS_ADRALN, false},
    [VECTOR_MACHINE_CHECK] = {"machine check", 0, 0, false},
    [VECTOR_SIMD] = {"SIMD floating-point error", SIGFPE, 0, true},
};

static const char *exception_name(unsigned vector)
{
    return exceptions[vector].name ? exceptions[vector].name : "reserved exception";
}

/* The si_code for an x87 or SSE error: the unmasked one of highest priority (SDM vol. 1, 8.5). */
static int fpe_code(unsigned vector)
{
    uint32_t status = 0, control;

    if (vector == VECTOR_X87) {
        uint16_t sw, cw;

        __asm__ volatile("fnstsw %0; fnstcw %1" : "=m"(sw), "=m"(cw));
        status = sw;
        control = cw;
    } else {
        __asm__ volatile("stmxcsr %0" : "=m"(status));
        control = status >> 7;
    }

    uint32_t raised = status & ~control;

    if (raised & 0x01)
        return FPE_FLTINV;
    if (raised & 0x04)
        return FPE_FLTDIV;
    if (raised & 0x08)
        return FPE_FLTOVF;
    if (raised & 0x12)
        return FPE_FLTUND;
    if (raised & 0x20)
        return FPE_FLTRES;
    return 0;
}

/* Hands a fault of user code up; the signal frame will show what the CPU said. Interrupts are on.
 */
static void user_fault(struct pt_regs *regs, int signal, int code, uintptr_t address,
                       unsigned vector, unsigned long error)
{
    struct arch_thread *arch = &current->arch;

    arch->trap_number = vector;
    arch->trap_error = error;
    if (vector == VECTOR_PAGE_FAULT)
        arch->trap_address = address;
    upcall_user_exception(regs, signal, code, address, (int)vector, error);
}

static void user_exception(struct pt_regs *regs, unsigned vector, unsigned long error)
{
    const struct exception *exception = &exceptions[vector];
    int code = exception->code;

    if (exception->signal == 0)
        panic_regs(regs, "%s in user mode", exception_name(vector));
    if (vector == VECTOR_X87 || vector == VECTOR_SIMD)
        code = fpe_code(vector);
    irq_enable();
    user_fault(regs, exception->signal, code ? code : SI_KERNEL, exception->at_ip ? regs->ip : 0,
               vector, error);
}

/*
 * A user address may be touched by user code and by the user copies; anything else of the kernel's
 * that faults is a bug. A copy goes on at its fix-up when the fault can't be handled, or when the
 * code around it must not sleep.
 */
static void page_fault(struct pt_regs *regs, unsigned long error)
{
    uintptr_t address = cr2_read();
    uintptr_t resume = frame_from_user(regs) ? 0 : extable_find(regs->ip);
    unsigned access = error & FAULT_FETCH ? PT_EXEC : error & FAULT_WRITE ? PT_WRITE : 0;
    int result = -EFAULT;

    if (!frame_from_user(regs) && (resume == 0 || address >= USER_END))
        panic_regs(regs, "page fault: the kernel could not %s %#lx%s",
                   access & PT_EXEC    ? "execute"
                   : access & PT_WRITE ? "write"
                                       : "read",
                   address, upcall_fault_hint(address, access));
    if (frame_from_user(regs))
        trace_page_fault_user(address, regs->ip, error);
    else
        trace_page_fault_kernel(address, regs->ip, error);
    if (error & FAULT_RESERVED)
        panic_regs(regs, "page fault: reserved bit set in the tables of %#lx", address);

    if (regs->flags & FLAG_IF)
        irq_enable();
    if (address < USER_END && (frame_from_user(regs) || may_sleep()))
        result = upcall_page_fault(address, access, (error & FAULT_PRESENT) != 0);
    if (result == 0)
        return;
    if (!frame_from_user(regs)) {
        regs->ip = resume;
        return;
    }
    if (result == -ENOMEM) /* its flags say so: it ends on its way out */
        return;

    int signal = result == -EIO ? SIGBUS : SIGSEGV;
    int code = result == -EIO ? BUS_ADRERR : result == -EACCES ? SEGV_ACCERR : SEGV_MAPERR;

    /* As on Linux, a look at kernel addresses does not tell whether there is something. */
    if (address >= USER_END)
        error |= FAULT_PRESENT;
    user_fault(regs, signal, code, address, VECTOR_PAGE_FAULT, error);
}

/* ICEBP (0xf1) sets no bit. */
static int debug_code(uint64_t dr6)
{
    if (dr6 & DR6_SINGLE_STEP)
        return TRAP_TRACE;
    return dr6 & DR6_BREAKPOINTS ? TRAP_HWBKPT : TRAP_BRKPT;
}

/*
 * Single steps, hardware breakpoints, ICEBP. One from kernel mode comes of user code that set TF or
 * a watchpoint and then delayed the trap past SYSCALL or INT (MOV SS): it is dropped.
 */
static void debug_exception(struct pt_regs *regs, unsigned long error)
{
    uint64_t dr6 = dr6_read();

    dr6_write(DR6_CLEAR);
    if (!frame_from_user(regs)) {
        regs->flags &= ~FLAG_TF;
        return;
    }
    if ((dr6 & DR6_SINGLE_STEP) && current->arch.step_flag_is_ours && !current->arch.steps) {
        regs->flags &= ~FLAG_TF; /* its tracer is gone */
        current->arch.step_flag_is_ours = false;
        return;
    }
    irq_enable();
    user_fault(regs, SIGTRAP, debug_code(dr6), regs->ip, VECTOR_DEBUG, error);
}

void user_bad_return(struct pt_regs *regs)
{
    user_fault(regs, SIGSEGV, SI_KERNEL, 0, VECTOR_PROTECTION, 0);
}

/* Comes of the lock-up detector's clock, or of a CPU that stops the others. */
static void nmi(struct pt_regs *regs)
{
    smp_stop_if_told();
    watchdog_check(regs);
    if (regs->ip == (uintptr_t)cpu_idle_halt)
        regs->ip += HLT_SIZE; /* see cpu_idle_wait */
}

/* A fault without an address, or one whose frame found no room on the stack. */
static const char *exception_hint(const struct pt_regs *regs, unsigned vector)
{
    const unsigned long *registers = &regs->r15;
    const char *hint = "";

    if (vector == VECTOR_DOUBLE_FAULT && cr2_read() >= current->arch.stack - PAGE_SIZE &&
        cr2_read() < current->arch.stack)
        return "\nhint: the stack's guard page was hit: deep recursion, or large local variables";
    for (size_t i = 0; vector == VECTOR_PROTECTION && hint[0] == '\0' && i < GENERAL_REGISTERS; i++)
        hint = upcall_pointer_hint(registers[i]);
    return hint;
}

static void exception(struct pt_regs *regs, unsigned vector, unsigned long error)
{
    if (vector == VECTOR_PAGE_FAULT)
        page_fault(regs, error);
    else if (vector == VECTOR_NMI)
        nmi(regs);
    else if (vector == VECTOR_DEBUG)
        debug_exception(regs, error);
    else if (frame_from_user(regs))
        user_exception(regs, vector, error);
    else
        panic_regs(regs, "%s in the kernel, error code %#lx%s", exception_name(vector), error,
                   exception_hint(regs, vector));
}

/* Interrupts of devices, timer and other CPUs: handled with preemption off, acknowledged last. */
static void interrupt(struct pt_regs *regs, unsigned vector)
{
    preempt_disable();
    if (vector == VECTOR_TIMER) {
        trace_local_timer_entry(VECTOR_TIMER);
        upcall_tick(regs, frame_from_user(regs));
        trace_local_timer_exit(VECTOR_TIMER);
    } else if (vector == VECTOR_RESCHEDULE) {
        trace_reschedule_entry(VECTOR_RESCHEDULE);
        upcall_reschedule();
        trace_reschedule_exit(VECTOR_RESCHEDULE);
    } else if (vector == VECTOR_CALL) {
        trace_call_function_entry(VECTOR_CALL);
        smp_call_serve();
        trace_call_function_exit(VECTOR_CALL);
    } else if (vector != VECTOR_SPURIOUS && vector - VECTOR_GSI_BASE < GSI_MAX) {
        irq_dispatch(vector - VECTOR_GSI_BASE);
    }
    if (vector != VECTOR_SPURIOUS)
        apic_end_of_interrupt();
    preempt_enable_no_resched();

    if (!frame_from_user(regs) && (regs->flags & FLAG_IF) && this_cpu(percpu_need_resched) != 0 &&
        this_cpu(percpu_preempt_count) == 0)
        upcall_preempt();
}

void trap_dispatch(struct pt_regs *regs, unsigned vector, unsigned long error)
{
    if (vector < VECTOR_EXCEPTIONS)
        exception(regs, vector, error);
    else
        interrupt(regs, vector);
    debugger_keeps(vector);
    debugger_keeps(error);
}
