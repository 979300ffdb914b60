/*
 * Counting events by keys; see hist.h. A histogram has one table per CPU, into which only that CPU
 * writes, with interrupts off; they are added up when somebody reads.
 *
 * Locking: which histograms there are is under trace_lock. A table's words are atomic: `used` is
 * set when the key stands.
 */
#include "kernel/trace/hist.h"

#include "kernel/abi/errno.h"
#include "kernel/core/atomic.h"
#include "kernel/lib/string.h"
#include "kernel/mm/area.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/trace/buffer.h"
#include "kernel/trace/event.h"
#include "kernel/trace/trace.h"
#include "kernel/trace/tracefs.h"

#define HISTS_MAX 8u
#define KEYS_MAX 3u
#define CELLS 2048u    /* of a CPU; a power of two */
#define PROBES_MAX 32u /* while interrupts are off */
#define TEXT_MAX 128u

enum key_kind {
    KEY_NUMBER,
    KEY_LOG2,
    KEY_SYSCALL,
    KEY_EXECNAME,
};

struct hist_key {
    struct trace_field field;
    char name[32];
    enum key_kind kind;
};

struct hist_cell {
    uint64_t keys[KEYS_MAX];
    char comm[THREAD_NAME_MAX]; /* of who came first */
    uint64_t hits, total, most;
    uint64_t used;
};

struct hist_table {
    uint32_t cell_count;
    uint64_t dropped;
    struct hist_cell cells[];
};

struct hist {
    unsigned index; /* the event's */
    char text[TEXT_MAX];
    struct hist_key keys[KEYS_MAX], value;
    unsigned key_count;
    bool has_value;
    struct hist_table *tables[MAX_CPUS];
};

static struct hist *hists[HISTS_MAX]; /* atomic */

/* --- Counting --- */

static uint64_t field_value(const struct trace_field *field, const void *record)
{
    const char *at = (const char *)record + field->offset;

    if (field->size == 8)
        return *(const uint64_t *)(const void *)at;
    return field->is_signed ? (uint64_t)(int64_t) * (const int32_t *)(const void *)at
                            : *(const uint32_t *)(const void *)at;
}

/* The least power of two that is not below it, as Linux counts; 0 has 0. */
static uint64_t log2_above(uint64_t value)
{
    return value <= 1 ? 0 : 64 - (uint64_t)__builtin_clzl(value - 1);
}

static uint64_t key_value(const struct hist_key *key, const void *record)
{
    uint64_t value = field_value(&key->field, record);

    return key->kind == KEY_LOG2 ? log2_above(value) : value;
}

/* The keys' cell, made if there is none; NULL: the first `most` places for it are others'. */
static struct hist_cell *cell_of(struct hist_table *table, const uint64_t *keys, const char *comm,
                                 uint32_t most)
{
    uint64_t hash = 0;

    for (unsigned i = 0; i < KEYS_MAX; i++)
        hash = (hash ^ keys[i]) * 0x9e3779b97f4a7c15u;
    hash >>= 32;
    for (uint32_t i = 0; i < most; i++) {
        struct hist_cell *cell = &table->cells[(hash + i) & (table->cell_count - 1)];

        if (!cell->used) {
            memcpy(cell->keys, keys, sizeof(cell->keys));
            memcpy(cell->comm, comm, sizeof(cell->comm));
            atomic_store(&cell->used, 1);
            return cell;
        }
        if (memcmp(cell->keys, keys, sizeof(cell->keys)) == 0)
            return cell;
    }
    return NULL;
}

static struct hist *hist_of(unsigned index)
{
    for (unsigned i = 0; i < HISTS_MAX; i++) {
        struct hist *hist = atomic_load(&hists[i]);

        if (hist && hist->index == index)
            return hist;
    }
    return NULL;
}

