/*
 * The entries of /proc about the system as a whole (proc(5), slabinfo(5)): uptime, meminfo,
 * slabinfo, cpuinfo, cmdline, mounts, devices. What they say is a part of what Linux says, in its
 * form.
 */
#include "arch/api/memory.h"
#include "kernel/core/clock.h"
#include "kernel/core/init.h"
#include "kernel/core/percpu.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/chrdev.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/pseudo.h"

#define CENTISECOND_NS (NSEC_PER_SEC / 100)
#define KIB_PER_PAGE (PAGE_SIZE / 1024)

static int show_uptime(const struct pseudo_subject *of, struct text *text)
{
    uint64_t up = clock_monotonic_ns() / CENTISECOND_NS, idle = sched_idle_ns() / CENTISECOND_NS;

    (void)of;
    text_printf(text, "%lu.%02lu %lu.%02lu\n", up / 100, up % 100, idle / 100, idle % 100);
    return 0;
}

static void count_slab_pages(void *pages, const struct slab_cache *cache)
{
    *(size_t *)pages += READ_ONCE(cache->slab_count) << cache->order;
}

static int show_meminfo(const struct pseudo_subject *of, struct text *text)
{
    size_t available = page_free_count() * KIB_PER_PAGE, slab_pages = 0;

    (void)of;
    slab_report(count_slab_pages, &slab_pages);
    text_printf(text, "MemTotal:       %8zu kB\n", page_total_count() * KIB_PER_PAGE);
    text_printf(text, "MemFree:        %8zu kB\n", available);
    text_printf(text, "MemAvailable:   %8zu kB\n", available);
    text_printf(text, "Slab:           %8zu kB\n", slab_pages * KIB_PER_PAGE);
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

static int show_cpuinfo(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    for (uint32_t cpu = 0; cpu < cpus_online(); cpu++)
        text_printf(text, "processor\t: %u\n\n", cpu);
    return 0;
}

static int show_cmdline(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    text_printf(text, "%s\n", boot_command_line);
    return 0;
}

static int show_mount(void *context, const struct mount *mount)
{
    struct path path = {.mount = (struct mount *)mount, .dentry = mount->root};
    struct text *text = context;
    int err;

    text_printf(text, "%s ", mount->source);
    err = path_show(&path, text);
    text_printf(text, " %s rw,relatime 0 0\n", mount->sb->type->name);
    return err;
}

static int show_mounts(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    return mount_for_each(show_mount, text);
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

static struct pseudo_entry entries[] = {
    {.name = "uptime", .mode = S_IFREG | 0444, .show = show_uptime},
    {.name = "meminfo", .mode = S_IFREG | 0444, .show = show_meminfo},
    {.name = "slabinfo", .mode = S_IFREG | 0400, .show = show_slabinfo},
    {.name = "cpuinfo", .mode = S_IFREG | 0444, .show = show_cpuinfo},
    {.name = "cmdline", .mode = S_IFREG | 0444, .show = show_cmdline},
    {.name = "mounts", .mode = S_IFREG | 0444, .show = show_mounts},
    {.name = "devices", .mode = S_IFREG | 0444, .show = show_devices},
};

static void proc_system_register(void)
{
    pseudo_register(entries, ARRAY_SIZE(entries));
}
INIT_CALL(2, proc_system_register);
