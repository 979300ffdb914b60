/*
 * Four-level page tables (SDM vol. 3, 4.5).
 *
 * The upper half of every top table is a copy of kernel_page_table's, whose entries are all made
 * at boot and never change again: what lies below them is shared. Tables of the user half belong to
 * one struct page_table and are freed with it.
 */
#include "arch/x86_64/paging.h"

#include "arch/api/memory.h"
#include "arch/x86_64/cpu.h"
#include "kernel/abi/errno.h"
#include "kernel/core/alloc.h"
#include "kernel/core/boot_info.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/lib/string.h"

#define TOP_LEVEL 3u
#define ENTRIES 512u
#define USER_ENTRIES 256u /* of the top table */
#define LARGE_SIZE (2ul << 20)
#define LARGE_LEVEL 1u

struct page_table kernel_page_table;

extern char _text[], _text_end[], _rodata[], _rodata_end[], _data[], _data_end[]; /* linker.ld */

static unsigned shift(unsigned level)
{
    return PAGE_SHIFT + 9 * level;
}

static uint64_t *table_of(uint64_t entry)
{
    return phys_to_virt(entry & PTE_ADDRESS);
}

static uint64_t *entry_in(uint64_t *table, uintptr_t virt, unsigned level)
{
    return &table[virt >> shift(level) & (ENTRIES - 1)];
}

/*
 * The entry for `virt` at `level`; NULL when a table above it is absent, or maps a large page.
 */
static uint64_t *walk(const struct page_table *pt, uintptr_t virt, unsigned level)
{
    uint64_t *table = phys_to_virt(pt->root);

    for (unsigned at = TOP_LEVEL; at > level; at--) {
        uint64_t entry = *entry_in(table, virt, at);

        if (!(entry & PTE_PRESENT) || (entry & PTE_LARGE))
            return NULL;
        table = table_of(entry);
    }
    return entry_in(table, virt, level);
}

/* The same, making the tables that are missing. NULL: no memory. */
static uint64_t *walk_alloc(struct page_table *pt, uintptr_t virt, unsigned level)
{
    uint64_t *table = phys_to_virt(pt->root);

    for (unsigned at = TOP_LEVEL; at > level; at--) {
        uint64_t *entry = entry_in(table, virt, at);

        if (!(*entry & PTE_PRESENT)) {
            void *page = memory_hooks->page_alloc();

            if (!page)
                return NULL;
            *entry =
                virt_to_phys(page) | PTE_PRESENT | PTE_WRITE | (virt < USER_END ? PTE_USER : 0);
        }
        assert(!(*entry & PTE_LARGE));
        table = table_of(*entry);
    }
    return entry_in(table, virt, level);
}

static uint64_t entry_bits(uintptr_t virt, unsigned rights)
{
    uint64_t bits = virt < USER_END && !(rights & PT_USER) ? PTE_KEPT : PTE_PRESENT;

    bits |= rights & PT_WRITE ? PTE_WRITE : 0;
    bits |= rights & PT_EXEC ? 0 : PTE_NO_EXECUTE;
    bits |= rights & PT_USER ? PTE_USER : 0;
    bits |= rights & PT_UNCACHED ? PTE_UNCACHED | PTE_WRITE_THROUGH : 0;
    if (rights & PT_WRITE_COMBINE)
        bits |= cpu_features.pat ? PTE_PAT : PTE_UNCACHED | PTE_WRITE_THROUGH;
    bits |= virt >= DIRECT_BASE && cpu_features.pge ? PTE_GLOBAL : 0;
    return bits;
}

static unsigned entry_rights(uint64_t entry)
{
    return (entry & PTE_WRITE ? PT_WRITE : 0) | (entry & PTE_NO_EXECUTE ? 0 : PT_EXEC) |
           (entry & PTE_USER ? PT_USER : 0) | (entry & PTE_UNCACHED ? PT_UNCACHED : 0) |
           (entry & PTE_PAT ? PT_WRITE_COMBINE : 0);
}

static void entry_describe(uint64_t entry, struct pt_entry *out)
{
    out->phys = entry & PTE_ADDRESS;
    out->rights = entry_rights(entry);
    out->accessed = (entry & PTE_ACCESSED) != 0;
    out->dirty = (entry & PTE_DIRTY) != 0;
}

