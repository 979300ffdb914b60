/*
 * The events as files: events/, events/SYSTEM/, events/SYSTEM/EVENT/, with a switch in each; and
 * available_events, set_event. Of a file or folder below events/, `fd` is the number of its system,
 * or the index of its event.
 */
#include "kernel/abi/dirent.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/lib/string.h"
#include "kernel/trace/buffer.h"
#include "kernel/trace/event.h"
#include "kernel/trace/trace.h"
#include "kernel/trace/tracefs.h"

/* Which events something is about: NULL is any. */
struct event_set {
    const char *system, *event;
    const char *either; /* the event's name or the system's */
};

static bool is_in_set(const struct event_set *set, const struct trace_event_name *name)
{
    return (!set->system || strcmp(set->system, name->system) == 0) &&
           (!set->event || strcmp(set->event, name->text) == 0) &&
           (!set->either || strcmp(set->either, name->system) == 0 ||
            strcmp(set->either, name->text) == 0);
}

/* The first event of the set at or behind *index; false: there is none. */
static bool set_next(const struct event_set *set, unsigned *index, struct trace_event_name *name)
{
    for (; *index < trace_event_count(); (*index)++)
        if (trace_event_name(*index, name) && is_in_set(set, name))
            return true;
    return false;
}

/* -EINVAL: there is no such event. -ENOMEM: there is no room for what they would leave. */
static int set_switch(const struct event_set *set, bool on)
{
    struct trace_event_name name;
    unsigned index = 0;
    int err = 0;

    if (!set_next(set, &index, &name))
        return -EINVAL;
    mutex_lock(&trace_lock);
    if (on)
        err = trace_buffer_make();
    for (; err == 0 && set_next(set, &index, &name); index++)
        trace_event_want(index, TRACE_TO_RING, on);
    trace_events_apply();
    mutex_unlock(&trace_lock);
    return err;
}

/* "0", "1", or "X": some are on. */
static void set_show(const struct event_set *set, struct text *text)
{
    struct trace_event_name name;
    unsigned on = 0, off = 0;

    for (unsigned index = 0; set_next(set, &index, &name); index++)
        (*(trace_event_wanted(index) & TRACE_TO_RING ? &on : &off))++;
    text_printf(text, "%s\n", on == 0 ? "0" : off == 0 ? "1" : "X");
}

static int set_store(const struct event_set *set, const char *text)
{
    bool on;
    int err = trace_store_switch(text, &on);

    return err ? err : set_switch(set, on);
}

/* --- By name --- */

int trace_available_show(const struct pseudo_subject *of, struct text *text)
{
    static const struct event_set all;
    struct trace_event_name name;

    (void)of;
    for (unsigned index = 0; set_next(&all, &index, &name); index++)
        text_printf(text, "%s:%s\n", name.system, name.text);
    return 0;
}

int trace_set_show(const struct pseudo_subject *of, struct text *text)
{
    static const struct event_set all;
    struct trace_event_name name;

    (void)of;
    for (unsigned index = 0; set_next(&all, &index, &name); index++)
        if (trace_event_wanted(index) & TRACE_TO_RING)
            text_printf(text, "%s:%s\n", name.system, name.text);
    return 0;
}

/* SYSTEM:EVENT, either of them perhaps empty or `*`; SYSTEM or EVENT; `!` in front: off. */
static int word_store(char *word)
{
    bool on = *word != '!';
    char *system = on ? word : word + 1, *colon = strchr(system, ':');
    struct event_set set = {0};

    if (colon) {
        *colon = '\0';
        set.system = *system && strcmp(system, "*") != 0 ? system : NULL;
        set.event = colon[1] && strcmp(colon + 1, "*") != 0 ? colon + 1 : NULL;
    } else {
        set.either = strcmp(system, "*") != 0 ? system : NULL;
    }
    return set_switch(&set, on);
}

int trace_set_store(const struct pseudo_subject *of, char *text)
{
    char *word = trace_trim(text), *end;
    int err = 0;

    (void)of;
    for (; *word && err == 0; word = trace_trim(end)) {
        for (end = word; *end && !strchr(" \t\n", *end); end++)
            ;
        if (*end)
            *end++ = '\0';
        err = word_store(word);
    }
    return err;
}

void trace_set_truncate(const struct pseudo_subject *of)
{
    static const struct event_set all;

    (void)of;
    (void)set_switch(&all, false);
}

/* --- events/SYSTEM/EVENT/ --- */

