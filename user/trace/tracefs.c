/*
 * trace, the kernel's side: switching events on, and off again at the end; histograms.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/trace/trace.h"

#define FOLDER "/sys/kernel/tracing/"
#define EVENTS_MAX 128
#define PIDS_MAX 4096

static char *events[EVENTS_MAX]; /* switched on */
static unsigned event_count;
static const char *hist_event; /* SYSTEM/EVENT; NULL: none */
static pid_t pids[PIDS_MAX];
static unsigned pid_count;

void fail(const char *what)
{
    fprintf(stderr, "trace: %s: %s\n", what, strerror(errno));
    tracing_end();
    exit(1);
}

/* False: errno says why. */
static bool file_write(const char *name, const char *text, int flags)
{
    char path[256];
    int fd;
    bool good;

    snprintf(path, sizeof(path), FOLDER "%s", name);
    fd = open(path, O_WRONLY | flags);
    if (fd < 0)
        return false;
    good = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    close(fd);
    return good;
}

void event_switch_on(const char *event)
{
    if (!file_write("set_event", event, O_APPEND))
        fail(event);
    if (event_count < EVENTS_MAX)
        events[event_count++] = strdup(event);
}

void hist_begin(const char *event, const char *trigger)
{
    char file[128];

    snprintf(file, sizeof(file), "events/%s/trigger", event);
    if (!file_write(file, trigger, O_APPEND))
        fail(file);
    hist_event = event;
}

void tracing_clear(void)
{
    if (!file_write("trace", "", O_TRUNC) || !file_write("tracing_on", "1", 0))
        fail(FOLDER "trace");
}

void tracing_end(void)
{
    char text[256];

    while (event_count > 0) {
        snprintf(text, sizeof(text), "!%s", events[--event_count]);
        (void)file_write("set_event", text, O_APPEND);
        free(events[event_count]);
    }
    if (hist_event) {
        snprintf(text, sizeof(text), "events/%s/trigger", hist_event);
        (void)file_write(text, "!hist", O_APPEND);
        hist_event = NULL;
    }
}

int pipe_open(void)
{
    int fd = open(FOLDER "trace_pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        fail(FOLDER "trace_pipe");
    return fd;
}

/* What stands behind NAME in the line; NULL: it isn't there. */
static const char *value_find(const char *line, const char *name)
{
    const char *at = strstr(line, name);

    return at ? at + strlen(name) : NULL;
}

static unsigned long number_find(const char *line, const char *name)
{
    const char *at = value_find(line, name);

    return at ? strtoul(at, NULL, 10) : 0;
}

static void cell_parse(const char *line, struct cell *cell)
{
    const char *at;

    memset(cell, 0, sizeof(*cell));
    at = value_find(line, "common_pid: ");
    if (at) {
        snprintf(cell->comm, sizeof(cell->comm), "%.16s", at);
        for (size_t end = strlen(cell->comm); end > 0 && cell->comm[end - 1] == ' '; end--)
            cell->comm[end - 1] = '\0';
        cell->pid = (pid_t)number_find(at, "[");
    }
    at = value_find(line, "id: sys_");
    if (at)
        snprintf(cell->call, sizeof(cell->call), "%.*s", (int)strcspn(at, " "), at);
    cell->power = (unsigned)number_find(line, "~ 2^");
    cell->hits = number_find(line, "hitcount: ");
    cell->total = number_find(line, "  duration: ");
    cell->most = number_find(line, "  max: ");
}

unsigned long hist_read(void (*see)(const struct cell *cell))
{
    unsigned long dropped = 0;
    char path[128], *line = NULL;
    size_t size = 0;
    FILE *file;

    snprintf(path, sizeof(path), FOLDER "events/%s/hist", hist_event);
    file = fopen(path, "r");
    if (!file)
        fail(path);
    while (getline(&line, &size, file) > 0) {
        struct cell cell;

        if (*line == '{') {
            cell_parse(line, &cell);
            see(&cell);
        }
        dropped += number_find(line, "    Dropped: ");
    }
    free(line);
    fclose(file);
    return dropped;
}

void pid_add(pid_t pid)
{
    if (pid_count < PIDS_MAX && (pid_count == 0 || !pid_is_wanted(pid)))
        pids[pid_count++] = pid;
}

bool pids_are_few(void)
{
    return pid_count > 0;
}

bool pid_is_wanted(pid_t pid)
{
    if (pid_count == 0)
        return pid != getpid();
    for (unsigned i = 0; i < pid_count; i++)
        if (pids[i] == pid)
            return true;
    return false;
}
