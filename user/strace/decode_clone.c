/*
 * The decoders of clone(2) and clone3(2).
 */
#include <string.h>

#include "kernel/abi/sched.h"
#include "user/strace/strace.h"

/* The lowest byte is the signal at the child's end. */
DECODER(clone_flags)
{
    unsigned long flags = value->number & ~(unsigned long)CSIGNAL;
    int signal = (int)(value->number & CSIGNAL);

    (void)data;
    if (flags || !signal)
        print_flags(set_named("clone_bits"), flags);
    if (flags && signal)
        print("|");
    if (signal)
        print_signal(signal);
}

bool has_clone_parent_tid(const struct tracee *tracee)
{
    return tracee->args[0] & (CLONE_PARENT_SETTID | CLONE_PIDFD);
}

bool has_clone_child_tid(const struct tracee *tracee)
{
    return tracee->args[0] & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID);
}

bool has_clone_tls(const struct tracee *tracee)
{
    return tracee->args[0] & CLONE_SETTLS;
}

static void field_address(const char *label, unsigned long address)
{
    print(", %s=", label);
    print_address(address);
}

static void clone_args_print(const struct clone_args *args)
{
    print("{flags=");
    print_flags(set_named("clone3_bits"), args->flags);
    if (args->flags & CLONE_PIDFD)
        field_address("pidfd", args->pidfd);
    if (args->flags & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID))
        field_address("child_tid", args->child_tid);
    if (args->flags & CLONE_PARENT_SETTID)
        field_address("parent_tid", args->parent_tid);
    print(", exit_signal=");
    print_signal((int)args->exit_signal);
    field_address("stack", args->stack);
    print(", stack_size=%#lx", (unsigned long)args->stack_size);
    if (args->flags & CLONE_SETTLS)
        field_address("tls", args->tls);
    if (args->set_tid || args->set_tid_size) {
        field_address("set_tid", args->set_tid);
        print(", set_tid_size=%lu", (unsigned long)args->set_tid_size);
    }
    if (args->flags & CLONE_INTO_CGROUP)
        print(", cgroup=%lu", (unsigned long)args->cgroup);
    print("}");
}

/* What the call wrote where it was told to. */
static void clone_results_print(const struct tracee *tracee, const struct clone_args *args)
{
    const char *glue = " => {";
    int word;

    if ((args->flags & CLONE_PIDFD) && memory_read(tracee, args->pidfd, &word, sizeof(word))) {
        print("%spidfd=[%d]", glue, word);
        glue = ", ";
    }
    if ((args->flags & CLONE_PARENT_SETTID) &&
        memory_read(tracee, args->parent_tid, &word, sizeof(word))) {
        print("%sparent_tid=[%d]", glue, word);
        glue = ", ";
    }
    if (*glue == ',')
        print("}");
}

/* Its size comes with it, and was less once: the fields that aren't there are 0. */
DECODER(clone_args)
{
    size_t bytes = value->tracee->args[1];
    struct clone_args args = {0};

    (void)data;
    bytes = bytes < sizeof(args) ? bytes : sizeof(args);
    if (bytes < CLONE_ARGS_SIZE_VER0 || !memory_read(value->tracee, value->number, &args, bytes)) {
        print_address(value->number);
        return;
    }
    clone_args_print(&args);
    if (!value->tracee->failed)
        clone_results_print(value->tracee, &args);
}
