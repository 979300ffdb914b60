/*
 * ptrace(2): copies in and out for kernel/proc/ptrace.c.
 */
#include "arch/api/trace.h"
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/uio.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/refuse.h"
#include "kernel/proc/task.h"

#define REGS_SIZE sizeof(struct user_regs_struct)
#define WORD sizeof(unsigned long)

/* --- The user area --- */

static long peek_user(struct task *task, unsigned long offset, unsigned long __user *to)
{
    unsigned long word = 0; /* what isn't a register, says nothing; debug registers aren't used */

    if (offset % WORD != 0 || offset >= PTRACE_USER_SIZE)
        return -EIO;
    if (offset < REGS_SIZE)
        word = user_register_get(&task->thread, offset);
    return put_user(word, to);
}

static long poke_user(struct task *task, unsigned long offset, unsigned long word)
{
    if (offset % WORD != 0 || offset >= PTRACE_USER_SIZE)
        return -EIO;
    if (offset < REGS_SIZE)
        return user_register_set(&task->thread, offset, word);
    if (offset < PTRACE_USER_DEBUG_REGISTERS || offset >= PTRACE_USER_DEBUG_END)
        return -EIO;
    if (word != 0) {
        log_refusal("debug register %lu", (offset - PTRACE_USER_DEBUG_REGISTERS) / WORD);
        return -EIO;
    }
    return 0;
}

static long peek_data(struct task *task, uintptr_t address, unsigned long __user *to)
{
    unsigned long word;
    long err = ptrace_peek(task, address, &word);

    return err != 0 ? err : put_user(word, to);
}

/* --- Sets of registers --- */

static int general_get(struct task *task, void *set)
{
    unsigned long *words = set;

    for (size_t i = 0; i < REGS_SIZE / WORD; i++)
        words[i] = user_register_get(&task->thread, i * WORD);
    return 0;
}

static int general_set(struct task *task, const void *set, size_t size)
{
    const unsigned long *words = set;
    int err = 0;

    for (size_t i = 0; i < size / WORD && err == 0; i++)
        err = user_register_set(&task->thread, i * WORD, words[i]);
    return err;
}

static int fpregs_get(struct task *task, void *set)
{
    user_fpregs_get(&task->thread, set);
    return 0;
}

static int fpregs_set(struct task *task, const void *set, size_t size)
{
    return size < USER_FPREGS_SIZE ? -EINVAL : user_fpregs_set(&task->thread, set);
}

static int xstate_get(struct task *task, void *set)
{
    user_xstate_get(&task->thread, set);
    return 0;
}

static int xstate_set(struct task *task, const void *set, size_t size)
{
    return size < user_xstate_size() ? -EFAULT : user_xstate_set(&task->thread, set);
}

struct register_set {
    size_t size;
    int (*get)(struct task *task, void *set);
    int (*set)(struct task *task, const void *set, size_t size);
};

/* size 0: there is no such set. */
static struct register_set register_set(unsigned long type)
{
    switch (type) {
    case NT_PRSTATUS:
        return (struct register_set){REGS_SIZE, general_get, general_set};
    case NT_PRFPREG:
        return (struct register_set){USER_FPREGS_SIZE, fpregs_get, fpregs_set};
    case NT_X86_XSTATE:
        return (struct register_set){user_xstate_size(), xstate_get, xstate_set};
    default:
        return (struct register_set){0};
    }
}

/* Up to `size` bytes of a set, from or to the caller. */
static long set_transfer(struct task *task, const struct register_set *set, bool is_set,
                         void __user *user, size_t size)
{
    void *copy = kzalloc(set->size);
    long err = 0;

    if (copy == NULL)
        return -ENOMEM;
    if (is_set) {
        err = copy_from_user(copy, user, size);
        if (err == 0)
            err = set->set(task, copy, size);
    } else {
        err = set->get(task, copy);
        if (err == 0)
            err = copy_to_user(user, copy, size);
    }
    kfree(copy);
    return err;
}

static long whole_set(struct task *task, unsigned long type, bool is_set, void __user *user)
{
    struct register_set set = register_set(type);

    return set_transfer(task, &set, is_set, user, set.size);
}

/* PTRACE_GETREGSET, PTRACE_SETREGSET: how much of it there is, is told. */
static long part_of_set(struct task *task, unsigned long type, bool is_set,
                        struct iovec __user *user)
{
    struct register_set set = register_set(type);
    struct iovec part;
    long err;

    if (copy_from_user(&part, user, sizeof(part)) != 0)
        return -EFAULT;
    if (set.size == 0 || part.iov_len % WORD != 0)
        return -EINVAL;
    part.iov_len = min(part.iov_len, set.size);
    err = set_transfer(task, &set, is_set, (void __user *)part.iov_base, part.iov_len);
    if (err != 0)
        return err;
    return put_user(part.iov_len, &user->iov_len);
}

/* --- Signals --- */

static long get_info(struct task *task, struct siginfo __user *to)
{
    struct siginfo info;
    long err = ptrace_get_info(task, &info);

    if (err == 0 && copy_to_user(to, &info, sizeof(info)) != 0)
        err = -EFAULT;
    return err;
}

static long set_info(struct task *task, const struct siginfo __user *from)
{
    struct siginfo info;

    return copy_from_user(&info, from, sizeof(info)) != 0 ? -EFAULT : ptrace_set_info(task, &info);
}

/* How many were copied. */
static long peek_infos(struct task *task, const struct ptrace_peeksiginfo_args __user *from,
                       struct siginfo __user *to)
{
    struct ptrace_peeksiginfo_args args;
    struct siginfo info;
    long count = 0;

