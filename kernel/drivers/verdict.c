/*
 * The verdict on COM4, and /dev/verdict. See verdict.h.
 *
 * Who gives the verdict is one atomic word: it goes from nobody to the program that opened
 * /dev/verdict or to the kernel, and stays there.
 */
#include "kernel/drivers/verdict.h"

#include "arch/api/cpu.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/atomic.h"
#include "kernel/core/clock.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/drivers/uart.h"
#include "kernel/lib/string.h"
#include "kernel/mm/iter.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/chrdev.h"

#define DEV_VERDICT DEV_MAKE(240, 2)
#define COPY_BYTES 64u

enum speaker {
    SPEAKER_NOBODY,
    SPEAKER_PROGRAM,
    SPEAKER_KERNEL,
};

static uint32_t speaker; /* enum speaker; atomic */
static bool was_opened;  /* atomic */

/* True for whom the floor is given to, or belongs to already. */
static bool verdict_speak(uint32_t who)
{
    uint32_t found = SPEAKER_NOBODY;

    return atomic_compare_swap(&speaker, &found, who) || found == who;
}

void verdict_drain(void)
{
    uint64_t end = clock_monotonic_ns() + NSEC_PER_SEC;

    while (!uart_is_idle(&uarts[UART_COM4]) && clock_monotonic_ns() < end)
        cpu_relax();
}

void verdict_write(const char *line)
{
    uint32_t found = SPEAKER_NOBODY;

    if (!atomic_compare_swap(&speaker, &found, (uint32_t)SPEAKER_KERNEL))
        return;
    uart_write(&uarts[UART_COM4], line, strlen(line));
    uart_write(&uarts[UART_COM4], "\n", 1);
}

static int verdict_open(struct inode *inode, struct file *file)
{
    (void)inode;
    if (file->mode & FMODE_READ)
        return -EACCES;
    return atomic_swap(&was_opened, true) ? -EBUSY : 0;
}

/* Waits until the command's output has left the machine: the verdict ends the run. */
static int streams_drain(void)
{
    int err = 0;

    while (err == 0 && (!uart_is_idle(&uarts[UART_COM2]) || !uart_is_idle(&uarts[UART_COM3])))
        err = thread_sleep_until(clock_monotonic_ns() + NSEC_PER_MSEC);
    return err;
}

static ssize_t verdict_write_file(struct file *file, struct iter *from, loff_t *pos)
{
    char bytes[COPY_BYTES];
    ssize_t total = streams_drain();

    (void)file;
    (void)pos;
    if (total < 0)
        return total;
    while (iter_count(from) > 0) {
        size_t count = iter_copy_from(from, bytes, sizeof(bytes));

        if (count == 0)
            return total > 0 ? total : -EFAULT;
        if (!verdict_speak(SPEAKER_PROGRAM))
            return -EIO;
        uart_write(&uarts[UART_COM4], bytes, count);
        total += count;
    }
    return total;
}

static const struct file_ops verdict_ops = {
    .open = verdict_open,
    .write = verdict_write_file,
};

static void verdict_register(void)
{
    int err = 0;

    if (uarts[UART_COM4].present)
        err = chrdev_register(DEV_VERDICT, "verdict", 0600, &verdict_ops, NULL);
    if (err != 0)
        pr_err("verdict: cannot register the device (error %d)", -err);
}
INIT_CALL(3, verdict_register);
