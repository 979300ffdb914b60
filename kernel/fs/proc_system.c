/*
 * The entries of /proc about the system as a whole (proc(5), slabinfo(5)): uptime, loadavg, stat,
 * version, meminfo, slabinfo, cpuinfo, cmdline, devices, interrupts, vmstat, partitions. What they
 * say is a part of what Linux says, in its form.
 */
#include "arch/api/cpu.h"
#include "arch/api/irq.h"
#include "arch/api/memory.h"
#include "kernel/core/clock.h"
#include "kernel/core/init.h"
#include "kernel/core/percpu.h"
#include "kernel/core/version.h"
#include "kernel/lib/format.h"
#include "kernel/mm/cache.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/task.h"
#include "kernel/sched/load.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/chrdev.h"
#include "kernel/vfs/file_lock.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/pseudo.h"

#define CENTISECOND_NS (NSEC_PER_SEC / 100)
#define KIB_PER_PAGE (PAGE_SIZE / 1024)

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

static int show_uptime(const struct pseudo_subject *of, struct text *text)
{
    uint64_t up = clock_monotonic_ns() / CENTISECOND_NS, idle = 0;
    struct cpu_times times;
    uint32_t cpu;

    (void)of;
    for_each_cpu (cpu, cpus_online_mask) {
        sched_cpu_times(cpu, &times);
        idle += times.idle_ns;
    }
    idle /= CENTISECOND_NS;
    text_printf(text, "%lu.%02lu %lu.%02lu\n", up / 100, up % 100, idle / 100, idle % 100);
    return 0;
}

static int show_loadavg(const struct pseudo_subject *of, struct text *text)
{
    uint32_t averages[3];

    (void)of;
    load_averages(averages);
    for (size_t i = 0; i < ARRAY_SIZE(averages); i++) {
        uint32_t hundredths = (averages[i] * 100 + (1u << (LOAD_SHIFT - 1))) >> LOAD_SHIFT;

        text_printf(text, "%u.%02u ", hundredths / 100, hundredths % 100);
    }
    text_printf(text, "%u/%u %d\n", sched_runnable_count(), task_count(), pid_newest());
    return 0;
}

static void show_cpu_times(const char *name, const struct cpu_times *times, struct text *text)
{
    text_printf(text, "%s %lu %lu %lu %lu 0 0 0 0 0 0\n", name,
                times->user_ns / NSEC_PER_CLOCK_TICK, times->nice_ns / NSEC_PER_CLOCK_TICK,
                times->system_ns / NSEC_PER_CLOCK_TICK, times->idle_ns / NSEC_PER_CLOCK_TICK);
}

static void cpu_times_add(struct cpu_times *sum, const struct cpu_times *times)
{
    sum->user_ns += times->user_ns;
    sum->nice_ns += times->nice_ns;
    sum->system_ns += times->system_ns;
    sum->idle_ns += times->idle_ns;
}

/* The line of all comes first: they are asked one after the other, so it is made of what they said.
 */
static int show_stat(const struct pseudo_subject *of, struct text *text)
{
    struct cpu_times times, sum = {0};
    struct text lines;
    char name[8];
    uint32_t cpu;

    (void)of;
    text_init(&lines);
    for_each_cpu (cpu, cpus_online_mask) {
        sched_cpu_times(cpu, &times);
        cpu_times_add(&sum, &times);
        format_string(name, sizeof(name), "cpu%u", cpu);
        show_cpu_times(name, &times, &lines);
    }
    show_cpu_times("cpu ", &sum, text);
    text_append(text, lines.bytes, lines.length);
    text_printf(text, "ctxt %lu\nbtime %lu\nprocesses %lu\nprocs_running %u\nprocs_blocked %u\n",
                sched_switch_count(), (clock_realtime_ns() - clock_monotonic_ns()) / NSEC_PER_SEC,
                pid_made_count(), sched_runnable_count(), sched_blocked_count());
    text_free(&lines);
    return lines.error;
}

static int show_version(const struct pseudo_subject *of, struct text *text)
{
    struct utsname name;

    (void)of;
    system_name_get(&name);
    text_printf(text, "%s version %s (limen@limen) (" COMPILER ") %s\n", name.sysname, name.release,
                name.version);
    return 0;
}

static void count_slab_pages(void *pages, const struct slab_cache *cache)
{
    *(size_t *)pages += READ_ONCE(cache->slab_count) << cache->order;
}

static int show_meminfo(const struct pseudo_subject *of, struct text *text)
{
    size_t free_pages = page_free_count(), slab_pages = 0;
    size_t available = free_pages - min(free_pages, page_reserve_count());

    (void)of;
    slab_report(count_slab_pages, &slab_pages);
    text_printf(text, "MemTotal:       %8zu kB\n", page_total_count() * KIB_PER_PAGE);
    text_printf(text, "MemFree:        %8zu kB\n", free_pages * KIB_PER_PAGE);
    text_printf(text, "MemAvailable:   %8zu kB\n", available * KIB_PER_PAGE);
    text_printf(text, "Buffers:        %8u kB\n", 0);
    text_printf(text, "Cached:         %8zu kB\n", page_cache_total(false) * KIB_PER_PAGE);
    text_printf(text, "SwapCached:     %8u kB\n", 0);
    text_printf(text, "SwapTotal:      %8u kB\n", 0);
    text_printf(text, "SwapFree:       %8u kB\n", 0);
    text_printf(text, "Shmem:          %8zu kB\n", page_cache_total(true) * KIB_PER_PAGE);
    text_printf(text, "Slab:           %8zu kB\n", slab_pages * KIB_PER_PAGE);
    text_printf(text, "SReclaimable:   %8u kB\n", 0);
    text_printf(text, "SUnreclaim:     %8zu kB\n", slab_pages * KIB_PER_PAGE);
    text_printf(text, "KernelStack:    %8zu kB\n", task_count() * (size_t)KERNEL_STACK_SIZE / 1024);
    return 0;
}

