/*
 * trace: what its files share.
 *
 * main.c reads the command line and runs the command; tracefs.c switches events and reads
 * histograms (/sys/kernel/tracing, docs/tracing.md); live.c prints calls and openings as they
 * happen, summary.c what was counted.
 */
#ifndef LIMEN_USER_TRACE_TRACE_H
#define LIMEN_USER_TRACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum mode {
    MODE_LIVE,    /* each call, with its duration */
    MODE_SUMMARY, /* -s: count, total, average, maximum, by process and call */
    MODE_COUNT,   /* -c: how often each call was made */
    MODE_OPENS,   /* -o: who opened what */
    MODE_LATENCY, /* -l CALL: how long it took, as bars */
};

struct options {
    enum mode mode;
    const char *names; /* -e: with commas between them; NULL: all calls */
    const char *call;  /* -l */
};

/* tracefs.c. A failure that leaves nothing to be done ends the program, and what it had switched on
 * is off again. */
void fail(const char *what) __attribute__((noreturn));
void event_switch_on(const char *event); /* SYSTEM:EVENT, as set_event has it */
void hist_begin(const char *event, const char *trigger);
void tracing_clear(void);
void tracing_end(void);
int pipe_open(void);

/* A line of a histogram; what isn't in it is 0. */
struct cell {
    pid_t pid;
    char comm[17], call[32];
    unsigned power;
    unsigned long hits, total, most;
};

/* Calls `see` for each line of the histogram; how many events found no room. */
unsigned long hist_read(void (*see)(const struct cell *cell));

/* Whom to show: all, or those that were named and what they fork. */
void pid_add(pid_t pid);
bool pid_is_wanted(pid_t pid);
bool pids_are_few(void);

/* live.c */
void live_begin(const struct options *options);
void line_see(char *line, const struct options *options);

/* summary.c */
void summary_begin(const struct options *options);
void summary_print(const struct options *options);

#endif