    if (copy_from_user(&args, from, sizeof(args)) != 0)
        return -EFAULT;
    if (args.nr < 0 || (args.flags & ~PTRACE_PEEKSIGINFO_SHARED) != 0)
        return -EINVAL;
    while (count < args.nr && !thread_interrupted() &&
           ptrace_peek_info(task, args.flags != 0, args.off + (unsigned long)count, &info) == 0) {
        if (copy_to_user(&to[count], &info, sizeof(info)) != 0)
            return count != 0 ? count : -EFAULT;
        count++;
    }
    return count;
}

static long get_mask(struct task *task, size_t size, kernel_sigset_t __user *to)
{
    return size != sizeof(kernel_sigset_t) ? -EINVAL : put_user(task->blocked, to);
}

static long set_mask(struct task *task, size_t size, kernel_sigset_t __user *from)
{
    kernel_sigset_t mask;

    if (size != sizeof(mask))
        return -EINVAL;
    if (get_user(mask, from) != 0)
        return -EFAULT;
    ptrace_set_blocked(task, mask);
    return 0;
}

/* --- The rest --- */

static long get_syscall_info(struct task *task, size_t size, void __user *to)
{
    struct ptrace_syscall_info info;
    size_t used = ptrace_syscall_info(task, &info);

    return copy_to_user(to, &info, min(size, used)) != 0 ? -EFAULT : (long)used;
}

static long resume(struct task *task, long request, unsigned long signal)
{
    struct ptrace_resume how = {
        .signal = signal <= SIGNAL_COUNT ? (int)signal : -1,
        .stops_at_calls = request == PTRACE_SYSCALL || request == PTRACE_SYSEMU ||
                          request == PTRACE_SYSEMU_SINGLESTEP,
        .skips_calls = request == PTRACE_SYSEMU || request == PTRACE_SYSEMU_SINGLESTEP,
        .steps = request == PTRACE_SINGLESTEP || request == PTRACE_SYSEMU_SINGLESTEP,
    };

    return ptrace_resume(task, &how);
}

static long tracee_call(struct task *task, long request, unsigned long addr, unsigned long data)
{
    void __user *user = (void __user *)data;

    switch (request) {
    case PTRACE_PEEKTEXT:
    case PTRACE_PEEKDATA:
        return peek_data(task, addr, user);
    case PTRACE_POKETEXT:
    case PTRACE_POKEDATA:
        return ptrace_poke(task, addr, data);
    case PTRACE_PEEKUSER:
        return peek_user(task, addr, user);
    case PTRACE_POKEUSER:
        return poke_user(task, addr, data);
    case PTRACE_CONT:
    case PTRACE_SYSCALL:
    case PTRACE_SINGLESTEP:
    case PTRACE_SYSEMU:
    case PTRACE_SYSEMU_SINGLESTEP:
        return resume(task, request, data);
    case PTRACE_DETACH:
        return ptrace_detach(task, data <= SIGNAL_COUNT ? (int)data : -1);
    case PTRACE_GETREGS:
    case PTRACE_SETREGS:
        return whole_set(task, NT_PRSTATUS, request == PTRACE_SETREGS, user);
    case PTRACE_GETFPREGS:
    case PTRACE_SETFPREGS:
        return whole_set(task, NT_PRFPREG, request == PTRACE_SETFPREGS, user);
    case PTRACE_GETREGSET:
    case PTRACE_SETREGSET:
        return part_of_set(task, addr, request == PTRACE_SETREGSET, user);
    case PTRACE_SETOPTIONS:
        return ptrace_set_options(task, data);
    case PTRACE_GETEVENTMSG:
        return put_user(task->tracing.message, (unsigned long __user *)user);
    case PTRACE_GETSIGINFO:
        return get_info(task, user);
    case PTRACE_SETSIGINFO:
        return set_info(task, user);
    case PTRACE_PEEKSIGINFO:
        return peek_infos(task, (void __user *)addr, user);
    case PTRACE_GETSIGMASK:
        return get_mask(task, addr, user);
    case PTRACE_SETSIGMASK:
        return set_mask(task, addr, user);
    case PTRACE_LISTEN:
        return ptrace_listen(task);
    case PTRACE_GET_SYSCALL_INFO:
        return get_syscall_info(task, addr, user);
    default:
        log_refusal("ptrace request %#lx", request);
        return -EIO;
    }
}

/* Of these some are for a tracee in any state. */
static long any_state_call(struct task *task, long request)
{
    if (request == PTRACE_INTERRUPT)
        return ptrace_interrupt(task);
    return signal_send_process(task->process, SIGKILL, NULL);
}

/* Traces a thread: watches what it does, stops it, reads and changes its registers and memory. */
long sys_ptrace(long request, long pid, unsigned long addr, unsigned long data)
{
    bool is_any_state = request == PTRACE_INTERRUPT || request == PTRACE_KILL;
    struct task *task;
    long result;

    if (request == PTRACE_TRACEME)
        return ptrace_traceme();
    if (request == PTRACE_ATTACH)
        return ptrace_attach((pid_t)pid);
    if (request == PTRACE_SEIZE)
        return addr != 0 || data > UINT32_MAX ? -EIO : ptrace_seize((pid_t)pid, (unsigned)data);
    result = ptrace_find((pid_t)pid, is_any_state, &task);
    if (result != 0)
        return result;
    result = is_any_state ? any_state_call(task, request) : tracee_call(task, request, addr, data);
    task_put(task);
    return result;
}
