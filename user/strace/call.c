/*
 * A call on its line: name and arguments when it is made, what it wrote and its result when it is
 * over. An argument that the call writes is printed then, and so are those behind it.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "user/strace/strace.h"

/* The kernel's own results of a call that a signal broke off; no program sees them. */
static const struct restart {
    int error;
    const char *text;
} restarts[] = {
    {512, "ERESTARTSYS (To be restarted if SA_RESTART is set)"},
    {513, "ERESTARTNOINTR (To be restarted)"},
    {514, "ERESTARTNOHAND (To be restarted if no handler)"},
    {ERESTART_RESTARTBLOCK, "ERESTART_RESTARTBLOCK (Interrupted by signal)"},
};

static unsigned long argument_number(const struct tracee *tracee, const struct argument *argument)
{
    unsigned long number = tracee->args[argument->index];

    if (argument->bytes == sizeof(long))
        return number;
    return argument->is_signed ? (unsigned long)(int)number : (unsigned)number;
}

static void argument_print(const struct tracee *tracee, const struct argument *argument)
{
    struct value value = {.tracee = tracee,
                          .number = argument_number(tracee, argument),
                          .bytes = argument->bytes,
                          .index = argument->index,
                          .is_signed = argument->is_signed};

    if (argument->label)
        print("%s=", argument->label);
    argument->decoder.print(&value, argument->decoder.data);
}

/* Prints arguments from where it stopped last; before the call, up to the first it will write. */
static void arguments_print(struct tracee *tracee)
{
    const struct call *call = tracee->call;
    int begun = tracee->is_over ? tracee->arguments_shown : 0; /* its comma stands there */

    for (int i = tracee->arguments_shown; i < call->count; i++) {
        const struct argument *argument = &call->arguments[i];

        bool is_there = !argument->is_there || argument->is_there(tracee);

        bool is_later = argument->is_out && !tracee->is_over;

        if (is_there && (argument->label ? i > 0 && !is_later : i > begun))
            print(", ");
        if (is_later)
            return;
        if (is_there)
            argument_print(tracee, argument);
        tracee->arguments_shown = i + 1;
    }
}

static void unknown_print(const struct tracee *tracee)
{
    print("syscall_%#lx(", (unsigned long)tracee->number);
    for (int i = 0; i < ARGUMENTS_MAX; i++)
        print("%s%#lx", i ? ", " : "", tracee->args[i]);
}

/* The call whose number and arguments stand in TRACEE is about to be made. */
void call_enter(struct tracee *tracee)
{
    tracee->in_call = true;
    tracee->is_over = false;
    tracee->arguments_shown = 0;
    tracee->call = tracee->is_foreign ? NULL : call_find(tracee->number);
    tracee->is_shown = !tracee->is_hidden && filter_call(tracee);
    tracee->entered = clock_now(CLOCK_MONOTONIC);
    if (!tracee->is_shown || !options.print)
        return;
    line_begin(tracee);
    if (!tracee->call) {
        unknown_print(tracee);
    } else {
        print("%s(", tracee->call->name);
        arguments_print(tracee);
    }
    line_flush();
}

static bool restart_print(const struct tracee *tracee)
{
    for (size_t i = 0; i < sizeof(restarts) / sizeof(restarts[0]); i++) {
        if (tracee->result == -restarts[i].error) {
            print("? %s", restarts[i].text);
            return true;
        }
    }
    return false;
}

static void error_print(int error)
{
    const char *name = error_name(error);

    if (name)
        print("-1 %s (%s)", name, strerror(error));
    else
        print("-1 (errno %d)", error);
}

static void result_print(const struct tracee *tracee)
{
    struct value value = {.tracee = tracee,
                          .number = (unsigned long)tracee->result,
                          .bytes = sizeof(long),
                          .index = -1,
                          .is_signed = true};

    print("= ");
    if (tracee->failed) {
        if (!restart_print(tracee))
            error_print((int)-tracee->result);
    } else if (tracee->call) {
        tracee->call->result.print(&value, tracee->call->result.data);
    } else {
        print("%#lx", value.number);
    }
}

static void duration_print(const struct tracee *tracee)
{
    struct timespec now = clock_now(CLOCK_MONOTONIC);
    long us = (now.tv_sec - tracee->entered.tv_sec) * 1000000 +
              (now.tv_nsec - tracee->entered.tv_nsec) / 1000;

    print(" <%ld.%06ld>", us / 1000000, us % 1000000);
}

/* The call is over; INFO is the stop behind it. */
void call_leave(struct tracee *tracee, const struct ptrace_syscall_info *info)
{
    tracee->in_call = false;
    tracee->is_over = true;
    tracee->result = info->exit.rval;
    tracee->failed = info->exit.is_error;
    tracee->sp = info->sp;
    if (tracee->failed && tracee->result == -ERESTART_RESTARTBLOCK &&
        tracee->number != call_number("restart_syscall"))
        tracee->broken = tracee->call;
    if (!tracee->is_shown || !options.print)
        return;
    line_resume(tracee);
    if (tracee->call)
        arguments_print(tracee);
    print(") ");
    line_align();
    result_print(tracee);
    if (options.durations)
        duration_print(tracee);
    line_end();
}

/* The thread ends in its call, as in exit_group, or because it is killed. */
void call_interrupted(struct tracee *tracee)
{
    if (!tracee->in_call || !tracee->is_shown || !options.print)
        return;
    line_resume(tracee);
    if (tracee->call && tracee->arguments_shown < tracee->call->count)
        print(" <unfinished ...>");
    print(") ");
    line_align();
    print("= ?");
    line_end();
    tracee->in_call = false;
}
