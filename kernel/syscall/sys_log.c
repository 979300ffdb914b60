/*
 * syslog(2): reading and controlling the kernel's log.
 *
 * Positions count the log's bytes since boot (log_read). Locking: reader_lock, a mutex, guards the
 * positions and what the console shows; user memory is touched after it is released.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/klog.h"
#include "kernel/core/clock.h"
#include "kernel/core/cred.h"
#include "kernel/core/log.h"
#include "kernel/lib/string.h"
#include "kernel/mm/uaccess.h"
#include "kernel/sched/mutex.h"

#define COPY_BYTES 512u
#define CONSOLE_LEVEL_ALL 8  /* every line */
#define CONSOLE_LEVEL_NONE 1 /* emergencies only */
/* The log may grow in any context, also where nobody can be woken: so who waits for more looks this
 * often. */
#define LOG_NAP_NS (100 * NSEC_PER_MSEC)

static struct mutex reader_lock = MUTEX_INIT(reader_lock, RANK_DEVICE);
static uint64_t read_position;  /* what SYSLOG_ACTION_READ has taken */
static uint64_t clear_position; /* what SYSLOG_ACTION_CLEAR has hidden */
static int console_level = CONSOLE_LEVEL_ALL;
static bool console_is_off;

static uint64_t log_oldest(void)
{
    uint64_t position = 0;

    log_read(&position, NULL, 0);
    return position;
}

static uint64_t log_end(void)
{
    return log_oldest() + log_size_bytes();
}

/* The first line that begins at `position` or behind it. */
static uint64_t log_line_start(uint64_t position)
{
    uint64_t at = position - 1;
    char byte = '\n';

    if (position == 0)
        return 0;
    while (log_read(&at, &byte, 1) == 1 && byte != '\n')
        continue;
    return at;
}

/* Copies the log between two positions out; how many bytes, at most `size`, or -EFAULT. */
static long log_copy(char __user *buf, size_t size, uint64_t start, uint64_t end)
{
    char bytes[COPY_BYTES];
    size_t total = 0;

    while (start < end && total < size) {
        size_t wanted = min(min_t(size_t, end - start, sizeof(bytes)), size - total);
        size_t count = log_read(&start, bytes, wanted);

        if (copy_to_user(buf + total, bytes, count) != 0)
            return -EFAULT;
        total += count;
    }
    return (long)total;
}

/* The last whole lines that fit, none twice after a clear. */
static long log_read_all(char __user *buf, size_t size, bool clears)
{
    uint64_t start, end;

    mutex_lock(&reader_lock);
    end = log_end();
    start = max(clear_position, log_oldest());
    if (clears)
        clear_position = end;
    mutex_unlock(&reader_lock);
    if (end > start && end - start > size)
        start = end - size;
    return log_copy(buf, size, log_line_start(start), end);
}

/* The oldest bytes that nobody has taken yet, and takes them; 0: there are none. */
static size_t log_take(char *bytes, size_t size)
{
    size_t count;

    mutex_lock(&reader_lock);
    count = log_read(&read_position, bytes, size);
    mutex_unlock(&reader_lock);
    return count;
}

/* Waits until there is something, then takes what is there. */
static long log_read_new(char __user *buf, size_t size)
{
    char bytes[COPY_BYTES];
    size_t total = 0;

    while (total < size) {
        size_t count = log_take(bytes, min(size - total, sizeof(bytes)));
        int err = 0;

        if (count == 0 && total > 0)
            break;
        if (count == 0)
            err = thread_sleep_until(clock_monotonic_ns() + LOG_NAP_NS);
        else if (copy_to_user(buf + total, bytes, count) != 0)
            err = -EFAULT;
        if (err != 0)
            return total > 0 ? (long)total : err;
        total += count;
    }
    return (long)total;
}

static long log_unread(void)
{
    uint64_t end;
    long count;

    mutex_lock(&reader_lock);
    end = log_end();
    count = (long)(end - min(end, max(read_position, log_oldest())));
    mutex_unlock(&reader_lock);
    return count;
}

static void log_clear(void)
{
    mutex_lock(&reader_lock);
    clear_position = log_end();
    mutex_unlock(&reader_lock);
}

/* Sets what the console shows from now on (level 0: as before), or nothing (is_off). */
static void log_set_console(int level, bool is_off)
{
    mutex_lock(&reader_lock);
    if (level != 0)
        console_level = level;
    console_is_off = is_off;
    log_console_level_set(console_is_off ? CONSOLE_LEVEL_NONE : console_level);
    mutex_unlock(&reader_lock);
}

static long log_set_level(int level)
{
    if (level < CONSOLE_LEVEL_NONE || level > CONSOLE_LEVEL_ALL)
        return -EINVAL;
    log_set_console(level, false);
    return 0;
}

static long log_read_action(int action, char __user *buf, int length)
{
    if (buf == NULL || length < 0)
        return -EINVAL;
    if (length == 0)
        return 0;
    if (!user_range_ok(buf, (size_t)length))
        return -EFAULT;
    if (action == SYSLOG_ACTION_READ)
        return log_read_new(buf, (size_t)length);
    return log_read_all(buf, (size_t)length, action == SYSLOG_ACTION_READ_CLEAR);
}

/* Reads the kernel's log and controls what of it the console shows. */
long sys_syslog(int action, char __user *buf, int length)
{
    bool is_free = action == SYSLOG_ACTION_READ_ALL || action == SYSLOG_ACTION_SIZE_BUFFER;

    if (!is_free && !cred_is_privileged(current->cred))
        return -EPERM;
    switch (action) {
    case SYSLOG_ACTION_CLOSE:
    case SYSLOG_ACTION_OPEN:
        return 0;
    case SYSLOG_ACTION_READ:
    case SYSLOG_ACTION_READ_ALL:
    case SYSLOG_ACTION_READ_CLEAR:
        return log_read_action(action, buf, length);
    case SYSLOG_ACTION_CLEAR:
        log_clear();
        return 0;
    case SYSLOG_ACTION_CONSOLE_OFF:
    case SYSLOG_ACTION_CONSOLE_ON:
        log_set_console(0, action == SYSLOG_ACTION_CONSOLE_OFF);
        return 0;
    case SYSLOG_ACTION_CONSOLE_LEVEL:
        return log_set_level(length);
    case SYSLOG_ACTION_SIZE_UNREAD:
        return log_unread();
    case SYSLOG_ACTION_SIZE_BUFFER:
        return (long)log_buffer_bytes();
    default:
        return -EINVAL;
    }
}
