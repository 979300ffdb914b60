/*
 * From a number to the function behind it. sys_call_table comes from kernel/abi/syscalls.tbl.
 *
 * One comparison finds out two things: whether there is such a number, and whether somebody wants
 * to look at this thread's calls (ptrace, tracepoints), for then percpu_syscall_limit is 0 while it
 * runs. So a crossing that nobody watches pays nothing for those that somebody does.
 */
#include "arch/api/thread.h"
#include "arch/api/upcalls.h"
#include "arch/api/user.h"
#include "gen/syscall_nr.h"
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/lib/compiler.h"
#include "kernel/proc/ptrace.h"
#include "kernel/trace/trace.h"

/* The i386 numbers that INT 80h knows (unistd_32.h), for comparing the two roads. */
static const struct {
    long i386, number;
} int80_calls[] = {
    {1, __NR_exit}, {2, __NR_fork},  {3, __NR_read},    {4, __NR_write},
    {5, __NR_open}, {6, __NR_close}, {20, __NR_getpid},
};

const unsigned long syscall_count = NR_syscalls;

long sys_ni_syscall(void)
{
    return -ENOSYS;
}

/* A call as the frame has it: by which number of ours, with which arguments. */
struct call {
    long number; /* NO_CALL: none */
    unsigned long a[6];
};
#define NO_CALL (-1l)

static void call_read_64(const struct pt_regs *regs, struct call *call)
{
    call->number = regs_syscall_number(regs);
    regs_syscall_arguments(regs, call->a);
}

static void call_read_int80(const struct pt_regs *regs, struct call *call)
{
    long number = regs_syscall_number(regs);

    call->number = NO_CALL;
    regs_int80_arguments(regs, call->a);
    for (size_t i = 0; i < ARRAY_SIZE(int80_calls); i++)
        if (int80_calls[i].i386 == number)
            call->number = int80_calls[i].number;
}

static long call_make(const struct call *call)
{
    const unsigned long *a = call->a;

    if ((unsigned long)call->number >= NR_syscalls)
        return sys_ni_syscall();
    return sys_call_table[call->number](a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* The tracer may look before and after, and change what it sees; tracepoints tell what is left. */
static long call_watched(struct pt_regs *regs, void (*read)(const struct pt_regs *, struct call *),
                         unsigned arch)
{
    struct call call;
    uint64_t began_ns;

    if (ptrace_enter_call(regs, arch)) {
        read(regs, &call);
        began_ns = trace_call_begin(call.number, call.a);
        regs_set_result(regs, call_make(&call));
        trace_call_end(call.number, regs_result(regs), began_ns);
    }
    ptrace_leave_call(regs);
    return regs_result(regs);
}

static bool is_watched(void)
{
    return this_cpu(percpu_syscall_limit) == 0;
}

/* Not inlined: what it needs on the stack, a crossing that nobody watches needn't push. Whoever
 * watched may have stopped just now: then it is a call like others. */
static __noinline long call_unusual(struct pt_regs *regs)
{
    struct call call;

    if (is_watched())
        return call_watched(regs, call_read_64, AUDIT_ARCH_X86_64);
    call_read_64(regs, &call);
    return call_make(&call);
}

/* The heart of the crossing. A number that is not in the table may be a negative one. */
long do_syscall_64(struct pt_regs *regs, long number)
{
    unsigned long a[6];

    if ((unsigned long)number >= this_cpu(percpu_syscall_limit))
        return call_unusual(regs);
    regs_syscall_arguments(regs, a);
    return sys_call_table[number](a[0], a[1], a[2], a[3], a[4], a[5]);
}

void do_int80_syscall_32(struct pt_regs *regs)
{
    struct call call;

    if (is_watched()) {
        (void)call_watched(regs, call_read_int80, AUDIT_ARCH_I386);
        return;
    }
    call_read_int80(regs, &call);
    regs_set_result(regs, call_make(&call));
}

static bool call_describe(unsigned number, struct trace_call_info *info)
{
    const struct syscall_metadata *call = &syscall_metadata[number];

    *info = (struct trace_call_info){call->name, (unsigned)call->nb_args, call->types, call->args};
    return call->name != NULL;
}

static void dispatch_init(void)
{
    trace_calls_register(NR_syscalls, call_describe);
}
INIT_CALL(1, dispatch_init);
