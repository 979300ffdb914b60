/*
 * The slots of a pipe: how many it has (fcntl(2) F_SETPIPE_SZ), and whom they are charged to.
 *
 * Each slot may hold a page of the kernel's memory. So users have a limit (pipe(7), "pipe-user-
 * pages-soft"): who is over it gets small pipes, and can't make one larger.
 *
 * Locking: pipe->lock; a user's count is atomic.
 */
#include "arch/api/memory.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/ipc/pipe.h"
#include "kernel/ipc/pipe_internal.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/task.h"
#include "kernel/proc/user.h"
#include "kernel/vfs/pseudo.h"

#define SLOTS_DEFAULT 16u
#define SLOTS_SMALL 2u /* of a pipe whose user is over the limit */
#define SLOTS_OF_USER_MAX (1u << 14)

uint64_t pipe_size_max = 1ul << 20;

/* False, with nothing charged: these would be too many, for who isn't privileged. */
static bool slots_charge(struct user *user, unsigned count)
{
    if (atomic_add(&user->pipe_slots, count) <= SLOTS_OF_USER_MAX ||
        cred_is_privileged(current->cred))
        return true;
    atomic_sub(&user->pipe_slots, count);
    return false;
}

int pipe_slots_init(struct pipe *pipe)
{
    struct user *owner = current_task()->user;
    unsigned capacity = SLOTS_DEFAULT;

    if (!slots_charge(owner, capacity)) {
        capacity = SLOTS_SMALL;
        atomic_add(&owner->pipe_slots, capacity);
    }
    pipe->slots = kmalloc_array(capacity, sizeof(struct pipe_slot));
    if (!pipe->slots) {
        atomic_sub(&owner->pipe_slots, capacity);
        return -ENOMEM;
    }
    pipe->capacity = capacity;
    pipe->owner = user_get(owner);
    return 0;
}

void pipe_slots_free(struct pipe *pipe)
{
    atomic_sub(&pipe->owner->pipe_slots, pipe->capacity);
    user_put(pipe->owner);
    kfree(pipe->slots);
}

long pipe_get_size(struct file *file)
{
    const struct pipe *pipe = file->private;

    return (long)(READ_ONCE(pipe->capacity) * PAGE_SIZE);
}

/* Puts other slots in place of a pipe's; the old ones are returned in *slots. Under the lock. */
static int pipe_replace_slots(struct pipe *pipe, struct pipe_slot **slots, unsigned capacity)
{
    struct pipe_slot *old = pipe->slots;
    unsigned used = pipe_used(pipe);

    if (used > capacity)
        return -EBUSY;
    if (capacity > pipe->capacity && !slots_charge(pipe->owner, capacity - pipe->capacity))
        return -EPERM;
    if (capacity < pipe->capacity)
        atomic_sub(&pipe->owner->pipe_slots, pipe->capacity - capacity);
    for (unsigned i = 0; i < used; i++)
        (*slots)[i] = *pipe_slot(pipe, pipe->tail + i);
    pipe->slots = *slots;
    WRITE_ONCE(pipe->capacity, capacity);
    WRITE_ONCE(pipe->tail, 0);
    WRITE_ONCE(pipe->head, used);
    *slots = old;
    return 0;
}

static int pipe_resize(struct pipe *pipe, unsigned capacity)
{
    struct pipe_slot *slots = kmalloc_array(capacity, sizeof(*slots));
    int err;

    if (!slots)
        return -ENOMEM;
    mutex_lock(&pipe->lock);
    err = pipe_replace_slots(pipe, &slots, capacity);
    mutex_unlock(&pipe->lock);
    wake_up_all(&pipe->read_wait);
    wake_up_all(&pipe->write_wait);
    kfree(slots);
    return err;
}

long pipe_set_size(struct file *file, unsigned long size)
{
    unsigned long capacity = 1;
    int err;

    if (size > 1ul << 31)
        return -EINVAL;
    while (capacity * PAGE_SIZE < size)
        capacity *= 2;
    if (capacity * PAGE_SIZE > atomic_load(&pipe_size_max) && !cred_is_privileged(current->cred))
        return -EPERM;
    err = pipe_resize(file->private, (unsigned)capacity);
    return err ? err : (long)(capacity * PAGE_SIZE);
}

static int show_size_max(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    text_printf(text, "%llu\n", (unsigned long long)atomic_load(&pipe_size_max));
    return 0;
}

/* Rounded up to a size that pipes have. */
static int store_size_max(const struct pseudo_subject *of, char *text)
{
    uint64_t number, size = PAGE_SIZE;
    int err = pseudo_store_number(text, 1, 1ul << 31, &number);

    (void)of;
    while (err == 0 && size < number)
        size *= 2;
    if (err == 0)
        atomic_store(&pipe_size_max, size);
    return err;
}

static struct pseudo_entry fs_values[] = {
    {.name = "pipe-max-size",
     .mode = S_IFREG | 0644,
     .show = show_size_max,
     .store = store_size_max,
     .store_most = PSEUDO_STORE_MAX},
};

static void pipe_values_register(void)
{
    pseudo_register_sys(PSEUDO_SYS_FS, fs_values, ARRAY_SIZE(fs_values));
}
INIT_CALL(2, pipe_values_register);
