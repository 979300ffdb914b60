/*
 * What the parts of the kernel show in /proc, as lists that kernel/fs/procfs.c reads; and the text
 * that they write. See pseudo.h.
 */
#include "kernel/vfs/pseudo.h"

#include "kernel/abi/errno.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/format.h"
#include "kernel/lib/parse.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"

#define NUMBER_DIGITS 10 /* of an int */

static struct spinlock pseudo_lock = SPINLOCK_INIT(RANK_REGISTRY);
static struct list system_entries = LIST_INIT(system_entries);
static struct list process_entries = LIST_INIT(process_entries);
static struct list sys_entries[PSEUDO_SYS_COUNT] = {
    LIST_INIT(sys_entries[PSEUDO_SYS_FS]),         LIST_INIT(sys_entries[PSEUDO_SYS_KERNEL]),
    LIST_INIT(sys_entries[PSEUDO_SYS_VM]),         LIST_INIT(sys_entries[PSEUDO_SYS_FS_EPOLL]),
    LIST_INIT(sys_entries[PSEUDO_SYS_FS_INOTIFY]), LIST_INIT(sys_entries[PSEUDO_SYS_KERNEL_RANDOM]),
};

static struct list file_systems = LIST_INIT(file_systems); /* constant after INIT_CALL(1) */

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

void pseudo_register_sys(enum pseudo_sys directory, struct pseudo_entry *entries, size_t count)
{
    pseudo_add(&sys_entries[directory], entries, count);
}

void pseudo_fs_register(struct pseudo_fs *fs)
{
    spin_lock(&pseudo_lock);
    list_add_tail(&file_systems, &fs->node);
    spin_unlock(&pseudo_lock);
}

void pseudo_fs_for_each(void (*visit)(struct pseudo_fs *fs))
{
    struct pseudo_fs *fs;

    list_for_each_entry (fs, &file_systems, node)
        visit(fs);
}

static bool entry_is(const struct pseudo_entry *entry, const struct name *name)
{
    return strlen(entry->name) == name->length &&
           memcmp(entry->name, name->text, name->length) == 0;
}

const struct pseudo_entry *pseudo_sys_find(enum pseudo_sys directory, const struct name *name)
{
    const struct pseudo_entry *entry;

    list_for_each_entry (entry, &sys_entries[directory], node)
        if (entry_is(entry, name))
            return entry;
    return NULL;
}

bool pseudo_sys_next(enum pseudo_sys directory, loff_t *position, struct pseudo_name *name)
{
    const struct pseudo_entry *entry;
    loff_t at = 0;

    list_for_each_entry (entry, &sys_entries[directory], node) {
        if (at++ < *position)
            continue;
        name->text = entry->name;
        name->type = entry->mode >> 12;
        *position = at;
        return true;
    }
    return false;
}

static const char *skip_blanks(const char *text)
{
    while (*text == ' ' || *text == '\t' || *text == '\n')
        text++;
    return text;
}

int pseudo_store_number(const char *text, uint64_t least, uint64_t most, uint64_t *value)
{
    uint64_t number;

    text = skip_blanks(text);
    if (parse_digits(&text, 10, &number) != 0 || *skip_blanks(text) != '\0')
        return -EINVAL;
    if (number < least || number > most)
        return -EINVAL;
    *value = number;
    return 0;
}

static const struct list *entries_of(const struct pseudo_subject *of)
{
    return of->task ? &process_entries : &system_entries;
}

const struct pseudo_entry *pseudo_find(const struct pseudo_subject *of, const struct name *name)
{
    const struct pseudo_entry *entry;

    list_for_each_entry (entry, entries_of(of), node) {
        if (entry_is(entry, name))
            return of->is_thread && entry->only_in_process ? NULL : entry;
    }
    return NULL;
}

bool pseudo_next(const struct pseudo_subject *of, loff_t *position, struct pseudo_name *name)
{
    const struct pseudo_entry *entry;
    loff_t at = 0;

    list_for_each_entry (entry, entries_of(of), node) {
        if (at++ < *position || (of->is_thread && entry->only_in_process))
            continue;
        name->text = entry->name;
        name->type = entry->mode >> 12;
        *position = at;
        return true;
    }
    return false;
}

void pseudo_name_number(struct pseudo_name *name, unsigned number, unsigned type)
{
    format_string(name->space, sizeof(name->space), "%u", number);
    name->text = name->space;
    name->type = type;
}

int pseudo_number(const struct name *name, unsigned *number)
{
    char text[NUMBER_DIGITS + 1];
    uint64_t value;

    if (name->length > NUMBER_DIGITS || (name->text[0] == '0' && name->length != 1))
        return -ENOENT;
    memcpy(text, name->text, name->length);
    text[name->length] = '\0';
    if (parse_u64(text, 10, &value) != 0 || value > INT32_MAX)
        return -ENOENT;
    *number = (unsigned)value;
    return 0;
}
