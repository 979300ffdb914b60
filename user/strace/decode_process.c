/*
 * The decoders of processes: programs and their words, how one ended, prctl(2), limits, memory.
 */
#include <stdlib.h>
#include <string.h>

#include "kernel/abi/mman.h"
#include "kernel/abi/prctl.h"
#include "kernel/abi/wait.h"
#include "user/strace/strace.h"

#define MAP_HUGE_SHIFT 26

/* The words of a program: a list of strings that a NULL ends. */
DECODER(strings)
{
    unsigned long string;

    (void)data;
    if (!value->number || !memory_read(value->tracee, value->number, &string, sizeof(string))) {
        print_address(value->number);
        return;
    }
    print("[");
    for (unsigned long i = 0;; i++) {
        struct value word = {.tracee = value->tracee, .index = -1};

        if (!memory_read(value->tracee, value->number + i * 8, &word.number, 8)) {
            print("%s... /* %#lx */", i ? ", " : "", value->number + i * 8);
            break;
        }
        if (!word.number)
            break;
        if (i >= options.string_max && !options.verbose) {
            print(", ...");
            break;
        }
        print("%s", i ? ", " : "");
        decode_string(&word, NULL);
    }
    print("]");
}

/* Without -v only how many there are. */
DECODER(environment)
{
    unsigned long count = 0, string;

    if (options.verbose) {
        decode_strings(value, data);
        return;
    }
    print_address(value->number);
    if (!value->number || !memory_read(value->tracee, value->number, &string, 8))
        return;
    while (memory_read(value->tracee, value->number + count * 8, &string, 8) && string)
        count++;
    print(" /* %lu var%s */", count, count == 1 ? "" : "s");
}

static void wait_status_print(int status)
{
    int signal = status & 0x7f;

    if (status == WAIT_STATUS_CONTINUED) {
        print("{WIFCONTINUED(s)}");
    } else if (signal == 0x7f) {
        print("{WIFSTOPPED(s) && WSTOPSIG(s) == ");
        print_signal(status >> 8 & 0xff);
        print("}");
    } else if (signal) {
        print("{WIFSIGNALED(s) && WTERMSIG(s) == ");
        print_signal(signal);
        print("%s}", status & WAIT_STATUS_CORE ? " && WCOREDUMP(s)" : "");
    } else {
        print("{WIFEXITED(s) && WEXITSTATUS(s) == %d}", status >> 8 & 0xff);
    }
}

/* Nothing is written where no child was waited for. */
DECODER(wait_status)
{
    int status;

    (void)data;
    if (value_is_unreadable(value) || !value->tracee->result ||
        !memory_read(value->tracee, value->number, &status, sizeof(status))) {
        print_address(value->number);
        return;
    }
    print("[");
    wait_status_print(status);
    print("]");
}

DECODER(map_flags)
{
    unsigned flags = (unsigned)value->number;
    unsigned huge = flags >> MAP_HUGE_SHIFT; /* of huge pages: the power of two of their size */
    unsigned rest = flags & ~(MAP_TYPE | 0x3fu << MAP_HUGE_SHIFT);

    (void)data;
    print_name(set_named("map_types"), flags & MAP_TYPE);
    if (rest) {
        print("|");
        print_rest_flags(set_named("map_bits"), rest);
    }
    if (huge)
        print("|%u<<MAP_HUGE_SHIFT", huge);
}

bool has_mremap_addr(const struct tracee *tracee)
{
    unsigned long both = MREMAP_MAYMOVE | MREMAP_FIXED;

    return (tracee->args[3] & both) == both;
}

DECODER(arch_arg)
{
    unsigned option = (unsigned)value->tracee->args[0];
    unsigned long word;

    (void)data;
    if ((option == ARCH_GET_FS || option == ARCH_GET_GS) && !value_is_unreadable(value) &&
        memory_read(value->tracee, value->number, &word, sizeof(word)))
        print("[%#lx]", word);
    else
        print("%#lx", value->number);
}

/* The options that take nothing, and of the others the first argument, as far as it is known. */
bool has_prctl_arg(const struct tracee *tracee)
{
    switch ((int)tracee->args[0]) {
    case PR_GET_DUMPABLE:
    case PR_GET_KEEPCAPS:
    case PR_GET_TIMING:
    case PR_GET_SECCOMP:
    case PR_GET_TIMERSLACK:
        return false;
    default:
        return true;
    }
}

bool has_prctl_rest(const struct tracee *tracee)
{
    switch ((int)tracee->args[0]) {
    case PR_SET_PDEATHSIG:
    case PR_GET_PDEATHSIG:
    case PR_SET_DUMPABLE:
    case PR_SET_KEEPCAPS:
    case PR_SET_TIMING:
    case PR_SET_NAME:
    case PR_GET_NAME:
    case PR_SET_TIMERSLACK:
    case PR_CAPBSET_READ:
    case PR_CAPBSET_DROP:
    case PR_SET_CHILD_SUBREAPER:
    case PR_GET_CHILD_SUBREAPER:
    case PR_GET_TID_ADDRESS:
        return false;
    default:
        return has_prctl_arg(tracee);
    }
}

