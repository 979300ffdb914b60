/*
 * Bits of page-table entries (SDM vol. 3, tables 4-15 to 4-20), and what paging offers this folder.
 */
#ifndef LIMEN_X86_PAGING_H
#define LIMEN_X86_PAGING_H

#include "kernel/lib/types.h"

#define PTE_PRESENT (1ull << 0)
#define PTE_WRITE (1ull << 1)
#define PTE_USER (1ull << 2)
#define PTE_WRITE_THROUGH (1ull << 3)
#define PTE_UNCACHED (1ull << 4)
#define PTE_ACCESSED (1ull << 5)
#define PTE_DIRTY (1ull << 6)
#define PTE_LARGE (1ull << 7) /* in a directory */
#define PTE_PAT (1ull << 7)   /* in a page's own entry: the upper half of the PAT */
#define PTE_GLOBAL (1ull << 8)
#define PTE_KEPT (1ull << 9) /* ours: not present, but a page is kept here (PROT_NONE) */
#define PTE_NO_EXECUTE (1ull << 63)
#define PTE_ADDRESS 0x000ffffffffff000ull

struct page_table;

/* Makes every CPU that has this page table loaded for a kernel thread load the kernel's (tlb.c). */
void tlb_leave(struct page_table *pt);

/* Forgets all translations of this CPU, the global ones too. */
void tlb_forget_all(void);

/* Builds kernel_page_table and loads it (CPU 0, once). */
void paging_init(void);

/* Loads the kernel's page table on this CPU (boot). */
void arch_use_kernel_page_table(void);

#endif
