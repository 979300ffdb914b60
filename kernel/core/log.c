/*
 * The log: a ring of text, whole lines with their prefix, from which syslog(2) reads and which goes
 * to every console as it grows.
 *
 * log_lock guards the ring. A console's own lock is taken inside it, so that lines reach the
 * consoles in order. During a panic neither is taken: the CPU that panics is the only one that
 * still runs.
 */
#include "kernel/core/log.h"

#include "kernel/core/clock.h"
#include "kernel/core/panic.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"

#define LOG_SIZE (128u << 10) /* power of two */
#define LINE_MAX 512

static char ring[LOG_SIZE];
static uint64_t written; /* bytes ever put in; the ring holds the last LOG_SIZE of them */
static int console_level = LOG_DEBUG + 1;
static struct list consoles = LIST_INIT(consoles);
static struct spinlock log_lock = SPINLOCK_INIT(RANK_LOG);

static void ring_put(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        ring[(written + i) & (LOG_SIZE - 1)] = text[i];
    written += length;
}

static uint64_t oldest(void)
{
    return written > LOG_SIZE ? written - LOG_SIZE : 0;
}

/* What a console shows of a line: without the "<6>" that leads it in the ring. */
static void consoles_write(const char *line, size_t length)
{
    struct log_console *console;

    list_for_each_entry (console, &consoles, node)
        console->write(console, line + 3, length - 3);
}

/* Control characters would let a program's name forge lines: they become question marks. */
static void line_clean(char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            text[i] = '?';
}

void log_printf(enum log_level level, const char *fmt, ...)
{
    uint64_t now_us = clock_monotonic_ns() / 1000;
    char line[LINE_MAX];
    size_t prefix, length;
    bool locked = !panic_in_progress();
    unsigned long flags = 0;
    va_list args;

    prefix = format_string(line, sizeof(line), "<%d>[%5llu.%06llu] ", (int)level,
                           (unsigned long long)(now_us / 1000000),
                           (unsigned long long)(now_us % 1000000));
    va_start(args, fmt);
    length = prefix + format_va(line + prefix, sizeof(line) - prefix, fmt, args);
    va_end(args);
    length = min(length, sizeof(line) - 2);
    line_clean(line + prefix, length - prefix);
    line[length++] = '\n';

    if (locked)
        flags = spin_lock_irqsave(&log_lock);
    ring_put(line, length);
    if ((int)level < console_level || !locked)
        consoles_write(line, length);
    if (locked)
        spin_unlock_irqrestore(&log_lock, flags);
}

/* Shows a new console what the ring still has, line by line. */
static void console_catch_up(struct log_console *console)
{
    char line[LINE_MAX];
    size_t length = 0;

    for (uint64_t at = oldest(); at < written; at++) {
        line[length++] = ring[at & (LOG_SIZE - 1)];
        if (line[length - 1] != '\n' && length < sizeof(line))
            continue;
        if (line[0] == '<' && length > 3)
            console->write(console, line + 3, length - 3);
        length = 0;
    }
}

void log_console_register(struct log_console *console)
{
    unsigned long flags = spin_lock_irqsave(&log_lock);

    console_catch_up(console);
    list_add_tail(&consoles, &console->node);
    spin_unlock_irqrestore(&log_lock, flags);
}

void log_console_level_set(int level)
{
    unsigned long flags = spin_lock_irqsave(&log_lock);

    console_level = level;
    spin_unlock_irqrestore(&log_lock, flags);
}

size_t log_read(uint64_t *position, char *buffer, size_t size)
{
    unsigned long flags = spin_lock_irqsave(&log_lock);
    size_t count = 0;

    *position = max(*position, oldest());
    while (count < size && *position < written)
        buffer[count++] = ring[(*position)++ & (LOG_SIZE - 1)];
    spin_unlock_irqrestore(&log_lock, flags);
    return count;
}

size_t log_size_bytes(void)
{
    unsigned long flags = spin_lock_irqsave(&log_lock);
    uint64_t size = written - oldest();

    spin_unlock_irqrestore(&log_lock, flags);
    return size;
}

size_t log_buffer_bytes(void)
{
    return LOG_SIZE;
}