int pt_init(struct page_table *pt)
{
    uint64_t *top = memory_hooks->page_alloc();

    if (!top)
        return -ENOMEM;
    memcpy(top + USER_ENTRIES, (uint64_t *)phys_to_virt(kernel_page_table.root) + USER_ENTRIES,
           (ENTRIES - USER_ENTRIES) * sizeof(*top));
    pt->root = virt_to_phys(top);
    pt->cpus = 0;
    return 0;
}

#define GROUP 8u

static bool group_is_empty(const uint64_t *entry)
{
    return (entry[0] | entry[1] | entry[2] | entry[3] | entry[4] | entry[5] | entry[6] |
            entry[7]) == 0;
}

/* The first entry from `i` on that isn't 0, or end. Most are: they are passed over in groups. */
static unsigned next_entry(const uint64_t *table, unsigned i, unsigned end)
{
    while (i < end && table[i] == 0)
        i += i % GROUP == 0 && group_is_empty(table + i) ? GROUP : 1;
    return i;
}

/* Frees a table and all tables below it, `level` being its own. */
static void table_free(uint64_t *table, unsigned level)
{
    unsigned i = level > 0 ? 0 : ENTRIES;

    for (; (i = next_entry(table, i, ENTRIES)) < ENTRIES; i++)
        table_free(table_of(table[i]), level - 1);
    memory_hooks->page_free(table);
}

void pt_destroy(struct page_table *pt)
{
    uint64_t *top = phys_to_virt(pt->root);

    tlb_leave(pt);
    for (unsigned i = 0; (i = next_entry(top, i, USER_ENTRIES)) < USER_ENTRIES; i++)
        table_free(table_of(top[i]), TOP_LEVEL - 1);
    memory_hooks->page_free(top);
    pt->root = 0;
}

int pt_map(struct page_table *pt, uintptr_t virt, phys_addr_t phys, unsigned rights)
{
    uint64_t *entry = walk_alloc(pt, virt, 0);

    if (!entry)
        return -ENOMEM;
    WRITE_ONCE(*entry, phys | entry_bits(virt, rights));
    return 0;
}

bool pt_unmap(struct page_table *pt, uintptr_t virt, struct pt_entry *old)
{
    uint64_t *entry = walk(pt, virt, 0);

    if (!entry || *entry == 0)
        return false;

    /* The CPU may be setting the dirty bit at this moment: take the entry out in one step. */
    uint64_t was = __atomic_exchange_n(entry, 0, __ATOMIC_ACQ_REL);

    if (old)
        entry_describe(was, old);
    return true;
}

