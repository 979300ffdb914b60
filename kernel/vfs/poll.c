/*
 * Pollers: one thread on many wait queues, for the time of a system call. See poll.h.
 */
#include "kernel/vfs/poll.h"

#include "kernel/abi/errno.h"
#include "kernel/mm/slab.h"
#include "kernel/vfs/file.h"

static SLAB_CACHE(poller_entry_cache, struct poller_entry);

/* The queue was woken: so is the poller's thread, which asks its files again. */
static bool poller_wake(struct wait_entry *wait)
{
    struct poller *poller = container_of(wait, struct poller_entry, wait)->poller;

    atomic_store(&poller->woken, true);
    return thread_wake(poller->thread, WAKE_NORMAL);
}

static struct poller_entry *poller_entry_alloc(struct poller *poller)
{
    if (poller->inline_used < ARRAY_SIZE(poller->inline_entries))
        return &poller->inline_entries[poller->inline_used++];
    return slab_alloc(&poller_entry_cache);
}

static bool poller_entry_is_inline(const struct poller *poller, const struct poller_entry *entry)
{
    return entry >= poller->inline_entries &&
           entry < poller->inline_entries + ARRAY_SIZE(poller->inline_entries);
}

static void poller_join(struct poll_table *table, struct wait_queue *queue, unsigned events)
{
    struct poller *poller = container_of(table, struct poller, table);
    struct poller_entry *entry;

    if (poller->joined || poller->error || !(table->wanted & events))
        return;
    entry = poller_entry_alloc(poller);
    if (!entry) {
        poller->error = -ENOMEM;
        return;
    }
    entry->poller = poller;
    entry->file = table->file;
    file_get(entry->file);
    list_add_tail(&poller->entries, &entry->node);
    wait_join(queue, &entry->wait, poller_wake, false);
}

void poller_init(struct poller *poller)
{
    poller->table = (struct poll_table){.join = poller_join, .wanted = ~0u};
    poller->thread = current;
    poller->woken = poller->joined = false;
    poller->error = 0;
    poller->inline_used = 0;
    list_init(&poller->entries);
}

int poller_sleep(struct poller *poller, uint64_t deadline_ns)
{
    int err = poller->error;

    poller->joined = true;
    if (err)
        return err;
    thread_set_state(THREAD_INTERRUPTIBLE);
    if (!atomic_load(&poller->woken))
        err = wait_sleep(THREAD_INTERRUPTIBLE, deadline_ns);
    thread_set_state(THREAD_RUNNABLE);
    atomic_store(&poller->woken, false);
    return err == -ERESTARTSYS ? -ERESTARTNOHAND : err;
}

void poller_leave(struct poller *poller)
{
    struct poller_entry *entry, *ahead;

    list_for_each_entry_safe (entry, ahead, &poller->entries, node) {
        wait_leave(&entry->wait);
        file_put(entry->file);
        if (!poller_entry_is_inline(poller, entry))
            slab_free(&poller_entry_cache, entry);
    }
    list_init(&poller->entries);
}
