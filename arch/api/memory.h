/*
 * The address space of the machine, and page tables.
 *
 * Layout (docs/address-space.md): user below USER_END; the direct map of all RAM from DIRECT_BASE;
 * kernel virtual areas from AREA_BASE; the kernel's image in the top 2 GiB.
 *
 * Locking: a page table's entries are changed only under its owner's lock (struct mm's page-table
 * lock, or the kernel area lock); readers in fault handlers hold the same.
 */
#ifndef LIMEN_ARCH_API_MEMORY_H
#define LIMEN_ARCH_API_MEMORY_H

#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

#define PAGE_SHIFT 12
#define PAGE_SIZE (1ul << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

#define USER_END 0x00007ffffffff000ul /* first address that a user may not map */
#define DIRECT_BASE 0xffff888000000000ul
#define AREA_BASE 0xffffc90000000000ul
#define AREA_END (AREA_BASE + (1ul << 39)) /* one entry of the top table */
#define IMAGE_BASE 0xffffffff80000000ul    /* = physical 0 */

/* Through the direct map; only for RAM. */
static inline void *phys_to_virt(phys_addr_t phys)
{
    return (void *)(uintptr_t)(phys + DIRECT_BASE);
}

/* Of a direct-map or kernel-image address. */
static inline phys_addr_t virt_to_phys(const void *virt)
{
    uintptr_t address = (uintptr_t)virt;

    return address >= IMAGE_BASE ? address - IMAGE_BASE : address - DIRECT_BASE;
}

/* Rights and kind of a mapping. Every mapping is readable. */
#define PT_EXEC 0x01u
#define PT_WRITE 0x02u /* this and the next as in the CPU's entries */
#define PT_USER 0x04u
#define PT_UNCACHED 0x08u      /* device memory */
#define PT_WRITE_COMBINE 0x10u /* frame buffers; uncached where the CPU has no PAT */

/* What a page is mapped to, as pt_query reports it. */
struct pt_entry {
    phys_addr_t phys;
    unsigned rights; /* PT_WRITE, PT_EXEC, PT_USER */
};

struct page_table {
    phys_addr_t root;
    cpumask_t cpus;       /* CPUs that may have translations of it cached; atomic */
    struct list tables;   /* its own, without the kernel's half: memory_hooks knows how */
    uint64_t *leaf;       /* the last-level table that was used last, */
    uintptr_t leaf_start; /* and the address from which on it maps */
    size_t table_count;   /* below the top one; may be read without the lock */
};

extern struct page_table kernel_page_table;

/* A new page table whose kernel half is the common one. -ENOMEM. */
int pt_init(struct page_table *pt);

/* Frees the table's own pages (not what is mapped); makes every CPU that still has it loaded for a
 * kernel thread leave it first. Not callable on the running thread's own table. */
void pt_destroy(struct page_table *pt);

/* Maps one page, replacing what was there (caller flushes then). -ENOMEM: no page for a table. */
int pt_map(struct page_table *pt, uintptr_t virt, phys_addr_t phys, unsigned rights);

/* Removes the mapping of one page. True and what it was in *old (may be NULL) if there was one. */
bool pt_unmap(struct page_table *pt, uintptr_t virt, struct pt_entry *old);

/* Changes the rights of one page if it is mapped; true if it was. */
bool pt_protect(struct page_table *pt, uintptr_t virt, unsigned rights);

/* True and the entry if the page is mapped. */
bool pt_query(struct page_table *pt, uintptr_t virt, struct pt_entry *entry);

/* The first page mapped in [*virt, end), which lies in the user half: true with its address in
 * *virt and what it is mapped to. Absent tables are skipped: a huge empty reservation costs little.
 */
bool pt_next(struct page_table *pt, uintptr_t *virt, uintptr_t end, struct pt_entry *entry);

/* Frees the tables that cover only the range [start, end) and map nothing any more. Bounds are page
 * aligned. The caller has flushed. */
void pt_prune(struct page_table *pt, uintptr_t start, uintptr_t end);

/* Forgets cached translations of the range on all CPUs that may have them. Must be called after
 * every change that takes rights away or replaces a page, before the old page is reused. */
void tlb_flush(struct page_table *pt, uintptr_t start, uintptr_t end);

/* Prints the walk of an address through all levels, for panic reports. */
void pt_report(uintptr_t virt);

/* A page at direct map address, to zero or copy a whole page the fastest way of this CPU. */
void page_clear(void *page);
void page_copy(void *to, const void *from);

#endif