bool pt_protect(struct page_table *pt, uintptr_t virt, unsigned rights)
{
    uint64_t *entry = walk(pt, virt, 0);
    uint64_t was, now;

    if (!entry || *entry == 0)
        return false;
    was = READ_ONCE(*entry);
    do {
        now = (was & (PTE_ADDRESS | PTE_ACCESSED | PTE_DIRTY)) | entry_bits(virt, rights);
    } while (
        !__atomic_compare_exchange_n(entry, &was, now, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
    return true;
}

bool pt_query(struct page_table *pt, uintptr_t virt, struct pt_entry *out)
{
    uint64_t *entry = walk(pt, virt, 0);

    if (!entry || *entry == 0)
        return false;
    entry_describe(READ_ONCE(*entry), out);
    return true;
}

uintptr_t pt_next(struct page_table *pt, uintptr_t virt, uintptr_t end)
{
    while (virt < end) {
        uint64_t *table = phys_to_virt(pt->root), *entry;
        unsigned level = TOP_LEVEL;
        uintptr_t size;

        for (; (*(entry = entry_in(table, virt, level)) & PTE_PRESENT) && level > 0; level--)
            table = table_of(*entry);
        if (*entry != 0)
            return virt;
        /* Pass over what is absent in this table. */
        size = 1ul << shift(level);
        virt &= -size;
        do {
            virt += size;
            entry++;
        } while (virt < end && !is_aligned((uintptr_t)entry, PAGE_SIZE) && *entry == 0);
    }
    return end;
}

#define PRUNE_BATCH 32u

struct prune {
    struct page_table *pt;
    uintptr_t start, end;
    unsigned count;
    uint64_t *tables[PRUNE_BATCH]; /* unlinked, but CPUs may still have them cached */
};

static void prune_finish(struct prune *prune)
{
    if (prune->count > 0)
        tlb_flush(prune->pt, prune->start, prune->end);
    while (prune->count > 0)
        memory_hooks->page_free(prune->tables[--prune->count]);
}

/* Unlinks empty tables below `table` that lie wholly in the range; `level` is the entries' own. */
static void prune_below(struct prune *prune, uint64_t *table, unsigned level, uintptr_t base)
{
    uintptr_t size = 1ul << shift(level);

    for (unsigned i = 0; i < ENTRIES; i++) {
        uintptr_t from = base + i * size;

        if (!(table[i] & PTE_PRESENT) || from + size <= prune->start || from >= prune->end)
            continue;
        if (level > 1)
            prune_below(prune, table_of(table[i]), level - 1, from);
        if (from < prune->start || from + size > prune->end ||
            next_entry(table_of(table[i]), 0, ENTRIES) < ENTRIES)
            continue;
        prune->tables[prune->count++] = table_of(table[i]);
        table[i] = 0;
        if (prune->count == PRUNE_BATCH)
            prune_finish(prune);
    }
}

void pt_prune(struct page_table *pt, uintptr_t start, uintptr_t end)
{
    struct prune prune = {.pt = pt, .start = start, .end = end};

    assert(end <= USER_END);
    prune_below(&prune, phys_to_virt(pt->root), TOP_LEVEL, 0);
    prune_finish(&prune);
}

/* Boot: maps [phys, end) at virt by pages and, where both are aligned, large pages. */
static void map_range(uintptr_t virt, phys_addr_t phys, phys_addr_t end, unsigned rights)
{
    while (phys < end) {
        bool large = is_aligned(phys | virt, LARGE_SIZE) && end - phys >= LARGE_SIZE;
        uint64_t *entry = walk_alloc(&kernel_page_table, virt, large ? LARGE_LEVEL : 0);
        uintptr_t size = large ? LARGE_SIZE : PAGE_SIZE;

        if (!entry)
            panic("no memory for the kernel's page tables");
        *entry = phys | entry_bits(virt, rights) | (large ? PTE_LARGE : 0);
        phys += size;
        virt += size;
    }
}

/* The direct map of one range of RAM; what holds the kernel's constant part is read-only. */
static void map_direct(struct memory_range range)
{
    phys_addr_t fixed = virt_to_phys(_text), fixed_end = virt_to_phys(_rodata_end);
    const struct memory_range pieces[] = {
        {range.start, min(range.end, fixed)},
        {max(range.start, fixed), min(range.end, fixed_end)},
        {max(range.start, fixed_end), range.end},
    };

    for (size_t i = 0; i < ARRAY_SIZE(pieces); i++)
        if (pieces[i].start < pieces[i].end)
            map_range(DIRECT_BASE + pieces[i].start, pieces[i].start, pieces[i].end,
                      i == 1 ? 0 : PT_WRITE);
}

static void map_image(const char *start, const char *end, unsigned rights)
{
    map_range((uintptr_t)start, virt_to_phys(start), virt_to_phys(end), rights);
}

void paging_init(void)
{
    uint64_t *top = memory_hooks->page_alloc();

    if (!top)
        panic("no memory for the kernel's page tables");
    kernel_page_table.root = virt_to_phys(top);
    for (unsigned i = 0; i < boot_info.range_count; i++)
        map_direct(boot_info.ranges[i]);
    map_image(_text, _text_end, PT_EXEC);
    map_image(_rodata, _rodata_end, 0);
    map_image(_data, _data_end, PT_WRITE);
    if (!walk_alloc(&kernel_page_table, AREA_BASE, TOP_LEVEL - 1))
        panic("no memory for the kernel's page tables");
    arch_use_kernel_page_table();
}

/* One line per level, in words. */
void pt_report(uintptr_t virt)
{
    static const char *const names[] = {"PTE", "PDE", "PDPTE", "PML4E"};
    uint64_t *table = phys_to_virt(cr3_read() & PTE_ADDRESS);

    for (unsigned level = TOP_LEVEL;; level--) {
        uint64_t entry = *entry_in(table, virt, level);

        pr_err("  %-5s %016lx%s%s%s%s%s", names[level], entry,
               entry & PTE_PRESENT ? " present" : " not present", entry & PTE_WRITE ? " write" : "",
               entry & PTE_USER ? " user" : "", entry & PTE_NO_EXECUTE ? " no-execute" : "",
               entry & PTE_LARGE && level > 0 ? " large" : "");
        if (!(entry & PTE_PRESENT) || level == 0 || (entry & PTE_LARGE))
            return;
        table = table_of(entry);
    }
}
