/*
 * The kernel's log: lines with a level and a time stamp, kept in a ring for syslog(2) and written
 * to every registered console. May be called from any context.
 */
#ifndef LIMEN_CORE_LOG_H
#define LIMEN_CORE_LOG_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

enum log_level { /* syslog(2)'s */
    LOG_EMERG,
    LOG_ALERT,
    LOG_CRIT,
    LOG_ERR,
    LOG_WARNING,
    LOG_NOTICE,
    LOG_INFO,
    LOG_DEBUG,
};

/* One call is one line; the newline is added. A level above LOG_DEBUG carries syslog(3)'s facility,
 * in its higher bits. */
void log_printf(enum log_level level, const char *fmt, ...) __printf(2, 3);

#define pr_err(...) log_printf(LOG_ERR, __VA_ARGS__)
#define pr_warn(...) log_printf(LOG_WARNING, __VA_ARGS__)
#define pr_notice(...) log_printf(LOG_NOTICE, __VA_ARGS__)
#define pr_info(...) log_printf(LOG_INFO, __VA_ARGS__)
#define pr_debug(...) log_printf(LOG_DEBUG, __VA_ARGS__)

/* Something that receives the log. write takes no lock that code which logs may hold, works with
 * interrupts off, and in a panic is called without any lock. */
struct log_console {
    const char *name;
    void (*write)(struct log_console *console, const char *text, size_t length);
    struct list node;
};

/* Adds a console; it first gets everything that the ring still holds. */
void log_console_register(struct log_console *console);

/* Only root may read the log (kernel.dmesg_restrict). Atomic. */
extern uint64_t log_is_restricted;

/* Lines with a level of at least this number are kept but not written to consoles (default:
 * LOG_DEBUG). */
void log_console_level_set(int level);
int log_console_level(void);

/* For syslog(2): copies up to `size` bytes of the ring, oldest first, in dmesg's "<6>[ 1.2] text\n"
 * form, starting at byte position *position (0: the oldest kept), and advances it. */
size_t log_read(uint64_t *position, char *buffer, size_t size);
/* A line of the log, for /dev/kmsg: where it begins, and the how manieth since boot it is. */
struct log_place {
    uint64_t position, number;
};

#define LOG_LINE_MAX 512 /* with prefix and newline */

void log_place_oldest(struct log_place *place);
void log_place_end(struct log_place *place);

/* The line at *place, which moves behind it: its length; 0: there is none yet; -EPIPE: it has been
 * overwritten, and *place is the oldest one now. */
ssize_t log_read_line(struct log_place *place, char *line, size_t size);

uint64_t log_end(void);        /* bytes ever written */
uint64_t log_oldest(void);     /* position of the first byte that is kept */
size_t log_size_bytes(void);   /* bytes kept now */
size_t log_buffer_bytes(void); /* capacity */

#endif
