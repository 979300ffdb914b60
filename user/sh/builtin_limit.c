/* sh: times and ulimit: what the shell and its children have used, and may. times(2), getrlimit(2).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <unistd.h>

#include "user/sh/run.h"

static void time_add(struct text *text, clock_t ticks, char end)
{
    long per_second = sysconf(_SC_CLK_TCK);
    long seconds = ticks / per_second;
    long micros = ticks % per_second * (1000000 / per_second);
    char line[48];

    snprintf(line, sizeof(line), "%ldm%ld.%06lds%c", seconds / 60, seconds % 60, micros, end);
    text_add(text, line);
}

/* times: of the shell, of its children: in user space, and in the kernel */
int run_times(struct shell *sh, char **arguments)
{
    struct tms times_used;
    struct text text;

    (void)arguments;
    if (times(&times_used) == (clock_t)-1)
        return 1;
    text_begin(&text, &sh->arena);
    time_add(&text, times_used.tms_utime, ' ');
    time_add(&text, times_used.tms_stime, '\n');
    time_add(&text, times_used.tms_cutime, ' ');
    time_add(&text, times_used.tms_cstime, '\n');
    return print(sh, text.bytes);
}

static const struct limit {
    char letter;
    int resource;
    unsigned unit; /* bytes, or whatever is counted */
    const char *name;
} limits[] = {
    {'t', RLIMIT_CPU, 1, "time(seconds)"},
    {'f', RLIMIT_FSIZE, 512, "file(blocks)"},
    {'d', RLIMIT_DATA, 1024, "data(kbytes)"},
    {'s', RLIMIT_STACK, 1024, "stack(kbytes)"},
    {'c', RLIMIT_CORE, 512, "coredump(blocks)"},
    {'m', RLIMIT_RSS, 1024, "memory(kbytes)"},
    {'l', RLIMIT_MEMLOCK, 1024, "locked memory(kbytes)"},
    {'p', RLIMIT_NPROC, 1, "process"},
    {'n', RLIMIT_NOFILE, 1, "nofiles"},
    {'v', RLIMIT_AS, 1024, "vmemory(kbytes)"},
    {'w', RLIMIT_LOCKS, 1, "locks"},
    {'r', RLIMIT_RTPRIO, 1, "rtprio"},
};

enum {
    LIMITS = sizeof(limits) / sizeof(limits[0]),
    HARD = 1,
    SOFT = 2,
};

static void limit_add(struct text *text, const struct limit *limit, int which)
{
    struct rlimit values;
    char digits[32] = "unlimited\n";
    rlim_t value;

    getrlimit((unsigned)limit->resource, &values);
    value = which & SOFT ? values.rlim_cur : values.rlim_max;
    if (value != RLIM_INFINITY)
        snprintf(digits, sizeof(digits), "%llu\n", (unsigned long long)value / limit->unit);
    text_add(text, digits);
}

static int limits_print(struct shell *sh, int which)
{
    struct text text;

    text_begin(&text, &sh->arena);
    for (int i = 0; i < LIMITS; i++) {
        char name[32];

        snprintf(name, sizeof(name), "%-20s ", limits[i].name);
        text_add(&text, name);
        limit_add(&text, &limits[i], which);
    }
    return print(sh, text.bytes);
}

static int limit_set(struct shell *sh, const struct limit *limit, int which, const char *text)
{
    struct rlimit values;
    rlim_t value = RLIM_INFINITY;
    char *end;

    if (strcmp(text, "unlimited") != 0) {
        errno = 0;
        value = strtoul(text, &end, 10);
        if (*text < '0' || *text > '9' || *end || errno || value > RLIM_INFINITY / limit->unit) {
            shell_error(sh, "ulimit: %s: not a number", text);
            return STATUS_ERROR;
        }
        value *= limit->unit;
    }
    getrlimit((unsigned)limit->resource, &values);
    if (which & SOFT)
        values.rlim_cur = value;
    if (which & HARD)
        values.rlim_max = value;
    if (setrlimit((unsigned)limit->resource, &values) == 0)
        return 0;
    shell_error(sh, "ulimit: %s", strerror(errno));
    return STATUS_ERROR;
}

static const struct limit *limit_find(char letter)
{
    for (int i = 0; i < LIMITS; i++) {
        if (limits[i].letter == letter)
            return &limits[i];
    }
    return NULL;
}

/* ulimit [-H | -S] [-a | -LETTER] [LIMIT]: -f, the size of files, if nothing else is said */
int run_ulimit(struct shell *sh, char **arguments)
{
    const struct limit *limit = limit_find('f');
    int which = 0;
    bool all = false;
    struct text text;

    for (arguments++; *arguments && (*arguments)[0] == '-'; arguments++) {
        for (const char *letter = *arguments + 1; *letter; letter++) {
            if (*letter == 'H' || *letter == 'S')
                which = *letter == 'H' ? HARD : SOFT;
            else if (*letter == 'a')
                all = true;
            else if (!(limit = limit_find(*letter)))
                return option_unknown(sh, "ulimit", *letter);
        }
    }
    if (all)
        return limits_print(sh, which ? which : SOFT);
    if (*arguments)
        return limit_set(sh, limit, which ? which : HARD | SOFT, *arguments);
    text_begin(&text, &sh->arena);
    limit_add(&text, limit, which ? which : SOFT);
    return print(sh, text.bytes);
}