static void short_string_print(const struct value *value, size_t size)
{
    char text[64];

    if (!memory_read(value->tracee, value->number, text, size)) {
        print_address(value->number);
        return;
    }

    size_t length = strnlen(text, size), shown = length < size ? length : size - 1;

    shown = shown < options.string_max ? shown : options.string_max;
    print_quoted(text, shown, shown < length, false);
}

DECODER(prctl_arg)
{
    switch ((int)value->tracee->args[0]) {
    case PR_SET_PDEATHSIG:
        print_signal((int)value->number);
        break;
    case PR_SET_NAME:
    case PR_GET_NAME:
        short_string_print(value, TASK_COMM_LENGTH);
        break;
    case PR_GET_PDEATHSIG:
    case PR_GET_CHILD_SUBREAPER:
        decode_pointed_int(value, data);
        break;
    case PR_SET_DUMPABLE:
        print_name(set_named("dumpables"), value->number);
        break;
    case PR_SET_NO_NEW_PRIVS:
    case PR_SET_KEEPCAPS:
    case PR_SET_CHILD_SUBREAPER:
    case PR_SET_TIMERSLACK:
        print("%lu", value->number);
        break;
    default:
        print("%#lx", value->number);
    }
}

DECODER(prctl_rest)
{
    (void)data;
    print(value->tracee->args[0] == PR_SET_NO_NEW_PRIVS ? "%lu" : "%#lx", value->number);
}

DECODER(prctl_result)
{
    struct decoder names = {decode_names, set_named("dumpables")};

    (void)data;
    if (value->tracee->args[0] == PR_GET_DUMPABLE)
        decode_named_result(value, &names);
    else
        print("%ld", (long)value->number);
}

static void ids_print(const struct value *value, size_t count)
{
    unsigned id;

    if (count && !memory_read(value->tracee, value->number, &id, sizeof(id))) {
        print_address(value->number);
        return;
    }
    print("[");
    for (size_t i = 0; i < count; i++) {
        if (!memory_read(value->tracee, value->number + i * sizeof(id), &id, sizeof(id)))
            break;
        print("%s%u", i ? ", " : "", id);
    }
    print("]");
}

DECODER(read_ids)
{
    (void)data;
    if (value_is_unreadable(value))
        print_address(value->number);
    else
        ids_print(value, (size_t)value->tracee->result);
}

DECODER(written_ids)
{
    (void)data;
    if (value->number)
        ids_print(value, (unsigned)value->tracee->args[0]);
    else
        print_address(value->number);
}

/* For each page whether it is in memory. */
DECODER(residency)
{
    size_t bytes = value->tracee->args[1], pages = bytes / 4096 + (bytes % 4096 != 0);
    unsigned char resident;

    (void)data;
    if (!value->number || (pages && (value_is_unreadable(value) ||
                                     !memory_read(value->tracee, value->number, &resident, 1)))) {
        print_address(value->number);
        return;
    }
    print("[");
    for (size_t i = 0; i < pages; i++) {
        if (i >= options.string_max && !options.verbose) {
            print(", ...");
            break;
        }
        if (!memory_read(value->tracee, value->number + i, &resident, 1))
            break;
        print("%s%d", i ? ", " : "", resident & 1);
    }
    print("]");
}

/* Limits are often powers of two. */
DECODER(rlimit)
{
    unsigned long limit = value->number;

    (void)data;
    if (limit == ~0ul)
        print("RLIM64_INFINITY");
    else if (limit > 1024 && limit % 1024 == 0)
        print("%lu*1024", limit / 1024);
    else
        print("%lu", limit);
}

/* As many bytes as the call wrote, or as its caller says there are. */
DECODER(cpu_set)
{
    const struct tracee *tracee = value->tracee;
    size_t bytes = tracee->is_over ? (size_t)tracee->result : tracee->args[1];
    const char *glue = "";
    unsigned char set[1024];

    (void)data;
    bytes = bytes < sizeof(set) ? bytes : sizeof(set);
    if (value_is_unreadable(value) || !memory_read(tracee, value->number, set, bytes)) {
        print_address(value->number);
        return;
    }
    print("[");
    for (size_t cpu = 0; cpu < bytes * 8; cpu++) {
        if (!(set[cpu / 8] >> cpu % 8 & 1))
            continue;
        print("%s%zu", glue, cpu);
        glue = " ";
    }
    print("]");
}

/* A number with its name behind it. */
DECODER(named_result)
{
    const struct decoder *names = data;
    const char *name = set_find(names->data, value->number);

    print(name ? "%ld (%s)" : "%ld", (long)value->number, name);
}