void trace_hist_add(unsigned index, const struct trace_common *record)
{
    struct hist *hist = hist_of(index);
    struct hist_table *table;
    struct hist_cell *cell;
    uint64_t keys[KEYS_MAX] = {0}, value;

    if (!hist)
        return;
    table = hist->tables[cpu_id()];
    for (unsigned i = 0; i < hist->key_count; i++)
        keys[i] = key_value(&hist->keys[i], record);
    cell = cell_of(table, keys, current->name, PROBES_MAX);
    if (!cell) {
        WRITE_ONCE(table->dropped, table->dropped + 1);
        return;
    }
    value = hist->has_value ? field_value(&hist->value.field, record) : 0;
    WRITE_ONCE(cell->hits, cell->hits + 1);
    WRITE_ONCE(cell->total, cell->total + value);
    if (value > cell->most)
        WRITE_ONCE(cell->most, value);
}

/* --- Making and removing one --- */

static bool field_find(unsigned index, const char *name, struct trace_field *field)
{
    if (strcmp(name, "common_pid") == 0) {
        *field = (struct trace_field){
            .offset = offsetof(struct trace_common, pid), .size = 4, .is_signed = true};
        return true;
    }
    for (unsigned i = 0; trace_event_field(index, i, field); i++)
        if (strcmp(name, field->name) == 0)
            return !field->is_array && !field->is_string;
    return false;
}

/* FIELD or FIELD.log2, .syscall, .execname (of common_pid). The text is changed. */
static int key_parse(unsigned index, char *text, struct hist_key *key)
{
    static const char *const kinds[] = {
        [KEY_LOG2] = "log2", [KEY_SYSCALL] = "syscall", [KEY_EXECNAME] = "execname"};
    char *dot = strchr(text, '.');

    key->kind = KEY_NUMBER;
    if (dot) {
        *dot++ = '\0';
        for (unsigned kind = KEY_LOG2; kind <= KEY_EXECNAME; kind++)
            if (strcmp(dot, kinds[kind]) == 0)
                key->kind = kind;
        if (key->kind == KEY_NUMBER)
            return -EINVAL;
    }
    if (key->kind == KEY_EXECNAME && strcmp(text, "common_pid") != 0)
        return -EINVAL;
    if (strlcpy(key->name, text, sizeof(key->name)) >= sizeof(key->name))
        return -EINVAL;
    return field_find(index, text, &key->field) ? 0 : -EINVAL;
}

/* Cuts the text before the next `separator`: what is behind, or NULL. */
static char *part_cut(char *text, char separator)
{
    char *end = strchr(text, separator);

    if (end)
        *end++ = '\0';
    return end;
}

static int keys_parse(struct hist *hist, char *text)
{
    int err = 0;

    if (hist->key_count > 0)
        return -EINVAL;
    for (char *rest; text && err == 0; text = rest) {
        rest = part_cut(text, ',');
        err = hist->key_count == KEYS_MAX
                  ? -EINVAL
                  : key_parse(hist->index, text, &hist->keys[hist->key_count++]);
    }
    return err;
}

/* hitcount, which is always counted, and one field. */
static int values_parse(struct hist *hist, char *text)
{
    int err = 0;

    for (char *rest; text && err == 0; text = rest) {
        rest = part_cut(text, ',');
        if (strcmp(text, "hitcount") == 0)
            continue;
        err = hist->has_value ? -EINVAL : key_parse(hist->index, text, &hist->value);
        if (err == 0 && hist->value.kind != KEY_NUMBER)
            err = -EINVAL;
        hist->has_value = true;
    }
    return err;
}

static int hist_parse(struct hist *hist, char *text)
{
    int err = 0;

    if (strlcpy(hist->text, text, sizeof(hist->text)) >= sizeof(hist->text))
        return -EINVAL;
    text = part_cut(text, ':'); /* behind `hist` */
    for (char *rest; text && err == 0; text = rest) {
        rest = part_cut(text, ':');
        if (strncmp(text, "keys=", 5) == 0)
            err = keys_parse(hist, text + 5);
        else if (strncmp(text, "vals=", 5) == 0)
            err = values_parse(hist, text + 5);
        else
            err = -EINVAL;
    }
    return err == 0 && hist->key_count == 0 ? -EINVAL : err;
}

