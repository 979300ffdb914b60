/*
 * /dev/kmsg: the kernel's log record by record, and a way to write into it (Linux's
 * Documentation/ABI/testing/dev-kmsg). A record is a line of the log:
 *
 *     <6>[    1.234567] text         in the ring (kernel/core/log.h)
 *     6,17,1234567,-;text            what a read gives
 *
 * The log may grow in any context, also where nobody can be woken. So while the file is open for
 * reading there is a lookout.
 *
 * Locking: an opening's position and its number of the next record are under its own lock.
 */
#include "kernel/drivers/kmsg.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/clock.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/lib/format.h"
#include "kernel/lib/parse.h"
#include "kernel/lib/string.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/lookout.h"
#include "kernel/vfs/chrdev.h"
#include "kernel/vfs/poll.h"

#define DEV_KMSG DEV_MAKE(1, 11)

#define FACILITY_USER (1u << 3) /* syslog(3): of who isn't the kernel */
#define PRIORITY_MAX 0xffu
/* What a program may write, so that the line isn't cut. */
#define WRITE_MAX 448u

/* An opening for reading. */
struct kmsg_reader {
    struct mutex lock;
    struct log_place place; /* of the next record */
};

struct wait_queue kmsg_wait = WAIT_QUEUE_INIT(kmsg_wait);
static struct lookout kmsg_lookout;

static bool log_has_grown(void)
{
    static uint64_t seen_end;
    uint64_t end = log_end();
    bool has_grown = end != seen_end;

    seen_end = end;
    return has_grown;
}

void kmsg_watch(void)
{
    lookout_begin(&kmsg_lookout);
}

void kmsg_unwatch(void)
{
    lookout_end(&kmsg_lookout);
}

static int kmsg_open(struct inode *inode, struct file *file)
{
    struct kmsg_reader *reader;

    (void)inode;
    file->private = NULL;
    if (!(file->mode & FMODE_READ))
        return 0;
    if (atomic_load(&log_is_restricted) && !cred_is_privileged(current->cred))
        return -EPERM;
    reader = kzalloc(sizeof(*reader));
    if (reader == NULL)
        return -ENOMEM;
    mutex_init(&reader->lock, RANK_DEVICE);
    log_place_oldest(&reader->place);
    file->private = reader;
    file->mode |= FMODE_SEEK;
    kmsg_watch();
    return 0;
}

static void kmsg_release(struct file *file)
{
    if (file->private == NULL)
        return;
    kmsg_unwatch();
    kfree(file->private);
}

/* Turns a line of the ring into a record: its length. Bytes that can't be shown can't be in it. */
static size_t kmsg_format(const char *line, size_t length, uint64_t number, char *record,
                          size_t size)
{
    const char *at = line + 1, *end = line + length - 1;
    uint64_t priority = 0, seconds = 0, micros = 0;

    if (parse_digits(&at, 10, &priority) != 0)
        return 0;
    at += strlen(">[");
    while (*at == ' ')
        at++;
    if (parse_digits(&at, 10, &seconds) != 0)
        return 0;
    at++;
    if (parse_digits(&at, 10, &micros) != 0)
        return 0;
    at += strlen("] ");
    micros += seconds * 1000000;
    return format_string(record, size, "%llu,%llu,%llu,-;%.*s\n", (unsigned long long)priority,
                         (unsigned long long)number, (unsigned long long)micros, (int)(end - at),
                         at);
}

/* The next record: its length, 0 if there is none yet, -EPIPE if some were lost. */
static ssize_t kmsg_next(struct kmsg_reader *reader, char *record, size_t size)
{
    char line[LOG_LINE_MAX];
    ssize_t length = log_read_line(&reader->place, line, sizeof(line));

    if (length <= 0)
        return length;
    return (ssize_t)kmsg_format(line, (size_t)length, reader->place.number - 1, record, size);
}

static bool kmsg_has_more(struct kmsg_reader *reader)
{
    return READ_ONCE(reader->place.position) != log_end();
}

/* Reads one record, under the reader's lock. */
static ssize_t kmsg_read_one(struct kmsg_reader *reader, struct iter *to)
{
    char record[LOG_LINE_MAX + 64];
    struct log_place before = reader->place;
    ssize_t length = kmsg_next(reader, record, sizeof(record));

    if (length <= 0)
        return length;
    if ((size_t)length > iter_count(to)) {
        reader->place = before;
        return -EINVAL;
    }
    return iter_copy_to(to, record, (size_t)length) == (size_t)length ? length : -EFAULT;
}

static ssize_t kmsg_read(struct file *file, struct iter *to, loff_t *pos)
{
    struct kmsg_reader *reader = file->private;
    ssize_t result;

    (void)pos;
    for (;;) {
        result = mutex_lock_interruptible(&reader->lock);
        if (result != 0)
            return result;
        result = kmsg_read_one(reader, to);
        mutex_unlock(&reader->lock);
        if (result != 0)
            return result;
        if (file_is_nonblocking(file))
            return -EAGAIN;
        result = wait_event(&kmsg_wait, kmsg_has_more(reader));
        if (result != 0)
            return result;
    }
}

/* "<PRIORITY>text": without it, a warning of a program's. */
static ssize_t kmsg_write(struct file *file, struct iter *from, loff_t *pos)
{
    char text[WRITE_MAX + 1], *at = text;
    size_t length = iter_count(from);
    uint64_t priority = LOG_WARNING;

    (void)file;
    (void)pos;
    if (length > WRITE_MAX)
        return -EINVAL;
    if (iter_copy_from(from, text, length) != length)
        return -EFAULT;
    text[length] = '\0';
    if (text[0] == '<') {
        const char *digits = text + 1;
        uint64_t wanted;

        if (parse_digits(&digits, 10, &wanted) == 0 && *digits == '>') {
            priority = wanted & PRIORITY_MAX;
            at = text + (digits + 1 - text);
        }
    }
    if (length > 0 && text[length - 1] == '\n')
        text[length - 1] = '\0';
    if (priority < FACILITY_USER)
        priority |= FACILITY_USER;
    log_printf((enum log_level)priority, "%s", at);
    return (ssize_t)length;
}

/* Offsets mean nothing: to the oldest record, or behind the newest. */
static loff_t kmsg_seek(struct file *file, loff_t offset, int whence)
{
    struct kmsg_reader *reader = file->private;
    loff_t result = 0;

    if (offset != 0)
        return -ESPIPE;
    mutex_lock(&reader->lock);
    if (whence == SEEK_SET)
        log_place_oldest(&reader->place);
    else if (whence == SEEK_END)
        log_place_end(&reader->place);
    else
        result = -EINVAL;
    mutex_unlock(&reader->lock);
    return result;
}

static unsigned kmsg_poll(struct file *file, struct poll_table *table)
{
    struct kmsg_reader *reader = file->private;

    if (reader == NULL)
        return POLLERR | POLLNVAL;
    poll_wait(table, &kmsg_wait);
    return kmsg_has_more(reader) ? POLLIN | POLLRDNORM : 0;
}

static const struct file_ops kmsg_ops = {
    .open = kmsg_open,
    .release = kmsg_release,
    .read = kmsg_read,
    .write = kmsg_write,
    .seek = kmsg_seek,
    .poll = kmsg_poll,
};

static void kmsg_init(void)
{
    lookout_init(&kmsg_lookout, &kmsg_wait, log_has_grown);
    if (chrdev_register(DEV_KMSG, "kmsg", 0644, &kmsg_ops, NULL) != 0)
        pr_err("kmsg: no /dev/kmsg");
}
INIT_CALL(3, kmsg_init);