/* One cache in slabinfo(5)'s columns; there is nothing to tune. */
static void show_slab(void *text, const struct slab_cache *cache)
{
    size_t slabs = READ_ONCE(cache->slab_count), objects = READ_ONCE(cache->object_count);
    size_t busy = slabs - min(READ_ONCE(cache->empty_slabs), slabs);

    text_printf(text, "%-17s %6zu %6zu %6u %4u %4u", cache->name, objects, slabs * cache->per_slab,
                cache->stride, cache->per_slab, 1u << cache->order);
    text_printf(text, " : tunables %4u %4u %4u : slabdata %6zu %6zu %6u\n", 0, 0, 0, busy, slabs,
                0);
}

static int show_slabinfo(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    text_printf(text, "slabinfo - version: 2.1\n"
                      "# name            <active_objs> <num_objs> <objsize> <objperslab> "
                      "<pagesperslab> : tunables <limit> <batchcount> <sharedfactor> "
                      ": slabdata <active_slabs> <num_slabs> <sharedavail>\n");
    slab_report(show_slab, text);
    return 0;
}

static void show_cpu_line(void *text, const char *name, const char *value)
{
    text_printf(text, "%s: %s\n", name, value);
}

static int show_cpuinfo(const struct pseudo_subject *of, struct text *text)
{
    uint32_t cpu;

    (void)of;
    for_each_cpu (cpu, cpus_online_mask) {
        text_printf(text, "processor\t: %u\n", cpu);
        cpu_describe(cpu, show_cpu_line, text);
        text_append(text, "\n", 1);
    }
    return 0;
}

static int show_cmdline(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    text_printf(text, "%s\n", boot_command_line);
    return 0;
}

static int show_device(void *context, dev_t dev, const char *name)
{
    text_printf(context, "%3u %s\n", DEV_MAJOR(dev), name);
    return 0;
}

static int show_devices(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    text_printf(text, "Character devices:\n");
    return chrdev_for_each(show_device, text);
}

/* Each line with a handler, and how often it interrupted which CPU: always the first. */
static int show_interrupts(const struct pseudo_subject *of, struct text *text)
{
    struct irq_info info;
    uint32_t cpu;

    (void)of;
    text_printf(text, "    ");
    for_each_cpu (cpu, cpus_online_mask)
        text_printf(text, "       CPU%-2u", cpu);
    text_printf(text, "\n");
    for (unsigned i = 0; irq_describe(i, &info); i++) {
        text_printf(text, "%3u:", info.line);
        for_each_cpu (cpu, cpus_online_mask)
            text_printf(text, " %10llu ", cpu == 0 ? (unsigned long long)info.count : 0ull);
        text_printf(text, "  IO-APIC %3u-%-5s   %s\n", info.line, info.is_level ? "level" : "edge",
                    info.name);
    }
    return 0;
}

static int show_vmstat(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    text_printf(text, "nr_free_pages %zu\n", page_free_count());
    text_printf(text, "nr_file_pages %zu\n", page_cache_total(false));
    text_printf(text, "nr_shmem %zu\n", page_cache_total(true));
    return 0;
}

/* There are no disks yet. */
static int show_partitions(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    text_printf(text, "major minor  #blocks  name\n\n");
    return 0;
}

static int show_locks(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    return file_locks_show(text);
}

static struct pseudo_entry entries[] = {
    {.name = "uptime", .mode = S_IFREG | 0444, .show = show_uptime},
    {.name = "loadavg", .mode = S_IFREG | 0444, .show = show_loadavg},
    {.name = "stat", .mode = S_IFREG | 0444, .show = show_stat},
    {.name = "version", .mode = S_IFREG | 0444, .show = show_version},
    {.name = "meminfo", .mode = S_IFREG | 0444, .show = show_meminfo},
    {.name = "slabinfo", .mode = S_IFREG | 0400, .show = show_slabinfo},
    {.name = "cpuinfo", .mode = S_IFREG | 0444, .show = show_cpuinfo},
    {.name = "cmdline", .mode = S_IFREG | 0444, .show = show_cmdline},
    {.name = "locks", .mode = S_IFREG | 0444, .show = show_locks},
    {.name = "devices", .mode = S_IFREG | 0444, .show = show_devices},
    {.name = "interrupts", .mode = S_IFREG | 0444, .show = show_interrupts},
    {.name = "vmstat", .mode = S_IFREG | 0444, .show = show_vmstat},
    {.name = "partitions", .mode = S_IFREG | 0444, .show = show_partitions},
};

static void proc_system_register(void)
{
    pseudo_register(entries, ARRAY_SIZE(entries));
}
INIT_CALL(2, proc_system_register);