static void event_set_of(const struct pseudo_subject *of, struct trace_event_name *name,
                         struct event_set *set)
{
    (void)trace_event_name(of->fd, name);
    *set = (struct event_set){.system = name->system, .event = name->text};
}

static int event_enable_show(const struct pseudo_subject *of, struct text *text)
{
    struct trace_event_name name;
    struct event_set set;

    event_set_of(of, &name, &set);
    set_show(&set, text);
    return 0;
}

static int event_enable_store(const struct pseudo_subject *of, char *text)
{
    struct trace_event_name name;
    struct event_set set;

    event_set_of(of, &name, &set);
    return set_store(&set, text);
}

static int event_id_show(const struct pseudo_subject *of, struct text *text)
{
    text_printf(text, "%u\n", trace_event_id(of->fd));
    return 0;
}

static void field_show(struct text *text, const struct trace_field *field, const char *type)
{
    text_printf(text, "\tfield:%s%s;\toffset:%u;\tsize:%u;\tsigned:%u;\n", type,
                field->declaration ? "" : field->name, field->offset, field->size,
                field->is_signed);
}

static const struct trace_field common_fields[] = {
    {"common_type", "unsigned short common_type", 0, 2, false, false, false},
    {"common_flags", "unsigned char common_flags", 2, 1, false, false, false},
    {"common_preempt_count", "unsigned char common_preempt_count", 3, 1, false, false, false},
    {"common_pid", "int common_pid", 4, 4, true, false, false},
};

/* How a call's event is printed, as Linux tells it. */
static void call_format_show(const struct pseudo_subject *of, struct text *text)
{
    struct trace_call_info info;
    bool is_exit;

    if (!trace_event_call(of->fd, &info, &is_exit))
        return;
    if (is_exit) {
        text_printf(text, "\"0x%%lx\", REC->ret\n");
        return;
    }
    text_printf(text, "\"");
    for (unsigned i = 0; i < info.argument_count; i++)
        text_printf(text, "%s%s: 0x%%08lx", i ? ", " : "", info.arguments[i]);
    text_printf(text, "\"");
    for (unsigned i = 0; i < info.argument_count; i++)
        text_printf(text, ", ((unsigned long)(REC->%s))", info.arguments[i]);
    text_printf(text, "\n");
}

/* The declaration of a call's argument is its type in the call's prototype and its name. */
static void event_field_show(struct text *text, unsigned index, unsigned number,
                             const struct trace_field *field)
{
    struct trace_call_info info;
    bool is_exit;

    if (field->declaration || !trace_event_call(index, &info, &is_exit)) {
        field_show(text, field, field->declaration);
        return;
    }
    text_printf(text, "\tfield:%s%s%s;\toffset:%u;\tsize:%u;\tsigned:0;\n", info.types[number - 1],
                strchr(info.types[number - 1], '*') ? "" : " ", field->name, field->offset,
                field->size);
}

static int event_format_show(const struct pseudo_subject *of, struct text *text)
{
    struct trace_event_name name;
    struct trace_field field;

    (void)trace_event_name(of->fd, &name);
    text_printf(text, "name: %s\nID: %u\nformat:\n", name.text, trace_event_id(of->fd));
    for (size_t i = 0; i < ARRAY_SIZE(common_fields); i++)
        field_show(text, &common_fields[i], common_fields[i].declaration);
    text_printf(text, "\n");
    for (unsigned i = 0; trace_event_field(of->fd, i, &field); i++)
        event_field_show(text, of->fd, i, &field);
    text_printf(text, "\nprint fmt: ");
    if (of->fd < TRACE_EVENTS)
        text_printf(text, "%s\n", trace_events[of->fd].printing);
    else
        call_format_show(of, text);
    return 0;
}

static const struct pseudo_entry event_entries[] = {
    {.name = "enable",
     .mode = S_IFREG | 0640,
     .show = event_enable_show,
     .store = event_enable_store,
     .store_most = PSEUDO_STORE_MAX},
    {.name = "format", .mode = S_IFREG | 0440, .show = event_format_show},
    {.name = "hist", .mode = S_IFREG | 0440, .show = trace_hist_show},
    {.name = "id", .mode = S_IFREG | 0440, .show = event_id_show},
    {.name = "trigger",
     .mode = S_IFREG | 0640,
     .show = trace_trigger_show,
     .store = trace_trigger_store,
     .store_most = PSEUDO_STORE_LONG},
};

