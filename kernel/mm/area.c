/*
 * Kernel virtual areas: see area.h.
 *
 * An area's range includes its guard page, which is its first. It stays in the tree until its pages
 * have been unmapped and every CPU has forgotten them, so no address is reused too early. Page
 * tables of areas are never freed: areas come back at the same addresses.
 *
 * Locking: area_lock guards the tree and the kernel page table's entries of the area range.
 */
#include "kernel/mm/area.h"

#include "kernel/abi/errno.h"
#include "kernel/core/panic.h"
#include "kernel/core/spinlock.h"
#include "kernel/mm/page.h"
#include "kernel/mm/range.h"
#include "kernel/mm/slab.h"

struct area {
    struct range range;
    bool is_device; /* maps what isn't RAM of ours */
};

static SLAB_CACHE(area_cache, struct area);

static struct spinlock area_lock = SPINLOCK_INIT(RANK_VMALLOC);
static struct range_tree areas;

/* Reserves addresses for `size` bytes, a multiple of PAGE_SIZE, and the guard page. */
static struct area *area_create(size_t size, bool is_device)
{
    struct area *area = slab_alloc(&area_cache);
    uintptr_t start;

    if (!area)
        return NULL;
    area->is_device = is_device;
    spin_lock(&area_lock);
    start = range_find_gap(&areas, size + PAGE_SIZE, AREA_BASE, AREA_END);
    if (start != 0) {
        area->range.start = start;
        area->range.end = start + size + PAGE_SIZE;
        range_insert(&areas, &area->range);
    }
    spin_unlock(&area_lock);
    if (start == 0) {
        slab_free(&area_cache, area);
        return NULL;
    }
    return area;
}

static uintptr_t area_start(const struct area *area)
{
    return area->range.start + PAGE_SIZE;
}

/* Undoes area_create, after unmapping what is mapped. */
static void area_destroy(struct area *area)
{
    uintptr_t start = area_start(area), end = area->range.end;
    struct list pages = LIST_INIT(pages);
    struct pt_entry entry;
    struct page *page;

    spin_lock(&area_lock);
    for (uintptr_t address = start; address < end; address += PAGE_SIZE)
        if (pt_unmap(&kernel_page_table, address, &entry) && !area->is_device)
            list_add(&pages, &phys_to_page(entry.phys)->node);
    spin_unlock(&area_lock);

    tlb_flush(&kernel_page_table, start, end);
    while ((page = list_first_entry(&pages, struct page, node))) {
        list_del(&page->node);
        page_free(page);
    }

    spin_lock(&area_lock);
    range_remove(&areas, &area->range);
    spin_unlock(&area_lock);
    slab_free(&area_cache, area);
}

static int area_map_page(uintptr_t address, phys_addr_t phys, unsigned rights)
{
    int error;

    spin_lock(&area_lock);
    error = pt_map(&kernel_page_table, address, phys, rights);
    spin_unlock(&area_lock);
    return error;
}

static int area_fill(struct area *area)
{
    uintptr_t address = area_start(area);

    for (; address < area->range.end; address += PAGE_SIZE) {
        struct page *page = page_alloc(0, 0);
        int error = page ? area_map_page(address, page_to_phys(page), PT_WRITE) : -ENOMEM;

        if (error == 0)
            continue;
        if (page)
            page_free(page);
        return error;
    }
    return 0;
}

void *area_alloc(size_t size)
{
    struct area *area;

    if (size == 0 || size > AREA_END - AREA_BASE - PAGE_SIZE)
        return NULL;
    area = area_create(round_up(size, PAGE_SIZE), false);
    if (!area)
        return NULL;
    if (area_fill(area) != 0) {
        area_destroy(area);
        return NULL;
    }
    return (void *)area_start(area);
}

/* The area that begins at an address which area_alloc or area_map_device gave out. */
static struct area *area_find(uintptr_t start, bool is_device)
{
    struct range *range;
    struct area *area;

    spin_lock(&area_lock);
    range = range_find(&areas, start);
    spin_unlock(&area_lock);
    area = range ? container_of(range, struct area, range) : NULL;
    if (!area || area_start(area) != start || area->is_device != is_device)
        panic("no kernel area begins at %#lx (freed twice?)", start);
    return area;
}

void area_free(void *memory)
{
    if (memory)
        area_destroy(area_find((uintptr_t)memory, false));
}

void *area_map_device(phys_addr_t phys, size_t size, unsigned rights)
{
    size_t offset = phys % PAGE_SIZE;
    phys_addr_t end;
    struct area *area;
    uintptr_t address;

    if (size == 0 || check_add_overflow(phys, size + PAGE_SIZE, &end) ||
        size > AREA_END - AREA_BASE - 2 * PAGE_SIZE)
        return NULL;
    area = area_create(round_up(offset + size, PAGE_SIZE), true);
    if (!area)
        return NULL;
    phys -= offset;
    address = area_start(area);
    for (; address < area->range.end; address += PAGE_SIZE, phys += PAGE_SIZE) {
        if (area_map_page(address, phys, rights) != 0) {
            area_destroy(area);
            return NULL;
        }
    }
    return (void *)(area_start(area) + offset);
}

void area_unmap_device(void *memory)
{
    if (memory)
        area_destroy(area_find(round_down((uintptr_t)memory, PAGE_SIZE), true));
}
