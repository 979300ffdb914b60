/*
 * Lookouts: for who waits for what comes up in places where nobody can be woken (the log, traces).
 * While somebody wants it, a timer looks, ten times a second, whether there is news.
 */
#ifndef LIMEN_SCHED_LOOKOUT_H
#define LIMEN_SCHED_LOOKOUT_H

#include "kernel/sched/timer.h"
#include "kernel/sched/wait.h"

struct lookout {
    struct wait_queue *queue; /* all of it is woken for news */
    bool (*has_news)(void);   /* since it was asked last; in interrupt context */
    struct timer timer;
    bool is_out;    /* the timer is armed, or its function runs; atomic */
    uint32_t count; /* who wants it; atomic */
};

void lookout_init(struct lookout *lookout, struct wait_queue *queue, bool (*has_news)(void));

/* From any thread's context, each begin with an end. */
void lookout_begin(struct lookout *lookout);
void lookout_end(struct lookout *lookout);

#endif
