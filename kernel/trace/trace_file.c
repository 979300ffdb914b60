/*
 * trace, trace_pipe and trace_marker. What trace shows stays; what trace_pipe gives is taken, and
 * it waits for more. Both make their text line by line, as it is read.
 *
 * Nobody can be woken from where events happen. So while trace_pipe is open there is a lookout.
 *
 * Locking: an opening's line is under its own lock, and made under trace_lock.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/poll.h"
#include "kernel/core/init.h"
#include "kernel/lib/string.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/lookout.h"
#include "kernel/trace/buffer.h"
#include "kernel/trace/event.h"
#include "kernel/trace/print.h"
#include "kernel/trace/reader.h"
#include "kernel/trace/tracefs.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/poll.h"

static const char trace_header[] =
    "# tracer: nop\n"
    "#\n"
    "# entries-in-buffer/entries-written: %llu/%llu   #P:%u\n"
    "#\n"
    "#                                _-----=> irqs-off/BH-disabled\n"
    "#                               / _----=> need-resched\n"
    "#                              | / _---=> hardirq/softirq\n"
    "#                              || / _--=> preempt-depth\n"
    "#                              ||| / _-=> migrate-disable\n"
    "#                              |||| /     delay\n"
    "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
    "#              | |         |   |||||     |         |\n";

struct trace_opening {
    struct mutex lock; /* RANK_DEVICE */
    struct trace_reader *reader;
    struct trace_line line; /* the one at hand */
    size_t shown;           /* of it */
    loff_t pos;             /* of the byte behind those */
    const struct trace_entry *entry;
    uint32_t cpu, lost; /* entry's */
    bool has_header, has_taken;
};

struct wait_queue trace_wait = WAIT_QUEUE_INIT(trace_wait);
static struct lookout trace_lookout; /* while there is a trace_pipe */

static int opening_create(struct file *file, bool takes)
{
    struct trace_opening *opening = kzalloc(sizeof(*opening));

    if (!opening)
        return -ENOMEM;
    opening->reader = trace_reader_create(takes);
    if (!opening->reader) {
        kfree(opening);
        return -ENOMEM;
    }
    mutex_init(&opening->lock, RANK_DEVICE);
    opening->has_header = takes;
    file->private = opening;
    return 0;
}

static void opening_free(struct trace_opening *opening)
{
    if (!opening)
        return;
    trace_reader_free(opening->reader);
    kfree(opening);
}

static void header_make(struct trace_line *line)
{
    uint64_t kept, written;

    trace_count_entries(&kept, &written);
    trace_line_printf(line, trace_header, (unsigned long long)kept, (unsigned long long)written,
                      cpus_online());
}

/* The next line; false: there is none now. Before an entry there may be one of what was lost. */
static bool line_next(struct trace_opening *opening)
{
    bool has_line = true;

    trace_line_begin(&opening->line);
    opening->shown = 0;
    mutex_lock(&trace_lock);
    if (!opening->has_header) {
        opening->has_header = true;
        header_make(&opening->line);
        goto unlock;
    }
    if (!opening->entry)
        opening->entry = trace_reader_next(opening->reader, &opening->cpu, &opening->lost);
    if (!opening->entry) {
        has_line = false;
    } else if (opening->lost) {
        trace_line_printf(&opening->line, "CPU:%u [LOST %u EVENTS]\n", opening->cpu, opening->lost);
        opening->lost = 0;
    } else {
        trace_line_entry(&opening->line, opening->cpu, opening->entry);
        opening->entry = NULL;
    }
unlock:
    mutex_unlock(&trace_lock);
    return has_line;
}

static void opening_rewind(struct trace_opening *opening)
{
    mutex_lock(&trace_lock);
    trace_reader_rewind(opening->reader);
    mutex_unlock(&trace_lock);
    opening->entry = NULL;
    opening->has_header = false;
    opening->line.length = opening->shown = 0;
    opening->pos = 0;
}

/* Moves lines, or (to NULL) passes over bytes up to `pos`. How many, or -EFAULT. Under the
 * opening's lock. */
static ssize_t lines_move(struct trace_opening *opening, struct iter *to, loff_t pos)
{
    ssize_t total = 0;

    while (to ? iter_count(to) > 0 : opening->pos < pos) {
        struct trace_line *line = &opening->line;
        size_t count, wanted;

        if (opening->shown == line->length && !line_next(opening))
            break;
        wanted =
            min(line->length - opening->shown, to ? iter_count(to) : (size_t)(pos - opening->pos));
        count = to ? iter_copy_to(to, line->text + opening->shown, wanted) : wanted;
        opening->shown += count;
        opening->pos += (loff_t)count;
        total += (ssize_t)count;
        if (count < wanted)
            return total ? total : -EFAULT;
    }
    return total;
}