static struct hist_table *table_create(uint32_t cell_count)
{
    size_t size = sizeof(struct hist_table) + cell_count * sizeof(struct hist_cell);
    struct hist_table *table = area_alloc(size);

    if (!table)
        return NULL;
    memset(table, 0, size);
    table->cell_count = cell_count;
    return table;
}

static void hist_free(struct hist *hist)
{
    for (uint32_t cpu = 0; cpu < MAX_CPUS; cpu++)
        area_free(hist->tables[cpu]);
    kfree(hist);
}

static int tables_create(struct hist *hist)
{
    uint32_t cpu;

    for_each_cpu (cpu, cpus_online_mask) {
        hist->tables[cpu] = table_create(CELLS);
        if (!hist->tables[cpu])
            return -ENOMEM;
    }
    return 0;
}

/* -EEXIST: the event has one; -ENOSPC: there are HISTS_MAX. */
static int hist_publish(struct hist *hist)
{
    if (hist_of(hist->index))
        return -EEXIST;
    for (unsigned i = 0; i < HISTS_MAX; i++) {
        if (hists[i])
            continue;
        atomic_store(&hists[i], hist);
        trace_event_want(hist->index, TRACE_TO_HIST, true);
        trace_events_apply();
        return 0;
    }
    return -ENOSPC;
}

static int hist_begin(unsigned index, char *text)
{
    struct hist *hist = kzalloc(sizeof(*hist));
    int err;

    if (!hist)
        return -ENOMEM;
    hist->index = index;
    err = hist_parse(hist, text);
    if (err == 0)
        err = tables_create(hist);
    if (err == 0) {
        mutex_lock(&trace_lock);
        err = hist_publish(hist);
        mutex_unlock(&trace_lock);
    }
    if (err)
        hist_free(hist);
    return err;
}

static int hist_end(unsigned index)
{
    struct hist *hist;

    mutex_lock(&trace_lock);
    hist = hist_of(index);
    for (unsigned i = 0; i < HISTS_MAX && hist; i++)
        if (hists[i] == hist)
            atomic_store(&hists[i], NULL);
    if (hist) {
        trace_event_want(index, TRACE_TO_HIST, false);
        trace_events_apply();
        trace_writers_wait();
    }
    mutex_unlock(&trace_lock);
    if (!hist)
        return -ENOENT;
    hist_free(hist);
    return 0;
}

/* --- Files --- */

int trace_trigger_store(const struct pseudo_subject *of, char *text)
{
    char *trigger = trace_trim(text);

    if (*trigger == '\0')
        return 0;
    if (strncmp(trigger, "!hist", 5) == 0)
        return hist_end(of->fd);
    return strncmp(trigger, "hist:", 5) == 0 ? hist_begin(of->fd, trigger) : -EINVAL;
}

int trace_trigger_show(const struct pseudo_subject *of, struct text *text)
{
    const struct hist *hist;

    mutex_lock(&trace_lock);
    hist = hist_of(of->fd);
    text_printf(text, "%s%s\n", hist ? hist->text : "# Available triggers:\n# hist",
                hist ? " [active]" : "");
    mutex_unlock(&trace_lock);
    return 0;
}

/* All CPUs' tables as one; NULL: no memory. */
static struct hist_table *tables_sum(const struct hist *hist)
{
    uint32_t cpu, count = CELLS;
    struct hist_table *sum;

    while (count < CELLS * cpus_online())
        count *= 2;
    sum = table_create(count);
    if (!sum)
        return NULL;
    for_each_cpu (cpu, cpus_online_mask) {
        const struct hist_table *table = hist->tables[cpu];

        sum->dropped += READ_ONCE(table->dropped);
        for (uint32_t i = 0; i < table->cell_count; i++) {
            const struct hist_cell *from = &table->cells[i];
            struct hist_cell *to;

            if (!atomic_load(&from->used))
                continue;
            to = cell_of(sum, from->keys, from->comm, sum->cell_count); /* it has room for all */
            to->hits += READ_ONCE(from->hits);
            to->total += READ_ONCE(from->total);
            to->most = max(to->most, READ_ONCE(from->most));
        }
    }
    return sum;
}

