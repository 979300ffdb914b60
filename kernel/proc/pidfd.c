/*
 * Descriptors of processes. See pidfd.h.
 *
 * A handle is made with the first descriptor of a process, and ends with the last one; the process
 * only knows of it. Locking: what leads from one to the other, and the count, are under
 * process_tree_lock.
 */
#include "kernel/proc/pidfd.h"

#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/mm/slab.h"
#include "kernel/vfs/anonymous.h"
#include "kernel/vfs/poll.h"
#include "kernel/vfs/pseudo.h"

struct process_handle {
    unsigned descriptors;
    struct process *process; /* NULL once it has been waited for */
    struct wait_queue wait;  /* it ends, it is waited for */
};

static SLAB_CACHE(process_handle_cache, struct process_handle);

static const struct file_ops pidfd_ops;

/* One descriptor less. */
static void handle_put(struct process_handle *handle)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    bool is_last = --handle->descriptors == 0;

    if (is_last && handle->process != NULL)
        handle->process->handle = NULL;
    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (is_last)
        slab_free(&process_handle_cache, handle);
}

/* The process's handle, for one descriptor more: `fresh` becomes it if there is none. NULL: the
 * process is gone. Under the tree lock. */
static struct process_handle *handle_of(struct process *process, struct process_handle *fresh)
{
    if (process->state == PROCESS_GONE)
        return NULL;
    if (process->handle == NULL) {
        fresh->process = process;
        process->handle = fresh;
    }
    process->handle->descriptors++;
    return process->handle;
}

/* -ENOMEM, -ESRCH. */
static int handle_get(struct process *process, struct process_handle **out)
{
    struct process_handle *fresh = slab_alloc(&process_handle_cache);
    unsigned long flags;

    if (fresh == NULL)
        return -ENOMEM;
    wait_queue_init(&fresh->wait);
    flags = spin_lock_irqsave(&process_tree_lock);
    *out = handle_of(process, fresh);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (*out != fresh)
        slab_free(&process_handle_cache, fresh);
    return *out != NULL ? 0 : -ESRCH;
}

void pidfd_process_ended(struct process *process)
{
    if (process->handle != NULL)
        wake_up(&process->handle->wait);
}

void pidfd_process_gone(struct process *process)
{
    struct process_handle *handle = process->handle;

    if (handle == NULL)
        return;
    process->handle = NULL;
    handle->process = NULL;
    wake_up(&handle->wait);
}

int pidfd_process(const struct file *file, struct process **out)
{
    const struct process_handle *handle = file->private;
    unsigned long flags;

    if (file->ops != &pidfd_ops)
        return -EBADF;
    flags = spin_lock_irqsave(&process_tree_lock);
    *out = handle->process != NULL ? process_get(handle->process) : NULL;
    spin_unlock_irqrestore(&process_tree_lock, flags);
    return *out != NULL ? 0 : -ESRCH;
}

static unsigned pidfd_poll(struct file *file, struct poll_table *table)
{
    struct process_handle *handle = file->private;
    unsigned ready = POLLIN | POLLRDNORM;
    unsigned long flags;

    poll_wait_for(table, &handle->wait, POLLIN | POLLRDNORM | POLLHUP);
    flags = spin_lock_irqsave(&process_tree_lock);
    if (handle->process == NULL)
        ready |= POLLHUP;
    else if (handle->process->state == PROCESS_LIVE)
        ready = 0;
    spin_unlock_irqrestore(&process_tree_lock, flags);
    return ready;
}

static void pidfd_info(struct file *file, struct text *text)
{
    struct process *process;
    pid_t number = -1;

    if (pidfd_process(file, &process) == 0) {
        number = process->pid->number;
        process_put(process);
    }
    text_printf(text, "Pid:\t%d\nNSpid:\t%d\n", number, number);
}

static void pidfd_release(struct file *file)
{
    handle_put(file->private);
}

static const struct file_ops pidfd_ops = {
    .release = pidfd_release,
    .poll = pidfd_poll,
    .info = pidfd_info,
};

static struct anonymous_kind pidfd_kind = {.name = "[pidfd]", .ops = &pidfd_ops};

int pidfd_create(struct process *process, unsigned flags, struct file **out)
{
    struct process_handle *handle;
    int err = handle_get(process, &handle);

    if (err != 0)
        return err;
    err = anonymous_create(&pidfd_kind, O_RDWR | flags, handle, out);
    if (err != 0)
        handle_put(handle);
    return err;
}

static void pidfd_init(void)
{
    anonymous_register(&pidfd_kind);
}
INIT_CALL(2, pidfd_init);