static int trace_open(struct inode *inode, struct file *file)
{
    (void)inode;
    file->private = NULL;
    return file->mode & FMODE_READ ? opening_create(file, false) : 0;
}

static void trace_release(struct file *file)
{
    opening_free(file->private);
}

static ssize_t trace_read(struct file *file, struct iter *to, loff_t *pos)
{
    struct trace_opening *opening = file->private;
    ssize_t moved = 0;

    mutex_lock(&opening->lock);
    if (*pos < opening->pos)
        opening_rewind(opening);
    (void)lines_move(opening, NULL, *pos);
    if (opening->pos == *pos)
        moved = lines_move(opening, to, 0);
    if (moved > 0)
        *pos += moved;
    mutex_unlock(&opening->lock);
    return moved;
}

/* What is written has no meaning, but `>` clears: trace_file_truncate. */
static ssize_t trace_write(struct file *file, struct iter *from, loff_t *pos)
{
    ssize_t count = (ssize_t)iter_count(from);

    (void)file;
    (void)pos;
    iter_skip(from, (size_t)count);
    return count;
}

void trace_file_truncate(const struct pseudo_subject *of)
{
    (void)of;
    mutex_lock(&trace_lock);
    trace_buffer_clear();
    mutex_unlock(&trace_lock);
}

const struct file_ops trace_file_ops = {
    .open = trace_open,
    .release = trace_release,
    .read = trace_read,
    .write = trace_write,
};

static int pipe_open(struct inode *inode, struct file *file)
{
    int err = opening_create(file, true);

    (void)inode;
    if (err)
        return err;
    file->mode &= ~(unsigned)FMODE_POSITION; /* who waits keeps nobody from anything */
    lookout_begin(&trace_lookout);
    return 0;
}

static void pipe_release(struct file *file)
{
    lookout_end(&trace_lookout);
    opening_free(file->private);
}

/* As on Linux the end is there when recording is off and something was read. */
static bool pipe_is_at_end(const struct trace_opening *opening)
{
    return !atomic_load(&trace_is_on) && atomic_load(&opening->has_taken);
}

static ssize_t pipe_read(struct file *file, struct iter *to, loff_t *pos)
{
    struct trace_opening *opening = file->private;
    ssize_t moved;
    int err = 0;

    (void)pos;
    while (err == 0 && iter_count(to) > 0) {
        mutex_lock(&opening->lock);
        moved = lines_move(opening, to, 0);
        if (moved > 0)
            atomic_store(&opening->has_taken, true);
        mutex_unlock(&opening->lock);
        if (moved != 0 || pipe_is_at_end(opening))
            return moved;
        if (file_is_nonblocking(file))
            return -EAGAIN;
        if (thread_interrupted())
            return -ERESTARTSYS;
        err = wait_event(&trace_wait, trace_has_entries() || pipe_is_at_end(opening));
    }
    return err;
}

static unsigned pipe_poll(struct file *file, struct poll_table *table)
{
    const struct trace_opening *opening = file->private;

    poll_wait(table, &trace_wait);
    return trace_has_entries() || READ_ONCE(opening->entry) ||
                   READ_ONCE(opening->shown) < READ_ONCE(opening->line.length) ||
                   pipe_is_at_end(opening)
               ? POLLIN | POLLRDNORM
               : 0;
}

const struct file_ops trace_pipe_ops = {
    .open = pipe_open,
    .release = pipe_release,
    .read = pipe_read,
    .poll = pipe_poll,
};

/* One write, one entry; what is too long is cut, and the writer told. */
static ssize_t marker_write(struct file *file, struct iter *from, loff_t *pos)
{
    size_t count = min(iter_count(from), (size_t)TRACE_STRING_MAX - 1);
    char text[TRACE_STRING_MAX];
    int err;

    (void)file;
    (void)pos;
    if (iter_copy_from(from, text, count) != count)
        return -EFAULT;
    text[count] = '\0';
    err = trace_mark(text);
    return err ? err : (ssize_t)count;
}

const struct file_ops trace_marker_ops = {.write = marker_write};

static void trace_file_init(void)
{
    lookout_init(&trace_lookout, &trace_wait, trace_has_entries);
}
INIT_CALL(1, trace_file_init);