static void cells_swap(struct hist_cell *a, struct hist_cell *b)
{
    struct hist_cell cell = *a;

    *a = *b;
    *b = cell;
}

/* Below `at` all is a heap, the most hits on top; so it is from `at` on, then. */
static void cells_sift(struct hist_cell *cells, uint32_t at, uint32_t count)
{
    uint32_t child;

    while ((child = 2 * at + 1) < count) {
        if (child + 1 < count && cells[child + 1].hits > cells[child].hits)
            child++;
        if (cells[at].hits >= cells[child].hits)
            return;
        cells_swap(&cells[at], &cells[child]);
        at = child;
    }
}

/* Moves the used cells to the front, the fewest hits first (heap sort): how many. */
static uint32_t cells_sort(struct hist_table *table)
{
    struct hist_cell *cells = table->cells;
    uint32_t count = 0;

    for (uint32_t i = 0; i < table->cell_count; i++)
        if (cells[i].used)
            cells[count++] = cells[i];
    for (uint32_t i = count / 2; i-- > 0;)
        cells_sift(cells, i, count);
    for (uint32_t left = count; left-- > 1;) {
        cells_swap(&cells[0], &cells[left]);
        cells_sift(cells, 0, left);
    }
    return count;
}

static void key_show(struct text *text, const struct hist_key *key, uint64_t value,
                     const char *comm)
{
    struct trace_call_info info;
    bool is_exit;

    if (key->kind == KEY_SYSCALL &&
        trace_event_call(TRACE_EVENTS + 2 * (unsigned)min_t(uint64_t, value, UINT16_MAX), &info,
                         &is_exit))
        text_printf(text, "%s: sys_%-25s [%3lu]", key->name, info.name, value);
    else if (key->kind == KEY_EXECNAME)
        text_printf(text, "%s: %-16.16s[%10ld]", key->name, comm, (long)value);
    else if (key->kind == KEY_LOG2)
        text_printf(text, "%s: ~ 2^%-2lu", key->name, value);
    else
        text_printf(text, "%s: %10ld", key->name, (long)value);
}

static void cell_show(struct text *text, const struct hist *hist, const struct hist_cell *cell)
{
    text_printf(text, "{ ");
    for (unsigned i = 0; i < hist->key_count; i++) {
        text_printf(text, "%s", i ? ", " : "");
        key_show(text, &hist->keys[i], cell->keys[i], cell->comm);
    }
    text_printf(text, " } hitcount: %10lu", cell->hits);
    if (hist->has_value)
        text_printf(text, "  %s: %10lu  max: %10lu", hist->value.name, cell->total, cell->most);
    text_printf(text, "\n");
}

static int hist_show(const struct hist *hist, struct text *text)
{
    struct hist_table *sum = tables_sum(hist);
    uint64_t hits = 0;
    uint32_t count;

    if (!sum)
        return -ENOMEM;
    count = cells_sort(sum);
    text_printf(text, "# event histogram\n#\n# trigger info: %s [active]\n#\n\n", hist->text);
    for (uint32_t i = 0; i < count; i++) {
        cell_show(text, hist, &sum->cells[i]);
        hits += sum->cells[i].hits;
    }
    text_printf(text, "\nTotals:\n    Hits: %lu\n    Entries: %u\n    Dropped: %lu\n", hits, count,
                sum->dropped);
    area_free(sum);
    return 0;
}

int trace_hist_show(const struct pseudo_subject *of, struct text *text)
{
    const struct hist *hist;
    int err = 0;

    mutex_lock(&trace_lock);
    hist = hist_of(of->fd);
    if (hist)
        err = hist_show(hist, text);
    mutex_unlock(&trace_lock);
    return err;
}
