/*
 * What the parts of the kernel show in /proc, as lists that kernel/fs/procfs.c reads; and the text
 * that they write. See pseudo.h.
 */
#include "kernel/vfs/pseudo.h"

#include "kernel/abi/errno.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"

static struct spinlock pseudo_lock = SPINLOCK_INIT(RANK_REGISTRY);
static struct list system_entries = LIST_INIT(system_entries);
static struct list process_entries = LIST_INIT(process_entries);
static const struct pseudo_processes *processes;

void text_init(struct text *text)
{
    *text = (struct text){0};
}

void text_free(struct text *text)
{
    kfree(text->bytes);
}

/* Room for `size` more bytes; false, and the error kept, when there is none. */
static bool text_reserve(struct text *text, size_t size)
{
    size_t capacity = max_t(size_t, text->capacity * 2, 256);
    char *bytes;

    if (text->error)
        return false;
    if (size <= text->capacity - text->length)
        return true;
    while (capacity - text->length < size)
        capacity *= 2;
    bytes = kmalloc(capacity);
    if (!bytes) {
        text->error = -ENOMEM;
        return false;
    }
    if (text->length)
        memcpy(bytes, text->bytes, text->length);
    kfree(text->bytes);
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void text_append(struct text *text, const void *bytes, size_t size)
{
    if (size == 0 || !text_reserve(text, size))
        return;
    memcpy(text->bytes + text->length, bytes, size);
    text->length += size;
}

static void text_emit(void *context, const char *bytes, size_t size)
{
    text_append(context, bytes, size);
}

void text_printf(struct text *text, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    format_emit(text_emit, text, fmt, args);
    va_end(args);
}

static void pseudo_add(struct list *list, struct pseudo_entry *entries, size_t count)
{
    spin_lock(&pseudo_lock);
    for (size_t i = 0; i < count; i++)
        list_add_tail(list, &entries[i].node);
    spin_unlock(&pseudo_lock);
}

void pseudo_register(struct pseudo_entry *entries, size_t count)
{
    pseudo_add(&system_entries, entries, count);
}

void pseudo_register_process(struct pseudo_entry *entries, size_t count)
{
    pseudo_add(&process_entries, entries, count);
}

void pseudo_register_processes(const struct pseudo_processes *table)
{
    processes = table;
}

const struct pseudo_processes *pseudo_processes(void)
{
    return processes;
}

struct list *pseudo_entries(bool of_process)
{
    return of_process ? &process_entries : &system_entries;
}
