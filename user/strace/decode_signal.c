/*
 * The decoders of signals: sets, handlers, what is known of one, the end of a handler.
 */
#include <string.h>

#include "kernel/abi/signal.h"
#include "user/strace/strace.h"

DECODER(signal)
{
    (void)data;
    print_signal((int)value->number);
}

/* Its size comes with it, mostly in the next argument; the kernel takes no other than a word. */
static bool sigset_has_size(const struct value *value)
{
    const struct tracee *tracee = value->tracee;
    bool is_last = tracee->number == call_number("rt_sigprocmask") ||
                   tracee->number == call_number("rt_sigtimedwait");

    return tracee->args[is_last ? 3 : value->index + 1] == SIGSET_BYTES;
}

DECODER(sigset)
{
    unsigned long set;

    (void)data;
    if (sigset_has_size(value) && !value_is_unreadable(value) &&
        memory_read(value->tracee, value->number, &set, sizeof(set)))
        print_sigset(set);
    else
        print_address(value->number);
}

static void handler_print(unsigned long handler)
{
    if (handler == (unsigned long)SIG_DFL)
        print("SIG_DFL");
    else if (handler == (unsigned long)SIG_IGN)
        print("SIG_IGN");
    else
        print("%#lx", handler);
}

DECODER(sigaction)
{
    struct kernel_sigaction action;

    (void)data;
    if (value_is_unreadable(value) ||
        !memory_read(value->tracee, value->number, &action, sizeof(action))) {
        print_address(value->number);
        return;
    }
    print("{sa_handler=");
    handler_print((unsigned long)action.handler);
    print(", sa_mask=");
    print_sigset(action.mask);
    print(", sa_flags=");
    print_flags(set_named("sa_flags"), action.flags);
    if (action.flags & SA_RESTORER)
        print(", sa_restorer=%#lx", (unsigned long)action.restorer);
    print("}");
}

/* waitid writes an empty one where no child had anything to tell. */
DECODER(siginfo)
{
    struct siginfo info;

    (void)data;
    if (value_is_unreadable(value) ||
        !memory_read(value->tracee, value->number, &info, sizeof(info)))
        print_address(value->number);
    else if (!info.si_signo && !info.si_code && !info.si_errno)
        print("{}");
    else
        print_siginfo(&info);
}

DECODER(signal_result)
{
    (void)data;
    print("%ld (", (long)value->number);
    print_signal((int)value->number);
    print(")");
}

/* How the end of a timer is told. */
DECODER(sigevent)
{
    struct sigevent event;

    (void)data;
    if (value_is_unreadable(value) ||
        !memory_read(value->tracee, value->number, &event, sizeof(event))) {
        print_address(value->number);
        return;
    }
    print("{");
    if (event.sigev_value.sival_ptr)
        print("sigev_value={sival_int=%d, sival_ptr=%p}, ", event.sigev_value.sival_int,
              event.sigev_value.sival_ptr);
    print("sigev_signo=");
    print_signal(event.sigev_signo);
    print(", sigev_notify=");
    print_name(set_named("notifications"), (unsigned)event.sigev_notify);
    if (event.sigev_notify == SIGEV_THREAD_ID)
        print(", sigev_notify_thread_id=%d", event.sigev_notify_thread_id);
    print("}");
}

/* The mask that comes back lies in the frame, to which the stack pointer points. */
DECODER(rt_sigreturn)
{
    const struct tracee *tracee = value->tracee;
    struct rt_sigframe frame;
    unsigned long address = tracee->sp - offsetof(struct rt_sigframe, uc);

    (void)data;
    if (!memory_read(tracee, address, &frame, sizeof(frame)))
        return;
    print("{mask=");
    print_sigset(frame.uc.uc_sigmask);
    print("}");
}
