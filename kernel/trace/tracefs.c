/*
 * tracefs (Linux's Documentation/trace/ftrace.rst, events.rst): tracing by files, for cat and echo.
 * Root's alone. kernel/fs/procfs.c makes the files of the entries here; `fd` of what they are asked
 * about is which event or system it is (event_file.c).
 */
#include "kernel/trace/tracefs.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/atomic.h"
#include "kernel/core/init.h"
#include "kernel/lib/string.h"
#include "kernel/trace/buffer.h"
#include "kernel/trace/event.h"

#define TRACEFS_MAGIC 0x74726163
#define CLOCK_NAME "mono"

int trace_table_find(const struct pseudo_entry *entries, size_t count, const struct name *name,
                     unsigned fd, struct pseudo_child *child)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(entries[i].name) != name->length ||
            memcmp(entries[i].name, name->text, name->length) != 0)
            continue;
        child->entry = &entries[i];
        child->fd = fd;
        return 0;
    }
    return -ENOENT;
}

bool trace_table_next(const struct pseudo_entry *entries, size_t count, loff_t *position,
                      struct pseudo_name *name)
{
    if (*position < 0 || (size_t)*position >= count)
        return false;
    name->text = entries[*position].name;
    name->type = entries[*position].mode >> 12;
    (*position)++;
    return true;
}

char *trace_trim(char *text)
{
    size_t length;

    while (*text == ' ' || *text == '\t' || *text == '\n')
        text++;
    length = strlen(text);
    while (length > 0 && strchr(" \t\n", text[length - 1]))
        text[--length] = '\0';
    return text;
}

int trace_store_switch(const char *text, bool *on)
{
    uint64_t value;
    int err = pseudo_store_number(text, 0, 1, &value);

    if (err == 0)
        *on = value != 0;
    return err;
}

static int tracing_on_show(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    text_printf(text, "%d\n", atomic_load(&trace_is_on));
    return 0;
}

static int tracing_on_store(const struct pseudo_subject *of, char *text)
{
    bool on;
    int err = trace_store_switch(text, &on);

    (void)of;
    if (err)
        return err;
    atomic_store(&trace_is_on, on);
    wake_up_all(&trace_wait); /* who has read all that there was is at the end */
    return 0;
}

static int size_show(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    mutex_lock(&trace_lock);
    text_printf(text, "%lu\n", trace_buffer_kib());
    mutex_unlock(&trace_lock);
    return 0;
}

static int total_size_show(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    mutex_lock(&trace_lock);
    text_printf(text, "%lu\n", trace_buffer_kib() * cpus_online());
    mutex_unlock(&trace_lock);
    return 0;
}

static int size_store(const struct pseudo_subject *of, char *text)
{
    uint64_t kib;
    int err = pseudo_store_number(text, 1, UINT32_MAX, &kib);

    (void)of;
    if (err)
        return err;
    mutex_lock(&trace_lock);
    err = trace_buffer_resize(kib);
    mutex_unlock(&trace_lock);
    return err;
}

static int clock_show(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    text_printf(text, "[" CLOCK_NAME "]\n");
    return 0;
}

/* The one clock can be chosen. */
static int clock_store(const struct pseudo_subject *of, char *text)
{
    (void)of;
    return strcmp(trace_trim(text), CLOCK_NAME) == 0 ? 0 : -EINVAL;
}

static const struct pseudo_entry root_entries[] = {
    {.name = "available_events", .mode = S_IFREG | 0440, .show = trace_available_show},
    {.name = "buffer_size_kb",
     .mode = S_IFREG | 0640,
     .show = size_show,
     .store = size_store,
     .store_most = PSEUDO_STORE_MAX},
    {.name = "buffer_total_size_kb", .mode = S_IFREG | 0440, .show = total_size_show},
    {.name = "events", .mode = S_IFDIR | 0750, .dir = &trace_events_dir},
    {.name = "set_event",
     .mode = S_IFREG | 0640,
     .show = trace_set_show,
     .store = trace_set_store,
     .store_most = PSEUDO_STORE_LONG,
     .store_by_words = true,
     .truncate = trace_set_truncate},
    {.name = "trace",
     .mode = S_IFREG | 0640,
     .ops = &trace_file_ops,
     .truncate = trace_file_truncate},
    {.name = "trace_clock",
     .mode = S_IFREG | 0640,
     .show = clock_show,
     .store = clock_store,
     .store_most = PSEUDO_STORE_MAX},
    {.name = "trace_marker", .mode = S_IFREG | 0220, .ops = &trace_marker_ops},
    {.name = "trace_pipe", .mode = S_IFREG | 0440, .ops = &trace_pipe_ops},
    {.name = "tracing_on",
     .mode = S_IFREG | 0640,
     .show = tracing_on_show,
     .store = tracing_on_store,
     .store_most = PSEUDO_STORE_MAX},
};

static int root_find(const struct pseudo_subject *of, const struct name *name,
                     struct pseudo_child *child)
{
    (void)of;
    return trace_table_find(root_entries, ARRAY_SIZE(root_entries), name, 0, child);
}

static bool root_next(const struct pseudo_subject *of, loff_t *position, struct pseudo_name *name)
{
    (void)of;
    return trace_table_next(root_entries, ARRAY_SIZE(root_entries), position, name);
}

static const struct pseudo_dir root_dir = {.find = root_find, .next = root_next};
static const struct pseudo_entry root = {.mode = S_IFDIR | 0700, .dir = &root_dir};

static struct pseudo_fs tracefs = {
    .type = {.name = "tracefs", .magic = TRACEFS_MAGIC},
    .root = &root,
};

static void tracefs_init(void)
{
    pseudo_fs_register(&tracefs);
}
INIT_CALL(1, tracefs_init);
