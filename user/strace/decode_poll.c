/*
 * The decoders of poll(2), select(2) and epoll(7). What they found is told behind the result.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/abi/epoll.h"
#include "kernel/abi/poll.h"
#include "kernel/abi/select.h"
#include "user/strace/strace.h"

static bool pollfd_read(const struct tracee *tracee, unsigned long i, struct pollfd *entry)
{
    return memory_read(tracee, tracee->args[0] + i * sizeof(*entry), entry, sizeof(*entry));
}

DECODER(pollfds)
{
    const struct tracee *tracee = value->tracee;
    unsigned count = (unsigned)tracee->args[1];
    struct pollfd entry;

    (void)data;
    if (!value->number || (count && !pollfd_read(tracee, 0, &entry))) {
        print_address(value->number);
        return;
    }
    print("[");
    for (unsigned i = 0; i < count && i < options.string_max && pollfd_read(tracee, i, &entry);
         i++) {
        print("%s{fd=", i ? ", " : "");
        print_fd(tracee, entry.fd);
        if (entry.fd >= 0) {
            print(", events=");
            print_flags(set_named("poll_events"), (unsigned short)entry.events);
        }
        print("}");
    }
    print(count > options.string_max ? ", ...]" : "]");
}

/* A limit of time: what of it was left, when the call ended before. */
static void left_print(const struct tracee *tracee, int index, const char *glue, const char *layout)
{
    struct value value = {.tracee = tracee, .number = tracee->args[index], .index = -1};

    if (!value.number)
        return;
    print("%sleft ", glue);
    print_layout(&value, layout_named(layout));
}

DECODER(poll_result)
{
    const struct tracee *tracee = value->tracee;
    const char *glue = "";
    struct pollfd entry;

    (void)data;
    if (value->number == 0) {
        print("0 (Timeout)");
        return;
    }
    print("%ld ([", (long)value->number);
    for (unsigned i = 0; i < (unsigned)tracee->args[1] && pollfd_read(tracee, i, &entry); i++) {
        if (!entry.revents)
            continue;
        print("%s{fd=", glue);
        print_fd(tracee, entry.fd);
        print(", revents=");
        print_flags(set_named("poll_events"), (unsigned short)entry.revents);
        print("}");
        glue = ", ";
    }
    print("]");
    if (tracee->number == call_number("ppoll"))
        left_print(tracee, 2, ", ", "timespec");
    print(")");
}

static bool fd_set_read(const struct tracee *tracee, int index, struct fd_set *set, int *count)
{
    int wanted = (int)tracee->args[0];

    if (wanted <= 0)
        return false;
    *count = wanted > FD_SETSIZE ? FD_SETSIZE : wanted;
    memset(set, 0, sizeof(*set));
    return *count == 0 ||
           memory_read(tracee, tracee->args[index], set, (size_t)(*count + 63) / 64 * 8);
}

static void fd_set_print(const struct tracee *tracee, const struct fd_set *set, int count)
{
    const char *glue = "";

    print("[");
    for (int fd = 0; fd < count; fd++) {
        if (!(set->words[fd / 64] >> fd % 64 & 1))
            continue;
        print("%s", glue);
        print_fd(tracee, fd);
        glue = " ";
    }
    print("]");
}

DECODER(fd_set)
{
    struct fd_set set;
    int count;

    (void)data;
    if (value->number && fd_set_read(value->tracee, value->index, &set, &count))
        fd_set_print(value->tracee, &set, count);
    else
        print_address(value->number);
}

DECODER(select_result)
{
    static const char *const names[] = {"in", "out", "except"};
    const struct tracee *tracee = value->tracee;
    const char *glue = "";
    struct fd_set set;
    int count;

    (void)data;
    if (value->number == 0) {
        print("0 (Timeout)");
        return;
    }
    print("%ld (", (long)value->number);
    for (int i = 0; i < 3; i++) {
        if (!tracee->args[i + 1] || !fd_set_read(tracee, i + 1, &set, &count))
            continue;
        if (!memchr(&set, 1, 0) && !set.words[0] && count <= 64)
            continue;
        print("%s%s ", glue, names[i]);
        fd_set_print(tracee, &set, count);
        glue = ", ";
    }
    left_print(tracee, 4, glue, tracee->number == call_number("select") ? "timeval" : "timespec");
    print(")");
}

/* pselect6's mask comes with its size. */
DECODER(select_mask)
{
    struct pselect_mask mask;
    unsigned long set;

    (void)data;
    if (!value->number || !memory_read(value->tracee, value->number, &mask, sizeof(mask))) {
        print_address(value->number);
        return;
    }
    print("{sigmask=");
    if (memory_read(value->tracee, (unsigned long)mask.set, &set, sizeof(set)))
        print_sigset(set);
    else
        print_address((unsigned long)mask.set);
    print(", sigsetsize=%lu}", (unsigned long)mask.size);
}

static bool epoll_event_print(const struct tracee *tracee, unsigned long address)
{
    struct epoll_event event;
    unsigned long word;

    if (!memory_read(tracee, address, &event, sizeof(event)))
        return false;
    memcpy(&word, &event.data, sizeof(word));
    print("{events=");
    print_flags(set_named("epoll_events"), event.events);
    print(", data={u32=%u, u64=%lu}}", (unsigned)word, word);
    return true;
}

DECODER(epoll_event)
{
    (void)data;
    if (!value->number || !epoll_event_print(value->tracee, value->number))
        print_address(value->number);
}

DECODER(epoll_list)
{
    (void)data;
    if (value_is_unreadable(value)) {
        print_address(value->number);
        return;
    }
    print("[");
    for (long i = 0; i < value->tracee->result; i++) {
        print("%s", i ? ", " : "");
        if (!epoll_event_print(value->tracee,
                               value->number + (unsigned long)i * sizeof(struct epoll_event)))
            break;
    }
    print("]");
}
