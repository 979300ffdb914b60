/*
 * syslog(2): reading and controlling the kernel's log.
 *
 * Positions count the log's bytes since boot (log_read). Locking: reader_lock, a mutex, guards the
 * positions and what the console shows; user memory is touched after it is released.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/klog.h"
#include "kernel/core/cred.h"
#include "kernel/core/log.h"
#include "kernel/drivers/kmsg.h"
#include "kernel/lib/string.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/uaccess.h"
#include "kernel/sched/mutex.h"

#define COPY_BYTES 512u
#define CONSOLE_LEVEL_ALL 8  /* every line */
#define CONSOLE_LEVEL_NONE 1 /* emergencies only */

static struct mutex reader_lock = MUTEX_INIT(reader_lock, RANK_DEVICE);
static uint64_t clear_position; /* what SYSLOG_ACTION_CLEAR has hidden */
static int level_before_off; /* what the console showed until it was switched off; 0: it wasn't */

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

static void log_clear(void)
{
    mutex_lock(&reader_lock);
    clear_position = log_end();
    mutex_unlock(&reader_lock);
}

/* Switches the console off, or on to what it showed before. */
static void log_switch_console(bool is_off)
{
    mutex_lock(&reader_lock);
    if (is_off && level_before_off == 0) {
        level_before_off = log_console_level();
        log_console_level_set(CONSOLE_LEVEL_NONE);
    } else if (!is_off && level_before_off != 0) {
        log_console_level_set(level_before_off);
        level_before_off = 0;
    }
    mutex_unlock(&reader_lock);
}

static long log_set_level(int level)
{
    if (level < CONSOLE_LEVEL_NONE || level > CONSOLE_LEVEL_ALL)
        return -EINVAL;
    mutex_lock(&reader_lock);
    level_before_off = 0;
    log_console_level_set(level);
    mutex_unlock(&reader_lock);
    return 0;
}

static long log_read_action(int action, char __user *buf, int length)
{
    struct iter to;

    if (buf == NULL || length < 0)
        return -EINVAL;
    if (length == 0)
        return 0;
    if (!user_range_ok(buf, (size_t)length))
        return -EFAULT;
    if (action == SYSLOG_ACTION_READ) {
        int err = iter_user(&to, buf, (size_t)length);

        return err ? err : log_take(&to, true);
    }
    return log_read_all(buf, (size_t)length, action == SYSLOG_ACTION_READ_CLEAR);
}

/* Reads the kernel's log and controls what of it the console shows. */
long sys_syslog(int action, char __user *buf, int length)
{
    bool is_free = action == SYSLOG_ACTION_READ_ALL || action == SYSLOG_ACTION_SIZE_BUFFER;

    if ((!is_free || atomic_load(&log_is_restricted)) && !cred_is_privileged(current->cred))
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
        log_switch_console(action == SYSLOG_ACTION_CONSOLE_OFF);
        return 0;
    case SYSLOG_ACTION_CONSOLE_LEVEL:
        return log_set_level(length);
    case SYSLOG_ACTION_SIZE_UNREAD:
        return (long)log_untaken();
    case SYSLOG_ACTION_SIZE_BUFFER:
        return (long)log_buffer_bytes();
    default:
        return -EINVAL;
    }
}
