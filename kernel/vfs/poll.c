/*
 * Poll tables: one thread on many wait queues. See poll.h.
 */
#include "kernel/vfs/poll.h"

#include "kernel/abi/errno.h"
#include "kernel/mm/slab.h"
#include "kernel/vfs/file.h"

static SLAB_CACHE(poll_entry_cache, struct poll_entry);

void poll_table_init(struct poll_table *table)
{
    table->thread = current;
    table->woken = table->joined = false;
    table->error = 0;
    table->file = NULL;
    table->inline_used = 0;
    list_init(&table->entries);
}

/* The queue was woken: so is the table's thread, which asks its files again. */
static bool poll_wake(struct wait_entry *wait)
{
    struct poll_table *table = container_of(wait, struct poll_entry, wait)->table;

    atomic_store(&table->woken, true);
    return thread_wake(table->thread, WAKE_NORMAL);
}

static struct poll_entry *poll_entry_alloc(struct poll_table *table)
{
    if (table->inline_used < ARRAY_SIZE(table->inline_entries))
        return &table->inline_entries[table->inline_used++];
    return slab_alloc(&poll_entry_cache);
}

static bool poll_entry_is_inline(const struct poll_table *table, const struct poll_entry *entry)
{
    return entry >= table->inline_entries &&
           entry < table->inline_entries + ARRAY_SIZE(table->inline_entries);
}

void poll_wait(struct poll_table *table, struct wait_queue *queue)
{
    struct poll_entry *entry;

    if (!table || table->joined || table->error)
        return;
    entry = poll_entry_alloc(table);
    if (!entry) {
        table->error = -ENOMEM;
        return;
    }
    entry->table = table;
    entry->file = table->file;
    file_get(entry->file);
    list_add_tail(&table->entries, &entry->node);
    wait_join(queue, &entry->wait, poll_wake, false);
}

int poll_table_sleep(struct poll_table *table, uint64_t deadline_ns)
{
    int err = table->error;

    table->joined = true;
    if (err)
        return err;
    thread_set_state(THREAD_INTERRUPTIBLE);
    if (!atomic_load(&table->woken))
        err = wait_sleep(THREAD_INTERRUPTIBLE, deadline_ns);
    thread_set_state(THREAD_RUNNABLE);
    atomic_store(&table->woken, false);
    return err;
}

void poll_table_leave(struct poll_table *table)
{
    struct poll_entry *entry, *ahead;

    list_for_each_entry_safe (entry, ahead, &table->entries, node) {
        wait_leave(&entry->wait);
        file_put(entry->file);
        if (!poll_entry_is_inline(table, entry))
            slab_free(&poll_entry_cache, entry);
    }
    list_init(&table->entries);
}
