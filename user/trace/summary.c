/*
 * trace, summed up: what the kernel has counted, exactly, however much it was.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/trace/trace.h"

#define CELLS_MAX 8192
#define POWERS 64
#define BAR_COLUMNS 52

static struct cell cells[CELLS_MAX];
static unsigned cell_count;
static unsigned long cells_lost, bars[POWERS];
static const struct options *chosen;

void summary_begin(const struct options *options)
{
    bool few = pids_are_few();

    chosen = options;
    if (options->mode == MODE_SUMMARY)
        hist_begin("limen/sys_done", "hist:keys=common_pid.execname,id.syscall:vals=duration");
    else if (options->mode == MODE_COUNT)
        hist_begin("raw_syscalls/sys_enter",
                   few ? "hist:keys=common_pid.execname,id.syscall" : "hist:keys=id.syscall");
    else
        hist_begin("limen/sys_done", few ? "hist:keys=common_pid.execname,id.syscall,duration.log2"
                                         : "hist:keys=id.syscall,duration.log2");
}

static bool name_is_wanted(const char *name)
{
    size_t length = strlen(name);

    for (const char *at = chosen->names; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return true;
    return !chosen->names;
}

/* One line of -c has a call, one of -s a thread's call. */
static struct cell *cell_like(const struct cell *cell)
{
    for (unsigned i = 0; i < cell_count; i++)
        if (strcmp(cells[i].call, cell->call) == 0 &&
            (chosen->mode == MODE_COUNT || cells[i].pid == cell->pid))
            return &cells[i];
    if (cell_count == CELLS_MAX)
        return NULL;
    cells[cell_count] = *cell;
    cells[cell_count].hits = cells[cell_count].total = cells[cell_count].most = 0;
    return &cells[cell_count++];
}

static void cell_see(const struct cell *cell)
{
    struct cell *sum;

    if ((cell->comm[0] && !pid_is_wanted(cell->pid)) || !name_is_wanted(cell->call))
        return;
    if (chosen->mode == MODE_LATENCY) {
        if (strcmp(cell->call, chosen->call) == 0 && cell->power < POWERS)
            bars[cell->power] += cell->hits;
        return;
    }
    sum = cell_like(cell);
    if (!sum) {
        cells_lost += cell->hits;
        return;
    }
    sum->hits += cell->hits;
    sum->total += cell->total;
    sum->most = cell->most > sum->most ? cell->most : sum->most;
}

static int cell_compare(const void *first, const void *second)
{
    const struct cell *a = first, *b = second;

    if (chosen->mode == MODE_SUMMARY && a->pid != b->pid)
        return a->pid < b->pid ? -1 : 1;
    if (chosen->mode == MODE_SUMMARY && a->total != b->total)
        return a->total > b->total ? -1 : 1;
    if (a->hits != b->hits)
        return a->hits > b->hits ? -1 : 1;
    return strcmp(a->call, b->call);
}

/* As milliseconds with three decimals. */
static void duration_print(unsigned long ns)
{
    printf(" %8lu.%03lu", ns / 1000000, ns / 1000 % 1000);
}

static void thread_print(const struct cell *cell)
{
    printf("\n %s (%d)\n\n   %-24s %8s %12s %12s %12s\n", cell->comm, cell->pid, "syscall", "calls",
           "total ms", "average ms", "maximum ms");
}

static void summary_lines(void)
{
    for (unsigned i = 0; i < cell_count; i++) {
        const struct cell *cell = &cells[i];

        if (i == 0 || cells[i - 1].pid != cell->pid)
            thread_print(cell);
        printf("   %-24s %8lu", cell->call, cell->hits);
        duration_print(cell->total);
        duration_print(cell->hits ? cell->total / cell->hits : 0);
        duration_print(cell->most);
        printf("\n");
    }
}

/* The durations above 2^(power - 1), up to 2^power. */
static void bar_print(unsigned power, unsigned long most)
{
    unsigned long columns = bars[power] * BAR_COLUMNS / most;
    char range[48];

    snprintf(range, sizeof(range), "[%llu, %llu]", power ? (1ull << (power - 1)) + 1 : 0,
             1ull << power);
    printf("%-24s %8lu |", range, bars[power]);
    for (unsigned long i = 0; i < BAR_COLUMNS; i++)
        putchar(i < columns ? '@' : ' ');
    printf("|\n");
}

static void bars_print(void)
{
    unsigned first = 0, last = POWERS - 1;
    unsigned long most = 0, total = 0;

    for (unsigned i = 0; i < POWERS; i++) {
        most = bars[i] > most ? bars[i] : most;
        total += bars[i];
    }
    printf("%s: %lu calls, nanoseconds\n", chosen->call, total);
    while (first < POWERS && bars[first] == 0)
        first++;
    while (last > first && bars[last] == 0)
        last--;
    for (unsigned i = first; i <= last && i < POWERS - 1 && most; i++)
        bar_print(i, most);
}

void summary_print(const struct options *options)
{
    unsigned long dropped = hist_read(cell_see);

    qsort(cells, cell_count, sizeof(cells[0]), cell_compare);
    if (options->mode == MODE_LATENCY)
        bars_print();
    else if (options->mode == MODE_SUMMARY)
        summary_lines();
    for (unsigned i = 0; i < cell_count && options->mode == MODE_COUNT; i++)
        printf("%-24s %10lu\n", cells[i].call, cells[i].hits);
    if (dropped + cells_lost)
        fprintf(stderr, "trace: %lu calls more found no room\n", dropped + cells_lost);
}
