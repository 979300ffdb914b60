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

#define LEAF_SPAN (ENTRIES * PAGE_SIZE)
#define LEAF_NONE 1ul /* no table begins there */

struct page_table kernel_page_table = {.leaf_start = LEAF_NONE};

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

static void leaf_remember(struct page_table *pt, uintptr_t virt, uint64_t *table)
{
    if (virt >= USER_END)
        return; /* the kernel's table is looked into without a lock (report.c) */
    pt->leaf_start = round_down(virt, LEAF_SPAN);
    pt->leaf = table;
}

/* walk, through all levels. */
static uint64_t *__noinline walk_down(struct page_table *pt, uintptr_t virt, unsigned *level)
{
    uint64_t *table = phys_to_virt(pt->root);

    for (unsigned at = TOP_LEVEL; at > 0; at--) {
        uint64_t *entry = entry_in(table, virt, at);

        if (!(*entry & PTE_PRESENT) || (*entry & PTE_LARGE)) {
            *level = at;
            return entry;
        }
        table = table_of(*entry);
    }
    leaf_remember(pt, virt, table);
    *level = 0;
    return entry_in(table, virt, 0);
}

/*
 * The entry at which the walk for `virt` ends, and its level: 0, or higher if it is absent or maps
 * a large page. What is looked up next mostly lies in the same table: that is remembered.
 */
static inline uint64_t *walk(struct page_table *pt, uintptr_t virt, unsigned *level)
{
    if (round_down(virt, LEAF_SPAN) != pt->leaf_start)
        return walk_down(pt, virt, level);
    *level = 0;
    return entry_in(pt->leaf, virt, 0);
}

/* The entry for `virt`; NULL if nothing is mapped there, or a large page. */
static uint64_t *walk_mapped(struct page_table *pt, uintptr_t virt)
{
    unsigned level;
    uint64_t *entry = walk(pt, virt, &level);

    return level == 0 && *entry != 0 ? entry : NULL;
}

/* The entry for `virt` at `level`, the tables that are missing made. NULL: no memory. */
static uint64_t *walk_alloc(struct page_table *pt, uintptr_t virt, unsigned level)
{
    unsigned at;
    uint64_t *entry = walk(pt, virt, &at);

    for (; at > level; at--) {
        bool is_user = virt < USER_END;
        uint64_t *table = memory_hooks->table_alloc(is_user ? &pt->tables : NULL);

        if (!table)
            return NULL;
        assert(!(*entry & PTE_PRESENT));
        *entry = virt_to_phys(table) | PTE_PRESENT | PTE_WRITE | (is_user ? PTE_USER : 0);
        pt->table_count++;
        entry = entry_in(table, virt, at - 1);
    }
    assert(at == level);
    return entry;
}

static_assert(PT_WRITE == PTE_WRITE && PT_USER == PTE_USER, "rights that are the entry's bits");

static uint64_t entry_bits(uintptr_t virt, unsigned rights)
{
    uint64_t bits = virt < USER_END && !(rights & PT_USER) ? PTE_KEPT : PTE_PRESENT;

    bits |= rights & (PT_WRITE | PT_USER);
    bits |= rights & PT_EXEC ? 0 : PTE_NO_EXECUTE;
    if (virt < USER_END)
        return bits;
    bits |= cpu_features.pge ? PTE_GLOBAL : 0;
    bits |= rights & PT_UNCACHED ? PTE_UNCACHED | PTE_WRITE_THROUGH : 0;
    if (rights & PT_WRITE_COMBINE)
        bits |= cpu_features.pat ? PTE_PAT : PTE_UNCACHED | PTE_WRITE_THROUGH;
    return bits;
}

static unsigned entry_rights(uint64_t entry)
{
    return (unsigned)(entry & (PTE_WRITE | PTE_USER)) | (entry & PTE_NO_EXECUTE ? 0 : PT_EXEC);
}

static void entry_describe(uint64_t entry, struct pt_entry *out)
{
    out->phys = entry & PTE_ADDRESS;
    out->rights = entry_rights(entry);
}

int pt_init(struct page_table *pt)
{
    uint64_t *top;

    list_init(&pt->tables);
    top = memory_hooks->table_alloc(&pt->tables);
    if (!top)
        return -ENOMEM;
    memcpy(top + USER_ENTRIES, (uint64_t *)phys_to_virt(kernel_page_table.root) + USER_ENTRIES,
           (ENTRIES - USER_ENTRIES) * sizeof(*top));
    pt->root = virt_to_phys(top);
    pt->cpus = 0;
    pt->leaf_start = LEAF_NONE;
    pt->table_count = 0;
    return 0;
}

void pt_destroy(struct page_table *pt)
{
    tlb_leave(pt);
    memory_hooks->tables_free(&pt->tables);
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
    uint64_t *entry = walk_mapped(pt, virt);

    if (!entry)
        return false;

    /* The CPU may be setting the dirty bit at this moment: take the entry out in one step. */
    uint64_t was = __atomic_exchange_n(entry, 0, __ATOMIC_ACQ_REL);
    if (old)
        entry_describe(was, old);
    return true;
}

bool pt_protect(struct page_table *pt, uintptr_t virt, unsigned rights)
{
    uint64_t *entry = walk_mapped(pt, virt);
    uint64_t was, now;

    if (!entry)
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
    uint64_t *entry = walk_mapped(pt, virt);

    if (!entry)
        return false;
    entry_describe(READ_ONCE(*entry), out);
    return true;
}

bool pt_next(struct page_table *pt, uintptr_t *virt, uintptr_t end, struct pt_entry *out)
{
    uintptr_t at = *virt;

    while (at < end) {
        unsigned level;
        const uint64_t *entry = walk(pt, at, &level);
        uintptr_t size = 1ul << shift(level);

        if (*entry != 0) {
            entry_describe(READ_ONCE(*entry), out);
            *virt = at;
            return true;
        }
        /* Pass over what is absent in this table. */
        at = round_down(at, size);
        do {
            at += size;
            entry++;
        } while (at < end && !is_aligned((uintptr_t)entry, PAGE_SIZE) && *entry == 0);
    }
    return false;
}

#define GROUP 8u

/* Most are: it is seen in groups. */
static bool table_is_empty(const uint64_t *table)
{
    for (const uint64_t *entry = table; entry < table + ENTRIES; entry += GROUP)
        if (entry[0] | entry[1] | entry[2] | entry[3] | entry[4] | entry[5] | entry[6] | entry[7])
            return false;
    return true;
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
        memory_hooks->table_free(prune->tables[--prune->count]);
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
        if (from < prune->start || from + size > prune->end || !table_is_empty(table_of(table[i])))
            continue;
        prune->tables[prune->count++] = table_of(table[i]);
        prune->pt->table_count--;
        table[i] = 0;
        if (prune->count == PRUNE_BATCH)
            prune_finish(prune);
    }
}

void pt_prune(struct page_table *pt, uintptr_t start, uintptr_t end)
{
    struct prune prune = {.pt = pt, .start = start, .end = end};

    assert(end <= USER_END);
    pt->leaf_start = LEAF_NONE;
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
    uint64_t *top = memory_hooks->table_alloc(NULL);

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