static int event_find(const struct pseudo_subject *of, const struct name *name,
                      struct pseudo_child *child)
{
    return trace_table_find(event_entries, ARRAY_SIZE(event_entries), name, of->fd, child);
}

static bool event_next(const struct pseudo_subject *of, loff_t *position, struct pseudo_name *name)
{
    (void)of;
    return trace_table_next(event_entries, ARRAY_SIZE(event_entries), position, name);
}

static const struct pseudo_dir event_dir = {.find = event_find, .next = event_next};
static const struct pseudo_entry event_entry = {.mode = S_IFDIR | 0750, .dir = &event_dir};

/* --- events/SYSTEM/ --- */

static int system_enable_show(const struct pseudo_subject *of, struct text *text)
{
    const struct event_set set = {.system = trace_system_name(of->fd)};

    set_show(&set, text);
    return 0;
}

static int system_enable_store(const struct pseudo_subject *of, char *text)
{
    const struct event_set set = {.system = trace_system_name(of->fd)};

    return set_store(&set, text);
}

static const struct pseudo_entry system_entries[] = {
    {.name = "enable",
     .mode = S_IFREG | 0640,
     .show = system_enable_show,
     .store = system_enable_store,
     .store_most = PSEUDO_STORE_MAX},
};

static bool name_is(const struct name *name, const char *text)
{
    return strlen(text) == name->length && memcmp(text, name->text, name->length) == 0;
}

static int system_find(const struct pseudo_subject *of, const struct name *name,
                       struct pseudo_child *child)
{
    const struct event_set set = {.system = trace_system_name(of->fd)};
    struct trace_event_name event;

    if (trace_table_find(system_entries, ARRAY_SIZE(system_entries), name, of->fd, child) == 0)
        return 0;
    for (unsigned index = 0; set_next(&set, &index, &event); index++) {
        if (!name_is(name, event.text))
            continue;
        child->entry = &event_entry;
        child->fd = index;
        return 0;
    }
    return -ENOENT;
}

/* The files have the first positions; those of events follow from their indexes. */
static bool system_next(const struct pseudo_subject *of, loff_t *position, struct pseudo_name *name)
{
    const struct event_set set = {.system = trace_system_name(of->fd)};
    loff_t files = ARRAY_SIZE(system_entries);
    struct trace_event_name event;
    unsigned index;

    if (trace_table_next(system_entries, ARRAY_SIZE(system_entries), position, name))
        return true;
    index = (unsigned)(*position - files);
    if (*position - files >= trace_event_count() || !set_next(&set, &index, &event))
        return false;
    strlcpy(name->space, event.text, sizeof(name->space));
    name->text = name->space;
    name->type = DT_DIR;
    *position = files + index + 1;
    return true;
}

static const struct pseudo_dir system_dir = {.find = system_find, .next = system_next};
static const struct pseudo_entry system_entry = {.mode = S_IFDIR | 0750, .dir = &system_dir};

/* --- events/ --- */

static const struct event_set all_events;

static int events_enable_show(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    set_show(&all_events, text);
    return 0;
}

static int events_enable_store(const struct pseudo_subject *of, char *text)
{
    (void)of;
    return set_store(&all_events, text);
}

static const struct pseudo_entry events_entries[] = {
    {.name = "enable",
     .mode = S_IFREG | 0640,
     .show = events_enable_show,
     .store = events_enable_store,
     .store_most = PSEUDO_STORE_MAX},
};

static int events_find(const struct pseudo_subject *of, const struct name *name,
                       struct pseudo_child *child)
{
    const char *system;

    (void)of;
    if (trace_table_find(events_entries, ARRAY_SIZE(events_entries), name, 0, child) == 0)
        return 0;
    for (unsigned i = 0; (system = trace_system_name(i)) != NULL; i++) {
        if (!name_is(name, system))
            continue;
        child->entry = &system_entry;
        child->fd = i;
        return 0;
    }
    return -ENOENT;
}

static bool events_next(const struct pseudo_subject *of, loff_t *position, struct pseudo_name *name)
{
    loff_t files = ARRAY_SIZE(events_entries);

    (void)of;
    if (trace_table_next(events_entries, ARRAY_SIZE(events_entries), position, name))
        return true;
    if (*position - files >= TRACE_SYSTEMS_MAX)
        return false;
    name->text = trace_system_name((unsigned)(*position - files));
    name->type = DT_DIR;
    (*position)++;
    return name->text != NULL;
}

const struct pseudo_dir trace_events_dir = {.find = events_find, .next = events_next};
