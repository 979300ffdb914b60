/*
 * The log: a ring of text, whole lines with their prefix, from which syslog(2) reads and which goes
 * to every console as it grows.
 *
 * log_lock guards the ring. A console's own lock is taken inside it, so that lines reach the
 * consoles in order. During a panic neither is taken: the CPU that panics is the only one that
 * still runs.
 */
#include "kernel/core/log.h"

#include "kernel/abi/errno.h"
#include "kernel/core/atomic.h"
#include "kernel/core/clock.h"
#include "kernel/core/panic.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"

#define LOG_SIZE (128u << 10) /* power of two */

static char ring[LOG_SIZE];
static uint64_t written; /* bytes ever put in; the ring holds the last LOG_SIZE of them */
static uint64_t lines_written, lines_lost; /* whole; of the lost ones the end is gone as well */
static int console_level = LOG_DEBUG + 1;
uint64_t log_is_restricted;
static struct list consoles = LIST_INIT(consoles);
static struct spinlock log_lock = SPINLOCK_INIT(RANK_LOG);

static void ring_put(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char *at = &ring[(written + i) & (LOG_SIZE - 1)];

        lines_lost += *at == '\n';
        *at = text[i];
    }
    written += length;
    lines_written++;
}

static uint64_t oldest(void)
{
    return written > LOG_SIZE ? written - LOG_SIZE : 0;
}

/* The length of the "<6>" that leads a line in the ring, which a console doesn't show. */
static size_t level_length(const char *line, size_t length)
{
    const char *end = line[0] == '<' ? memchr(line, '>', length) : NULL;

    return end != NULL ? (size_t)(end + 1 - line) : 0;
}

static void consoles_write(const char *line, size_t length)
{
    size_t skipped = level_length(line, length);
    struct log_console *console;

    list_for_each_entry (console, &consoles, node)
        console->write(console, line + skipped, length - skipped);
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
    char line[LOG_LINE_MAX];
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
    if (((int)level & 7) < console_level || !locked)
        consoles_write(line, length);
    if (locked)
        spin_unlock_irqrestore(&log_lock, flags);
}

/* Shows a new console what the ring still has, line by line. */
static void console_catch_up(struct log_console *console)
{
    char line[LOG_LINE_MAX];
    size_t length = 0;

    for (uint64_t at = oldest(); at < written; at++) {
        line[length++] = ring[at & (LOG_SIZE - 1)];
        if (line[length - 1] != '\n' && length < sizeof(line))
            continue;
        if (level_length(line, length) > 0)
            console->write(console, line + level_length(line, length),
                           length - level_length(line, length));
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

int log_console_level(void)
{
    return atomic_load(&console_level);
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

/* The first whole line that the ring still has. Under log_lock. */
static struct log_place oldest_line(void)
{
    struct log_place place = {.position = oldest(), .number = lines_lost};

    if (written <= LOG_SIZE)
        return place;
    while (place.position < written && ring[place.position++ & (LOG_SIZE - 1)] != '\n')
        continue;
    place.number++;
    return place;
}

void log_place_oldest(struct log_place *place)
{
    unsigned long flags = spin_lock_irqsave(&log_lock);

    *place = oldest_line();
    spin_unlock_irqrestore(&log_lock, flags);
}

void log_place_end(struct log_place *place)
{
    unsigned long flags = spin_lock_irqsave(&log_lock);

    *place = (struct log_place){.position = written, .number = lines_written};
    spin_unlock_irqrestore(&log_lock, flags);
}

ssize_t log_read_line(struct log_place *place, char *line, size_t size)
{
    unsigned long flags = spin_lock_irqsave(&log_lock);
    struct log_place first = oldest_line();
    ssize_t length = 0;

    if (place->position < first.position) {
        *place = first;
        length = -EPIPE;
    } else if (place->position < written) {
        while ((size_t)length < size && place->position < written) {
            line[length] = ring[place->position++ & (LOG_SIZE - 1)];
            if (line[length++] == '\n')
                break;
        }
        place->number++;
    }
    spin_unlock_irqrestore(&log_lock, flags);
    return length;
}

uint64_t log_end(void)
{
    return atomic_load(&written);
}

uint64_t log_oldest(void)
{
    unsigned long flags = spin_lock_irqsave(&log_lock);
    uint64_t position = oldest();

    spin_unlock_irqrestore(&log_lock, flags);
    return position;
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
