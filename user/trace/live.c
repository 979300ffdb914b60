/*
 * trace, as it happens: the lines of trace_pipe, a call's beginning and end made one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/trace/trace.h"

#define THREADS_MAX 256
#define ERRNO_MAX 4095

/* A call that has begun. */
struct begun {
    pid_t pid; /* 0: none */
    unsigned long long micros;
    char text[256]; /* NAME(ARGUMENTS) */
};

static struct begun calls[THREADS_MAX];
static unsigned long long first_micros;

/* A line's parts: "%16s-%-7d [%03u] flags seconds.micros: EVENT". */
struct seen {
    char comm[17];
    pid_t pid;
    unsigned long long micros;
    const char *event;
};

void live_begin(const struct options *options)
{
    char event[96], *names, *rest, *name;

    if (options->mode == MODE_OPENS) {
        event_switch_on("limen:open_name");
        return;
    }
    if (!options->names) {
        event_switch_on("syscalls:*");
        return;
    }
    names = rest = strdup(options->names);
    while (names && (name = strsep(&rest, ","))) {
        snprintf(event, sizeof(event), "syscalls:sys_enter_%s", name);
        event_switch_on(event);
        snprintf(event, sizeof(event), "syscalls:sys_exit_%s", name);
        event_switch_on(event);
    }
    free(names);
}

static bool line_parse(const char *line, struct seen *seen)
{
    const char *at;
    char *end;

    if (strlen(line) < 18 || line[16] != '-')
        return false;
    snprintf(seen->comm, sizeof(seen->comm), "%.16s", line + strspn(line, " "));
    seen->comm[16 - strspn(line, " ")] = '\0';
    seen->pid = (pid_t)strtol(line + 17, &end, 10);
    at = strstr(end, "] ");
    if (!at || strlen(at) < 10)
        return false;
    seen->micros = strtoull(at + 8, &end, 10) * 1000000;
    if (*end != '.')
        return false;
    seen->micros += strtoull(end + 1, &end, 10);
    seen->event = *end == ':' ? end + 2 : end;
    return true;
}

/* The thread's call, or the place for one; NULL: there are too many threads. */
static struct begun *begun_find(pid_t pid)
{
    struct begun *place = NULL;

    for (unsigned i = 0; i < THREADS_MAX; i++) {
        if (calls[i].pid == pid)
            return &calls[i];
        if (calls[i].pid == 0 && !place)
            place = &calls[i];
    }
    return place;
}

static void time_print(const struct seen *seen, unsigned long long since)
{
    unsigned long long at = since - first_micros, took = seen->micros - since;

    printf("%6llu.%03llu (%3llu.%03llu ms): %s/%d ", at / 1000, at % 1000, took / 1000, took % 1000,
           seen->comm, seen->pid);
}

static void call_begin(const struct seen *seen)
{
    struct begun *call = begun_find(seen->pid);

    if (strncmp(seen->event, "sys_exit", 8) == 0) { /* exit, exit_group: no end will come */
        time_print(seen, seen->micros);
        printf("%s = ?\n", seen->event + 4);
        return;
    }
    if (!call)
        return;
    call->pid = seen->pid;
    call->micros = seen->micros;
    snprintf(call->text, sizeof(call->text), "%s", seen->event + 4);
}

static void call_end(const struct seen *seen, const char *arrow)
{
    long result = (long)strtoull(arrow + 4, NULL, 16);
    struct begun *call = begun_find(seen->pid);
    int name_length = (int)(arrow - seen->event) - 4;

    if (call && call->pid == seen->pid &&
        strncmp(call->text, seen->event + 4, (size_t)name_length) == 0) {
        time_print(seen, call->micros);
        printf("%s", call->text);
    } else { /* its beginning was lost, or before ours */
        time_print(seen, seen->micros);
        printf("... %.*s", name_length, seen->event + 4);
    }
    if (call)
        call->pid = 0;
    if (result < 0 && result >= -ERRNO_MAX)
        printf(" = -1 (%s)\n", strerror((int)-result));
    else
        printf(" = %ld\n", result);
}

/* What the wanted ones fork is wanted, too. */
static void fork_see(const char *event)
{
    const char *parent = strstr(event, " pid="), *child = strstr(event, " child_pid=");

    if (parent && child && pids_are_few() && pid_is_wanted((pid_t)atol(parent + 5)))
        pid_add((pid_t)atol(child + 11));
}

static void open_see(const struct seen *seen)
{
    const char *name = strstr(seen->event, "filename=");

    if (!name)
        return;
    name += strlen("filename=");
    printf("%-7d %-16s %.*s\n", seen->pid, seen->comm, (int)(strrchr(name, '"') + 1 - name), name);
}

void line_see(char *line, const struct options *options)
{
    struct seen seen;
    const char *arrow;

    if (strncmp(line, "CPU:", 4) == 0)
        fprintf(stderr, "trace: %s\n", line);
    if (!line_parse(line, &seen))
        return;
    if (strncmp(seen.event, "sched_process_fork", 18) == 0)
        fork_see(seen.event);
    if (!pid_is_wanted(seen.pid))
        return;
    if (first_micros == 0)
        first_micros = seen.micros;
    arrow = strstr(seen.event, " -> ");
    if (options->mode == MODE_OPENS && strncmp(seen.event, "open_name", 9) == 0)
        open_see(&seen);
    else if (options->mode == MODE_LIVE && strncmp(seen.event, "sys_", 4) == 0 && arrow)
        call_end(&seen, arrow);
    else if (options->mode == MODE_LIVE && strncmp(seen.event, "sys_", 4) == 0)
        call_begin(&seen);
}
