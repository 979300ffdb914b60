/*
 * Inside tracefs: the files of the root (trace_file.c) and of the events (event_file.c).
 */
#ifndef LIMEN_TRACE_TRACEFS_H
#define LIMEN_TRACE_TRACEFS_H

#include "kernel/sched/wait.h"
#include "kernel/vfs/pseudo.h"

/* Woken when there is something for trace_pipe, late by up to a tenth of a second. */
extern struct wait_queue trace_wait;

/* trace, trace_pipe, trace_marker: they do everything themselves. */
extern const struct file_ops trace_file_ops, trace_pipe_ops, trace_marker_ops;
void trace_file_truncate(const struct pseudo_subject *of);

/* events/, and the same things by name: available_events, set_event. */
extern const struct pseudo_dir trace_events_dir;
int trace_available_show(const struct pseudo_subject *of, struct text *text);
int trace_set_show(const struct pseudo_subject *of, struct text *text);
int trace_set_store(const struct pseudo_subject *of, char *text);
void trace_set_truncate(const struct pseudo_subject *of);

/* events/SYSTEM/EVENT/hist and trigger; of->fd is the event's index. */
int trace_hist_show(const struct pseudo_subject *of, struct text *text);
int trace_trigger_show(const struct pseudo_subject *of, struct text *text);
int trace_trigger_store(const struct pseudo_subject *of, char *text);

/* A directory that is an array of entries; child->fd becomes `fd`. */
int trace_table_find(const struct pseudo_entry *entries, size_t count, const struct name *name,
                     unsigned fd, struct pseudo_child *child);
bool trace_table_next(const struct pseudo_entry *entries, size_t count, loff_t *position,
                      struct pseudo_name *name);

/* "0" or "1", as written to a switch: or -EINVAL. */
int trace_store_switch(const char *text, bool *on);

/* The text without blanks around it, which may be changed. */
char *trace_trim(char *text);

#endif
