/*
 * The memory devices that need no memory: null(4), zero(4), full(4), random(4).
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/poll.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/core/random.h"
#include "kernel/mm/iter.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/chrdev.h"
#include "kernel/vfs/inode.h"

#define MEM_MAJOR 1
#define ZERO_STEP 65536 /* bytes between two looks at signals */
#define RANDOM_STEP 256 /* bytes made at a time */

static int mem_open(struct inode *inode, struct file *file)
{
    (void)inode;
    file->mode |= FMODE_POSITION;
    return 0;
}

/* lseek(2) succeeds and goes nowhere. */
static loff_t mem_seek(struct file *file, loff_t offset, int whence)
{
    (void)file;
    (void)offset;
    (void)whence;
    return 0;
}

static ssize_t null_read(struct file *file, struct iter *to, loff_t *pos)
{
    (void)file;
    (void)to;
    (void)pos;
    return 0;
}

static ssize_t null_write(struct file *file, struct iter *from, loff_t *pos)
{
    size_t count = iter_count(from);

    (void)file;
    (void)pos;
    iter_skip(from, count);
    return (ssize_t)count;
}

static ssize_t full_write(struct file *file, struct iter *from, loff_t *pos)
{
    (void)file;
    (void)from;
    (void)pos;
    return -ENOSPC;
}

/* Fills an iter in steps; a signal ends a long one between two of them. */
static ssize_t fill_steps(struct iter *to, size_t step,
                          size_t (*fill)(struct iter *to, size_t size))
{
    ssize_t done = 0;

    while (iter_count(to) != 0) {
        size_t wanted = min(iter_count(to), step);
        size_t moved = fill(to, wanted);

        done += (ssize_t)moved;
        if (moved < wanted)
            return done ? done : -EFAULT;
        if (thread_interrupted())
            break;
    }
    return done;
}

static ssize_t zero_read(struct file *file, struct iter *to, loff_t *pos)
{
    (void)file;
    (void)pos;
    return fill_steps(to, ZERO_STEP, iter_zero);
}

static int zero_mmap(struct file *file, bool shared, struct page_cache **cache)
{
    (void)file;
    (void)shared;
    *cache = NULL;
    return 0;
}

static size_t random_fill(struct iter *to, size_t size)
{
    uint8_t bytes[RANDOM_STEP];

    random_bytes(bytes, size);
    return iter_copy_to(to, bytes, size);
}

static ssize_t random_read(struct file *file, struct iter *to, loff_t *pos)
{
    (void)file;
    (void)pos;
    return fill_steps(to, RANDOM_STEP, random_fill);
}

/* What is written is stirred in. */
static ssize_t random_write(struct file *file, struct iter *from, loff_t *pos)
{
    ssize_t done = 0;

    (void)file;
    (void)pos;
    while (iter_count(from) != 0) {
        uint8_t bytes[RANDOM_STEP];
        size_t moved = iter_copy_from(from, bytes, sizeof(bytes));

        if (moved == 0)
            return done ? done : -EFAULT;
        random_mix(bytes, moved);
        done += (ssize_t)moved;
        if (thread_interrupted())
            break;
    }
    return done;
}

/* There is never too little of it, so nobody needs to write. */
static unsigned random_poll(struct file *file, struct poll_table *table)
{
    (void)file;
    (void)table;
    return POLLIN | POLLRDNORM;
}

static const struct file_ops null_ops = {
    .open = mem_open, .read = null_read, .write = null_write, .seek = mem_seek};
static const struct file_ops zero_ops = {
    .open = mem_open, .read = zero_read, .write = null_write, .seek = mem_seek, .mmap = zero_mmap};
static const struct file_ops full_ops = {
    .open = mem_open, .read = zero_read, .write = full_write, .seek = mem_seek};
static const struct file_ops urandom_ops = {
    .open = mem_open, .read = random_read, .write = random_write, .seek = mem_seek};
static const struct file_ops random_ops = {.open = mem_open,
                                           .read = random_read,
                                           .write = random_write,
                                           .seek = mem_seek,
                                           .poll = random_poll};

static const struct {
    unsigned minor;
    const char *name;
    const struct file_ops *ops;
} mem_devices[] = {
    {3, "null", &null_ops},     {5, "zero", &zero_ops},       {7, "full", &full_ops},
    {8, "random", &random_ops}, {9, "urandom", &urandom_ops},
};

static void mem_devices_init(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(mem_devices); i++) {
        int err = chrdev_register(DEV_MAKE(MEM_MAJOR, mem_devices[i].minor), mem_devices[i].name,
                                  0666, mem_devices[i].ops, NULL);

        if (err)
            pr_err("/dev/%s: error %d", mem_devices[i].name, -err);
    }
}
INIT_CALL(3, mem_devices_init);
