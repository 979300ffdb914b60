/*
 * /proc/kmsg (proc(5)): the kernel's log for one reader. What is read here is taken, from syslog(2)
 * too (SYSLOG_ACTION_READ), with which it shares the place. Root's.
 *
 * Locking: take_lock guards the place.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/poll.h"
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/drivers/kmsg.h"
#include "kernel/mm/iter.h"
#include "kernel/sched/mutex.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/poll.h"
#include "kernel/vfs/pseudo.h"

#define STEP_BYTES 512u

static struct mutex take_lock = MUTEX_INIT(take_lock, RANK_DEVICE);
static uint64_t take_position;

size_t log_untaken(void)
{
    uint64_t end;
    size_t count;

    mutex_lock(&take_lock);
    end = log_end();
    count = end - min(end, max(take_position, log_oldest()));
    mutex_unlock(&take_lock);
    return count;
}

static size_t bytes_take(char *bytes, size_t size)
{
    size_t count;

    mutex_lock(&take_lock);
    count = log_read(&take_position, bytes, size);
    mutex_unlock(&take_lock);
    return count;
}

static int log_wait(void)
{
    int err;

    kmsg_watch();
    err = wait_event(&kmsg_wait, log_untaken() > 0);
    kmsg_unwatch();
    return err;
}

ssize_t log_take(struct iter *to, bool waits)
{
    char bytes[STEP_BYTES];
    size_t total = 0;
    int err = 0;

    while (err == 0 && iter_count(to) > 0) {
        size_t count = bytes_take(bytes, min(iter_count(to), sizeof(bytes)));

        if (count == 0 && total > 0)
            break;
        if (count == 0)
            err = waits ? log_wait() : -EAGAIN;
        else if (iter_copy_to(to, bytes, count) != count)
            err = -EFAULT;
        else
            total += count;
    }
    return total > 0 ? (ssize_t)total : err;
}

/* It has no position, lest a reader who waits keep the next one from being interrupted. */
static int proc_kmsg_open(struct inode *inode, struct file *file)
{
    (void)inode;
    file->mode &= ~(unsigned)FMODE_POSITION;
    kmsg_watch();
    return 0;
}

static void proc_kmsg_release(struct file *file)
{
    (void)file;
    kmsg_unwatch();
}

static ssize_t proc_kmsg_read(struct file *file, struct iter *to, loff_t *pos)
{
    (void)pos;
    return log_take(to, !file_is_nonblocking(file));
}

static unsigned proc_kmsg_poll(struct file *file, struct poll_table *table)
{
    (void)file;
    poll_wait(table, &kmsg_wait);
    return log_untaken() > 0 ? POLLIN | POLLRDNORM : 0;
}

static const struct file_ops proc_kmsg_ops = {
    .open = proc_kmsg_open,
    .release = proc_kmsg_release,
    .read = proc_kmsg_read,
    .poll = proc_kmsg_poll,
};

static struct pseudo_entry entries[] = {
    {.name = "kmsg", .mode = S_IFREG | 0400, .ops = &proc_kmsg_ops},
};

static void proc_kmsg_register(void)
{
    pseudo_register(entries, ARRAY_SIZE(entries));
}
INIT_CALL(2, proc_kmsg_register);
