/*
 * -c: how often each call was made, how often it failed, and what it used of the CPU in the
 * kernel.
 */
#include <stdlib.h>
#include <string.h>

#include "user/strace/strace.h"

#define CALLS_MAX 1024

static struct count {
    const struct call *call; /* NULL: it has only a number */
    long number, calls, errors, us;
} counts[CALLS_MAX];
static size_t used;

static struct count *count_find(const struct call *call, long number)
{
    for (size_t i = 0; i < used; i++)
        if (counts[i].call == call && counts[i].number == number)
            return &counts[i];
    if (used == CALLS_MAX)
        return NULL;
    counts[used].call = call;
    counts[used].number = number;
    return &counts[used++];
}

void count_call(const struct tracee *tracee, long system_us)
{
    struct count *count = tracee->is_shown ? count_find(tracee->call, tracee->number) : NULL;

    if (!count)
        return;
    count->calls++;
    count->errors += tracee->failed;
    count->us += system_us > 0 ? system_us : 0;
}

static const char *count_name(const struct count *count, char text[32])
{
    if (count->call)
        return count->call->name;
    snprintf(text, 32, "syscall_%#lx", (unsigned long)count->number);
    return text;
}

static int names_compare(const struct count *one, const struct count *other)
{
    char text[32], other_text[32];

    return strcmp(count_name(one, text), count_name(other, other_text));
}

/* Most first; what is equal, or not to be sorted, by number. */
static int counts_compare(const void *a, const void *b)
{
    const struct count *one = a, *other = b;
    long difference = 0;

    if (strcmp(options.sort, "name") == 0)
        return names_compare(one, other);
    if (strcmp(options.sort, "time") == 0)
        difference = other->us - one->us;
    else if (strcmp(options.sort, "calls") == 0)
        difference = other->calls - one->calls;
    else if (strcmp(options.sort, "errors") == 0)
        difference = other->errors - one->errors;
    if (!difference)
        difference = one->number - other->number;
    return difference > 0 ? 1 : -1;
}

static void line_print(const struct count *count, double percent, const char *name)
{
    char errors[16] = "";

    if (count->errors)
        snprintf(errors, sizeof(errors), "%ld", count->errors);
    print("%6.2f %11.6f %11ld %9ld %9s %s\n", percent, (double)count->us / 1e6,
          count->calls ? count->us / count->calls : 0, count->calls, errors, name);
}

static const char rule[] = "------ ----------- ----------- --------- --------- ----------------\n";

void count_print(void)
{
    struct count total = {0};
    char text[32];

    qsort(counts, used, sizeof(counts[0]), counts_compare);
    for (size_t i = 0; i < used; i++) {
        total.calls += counts[i].calls;
        total.errors += counts[i].errors;
        total.us += counts[i].us;
    }
    print("%% time     seconds  usecs/call     calls    errors syscall\n%s", rule);
    for (size_t i = 0; i < used; i++)
        line_print(&counts[i], total.us ? 100.0 * (double)counts[i].us / (double)total.us : 0,
                   count_name(&counts[i], text));
    print("%s", rule);
    line_print(&total, 100, "total");
    line_flush();
}
