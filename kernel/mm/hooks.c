/*
 * What kernel/mm does for the layers below it (kernel/core/alloc.h).
 */
#include "kernel/mm/hooks.h"

#include "kernel/core/alloc.h"
#include "kernel/core/boot_info.h"
#include "kernel/core/log.h"
#include "kernel/mm/area.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"

static void *table_alloc(struct list *tables)
{
    struct page *page = page_alloc(0, PAGE_ZEROED);

    if (!page)
        return NULL;
    if (tables)
        list_add(tables, &page->node);
    return page_to_virt(page);
}

static void table_page_free(struct page *page)
{
    list_del(&page->node);
    page_free(page);
}

static void table_free(void *table)
{
    table_page_free(virt_to_page(table));
}

static void tables_free(struct list *tables)
{
    struct page *page;

    while ((page = list_first_entry(tables, struct page, node)))
        table_page_free(page);
}

static void object_free(void *object)
{
    kfree(object);
}

static void *device_map(phys_addr_t phys, size_t size)
{
    return area_map_device(phys, size, PT_WRITE | PT_UNCACHED);
}

static const struct memory_hooks hooks = {
    .table_alloc = table_alloc,
    .table_free = table_free,
    .tables_free = tables_free,
    .alloc = kzalloc,
    .free = object_free,
    .stack_alloc = area_alloc,
    .stack_free = area_free,
    .device_map = device_map,
};

void memory_init(void)
{
    static struct memory_range ranges[BOOT_RANGES_MAX];
    unsigned count = boot_free_ranges(ranges, BOOT_RANGES_MAX);

    page_init(ranges, count);
    memory_hooks = &hooks;
}

void memory_report(void)
{
    pr_info("memory: %llu MiB, %zu MiB free", (unsigned long long)(boot_info.ram_bytes >> 20),
            page_free_count() >> (20 - PAGE_SHIFT));
}
