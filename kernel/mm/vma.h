/*
 * Virtual memory areas: a struct vma is one mapping of an address space, a range of pages with the
 * same rights and the same thing behind them. This file knows how they are split, merged and kept
 * in order; it doesn't touch page tables.
 *
 * Locking: the mm's mutex guards its VMAs. cache_node and unmap_mark are under the cache's
 * mappings_lock. Because putting a file's last reference takes locks that come before the mm's,
 * dead VMAs are gathered on a list and released when the mutex has been dropped (vma_release_all).
 */
#ifndef LIMEN_MM_VMA_H
#define LIMEN_MM_VMA_H

#include "arch/api/memory.h"
#include "kernel/lib/list.h"
#include "kernel/mm/range.h"

struct file;
struct mm;
struct page_cache;

#define VMA_SHARED 0x01u       /* writes are seen by all who map the object */
#define VMA_GROWS_DOWN 0x02u   /* a stack: a fault below it extends it */
#define VMA_NO_FORK 0x04u      /* madvise(MADV_DONTFORK) */
#define VMA_WIPE_ON_FORK 0x08u /* madvise(MADV_WIPEONFORK) */
#define VMA_NO_RESERVE 0x10u   /* MAP_NORESERVE: its size is not held against the size of RAM */

#define VMA_LOCKED 0x20u        /* mlock: pages are there, and stay */
#define VMA_LOCK_ON_FAULT 0x40u /* with VMA_LOCKED: they come when touched */
#define VMA_LOCK_FLAGS (VMA_LOCKED | VMA_LOCK_ON_FAULT)

/* VMAs in one address space (vm.max_map_count). Atomic. */
extern uint64_t vma_count_max;

#define STACK_GUARD_BYTES (256 * PAGE_SIZE) /* kept free below a VMA that grows down */

struct vma {
    struct range range; /* in mm->vmas */
    struct mm *mm;
    uint8_t prot;             /* PROT_READ | PROT_WRITE | PROT_EXEC */
    uint8_t max_prot;         /* what mprotect may set */
    uint16_t flags;           /* VMA_* */
    struct file *file;        /* what was mapped, with a reference; NULL: anonymous */
    struct page_cache *cache; /* the file's pages, or of shared anonymous memory; NULL: pages of
                                 its own, zero at first */
    uint64_t cache_index;     /* of the page at start */
    struct list cache_node;   /* in cache->mappings; then on a list of dead VMAs */
    uint64_t unmap_mark;      /* the page_cache_resize up to which this VMA has been seen to */
};

/* How to hold a struct file, which a layer above mm owns. Set once, before the first file is
 * mapped. */
struct vma_file_hooks {
    void (*get)(struct file *file);
    void (*put)(struct file *file);     /* may sleep; called without the mm's mutex */
    void (*put_one)(struct file *file); /* not the last, in no case; under the mm's mutex too */
    /* Makes a hole of bytes: 0, -EOPNOTSUPP or what else fallocate(2) says. As put. */
    int (*punch)(struct file *file, uint64_t start, uint64_t size);
};
void vma_set_file_hooks(const struct vma_file_hooks *hooks);

#define vma_of(range_pointer) container_of(range_pointer, struct vma, range)

/* The first VMA of the tree that ends above address (the one that holds it, or the next one up);
 * the neighbours of a VMA. NULL: none. */
struct vma *vma_find(const struct range_tree *tree, uintptr_t address);
struct vma *vma_next(const struct vma *vma);
struct vma *vma_prev(const struct vma *vma);

/* A VMA for [start, end) of what `model` maps, in no tree yet, with references of its own to file
 * and cache. model->range.start tells which page of the cache cache_index stands for. NULL: no
 * memory. */
struct vma *vma_create(const struct vma *model, uintptr_t start, uintptr_t end);

/* Makes a VMA findable for who unmaps pages of the cache. vma_insert does it for a fresh mapping; a
 * copy (fork) keeps its model's unmap_mark and is linked once it is complete. */
void vma_link_cache(struct vma *vma);

/* Puts a fresh VMA into its place, merged with the neighbours if they continue it: the survivor. */
struct vma *vma_insert(struct range_tree *tree, struct vma *vma);

/* Merges a VMA that is in the tree and has been changed with its neighbours: the survivor. */
struct vma *vma_merge(struct range_tree *tree, struct vma *vma);

/* Cuts a VMA in two at an address inside it: 0, the VMA keeps the lower part; or -ENOMEM. */
int vma_split(struct range_tree *tree, struct vma *vma, uintptr_t address);

/* Cuts off what of *vma lies outside [start, end), into VMAs of their own. 0 with *vma the part
 * inside, or -ENOMEM. */
int vma_isolate(struct range_tree *tree, struct vma **vma, uintptr_t start, uintptr_t end);

/* Changes flags of what of a VMA lies in [start, end): 0 with *vma what this is part of then, or
 * -ENOMEM. */
int vma_change_flags(struct range_tree *tree, struct vma **vma, uintptr_t start, uintptr_t end,
                     unsigned clear, unsigned set);

/* Takes [start, end), which reaches over one or both ends of the VMA, away from it. What is taken
 * away entirely ends up on `dead`. */
void vma_trim(struct range_tree *tree, struct vma *vma, uintptr_t start, uintptr_t end,
              struct list *dead);

/* Gives up what VMAs on the list hold, and the VMAs. No mutex from RANK_INODE up is held. */
void vma_release_all(struct list *dead);

/* Makes a hole of what a VMA that is in no tree shows of its object, whose error it returns. Called
 * without the mm's mutex. */
int vma_punch(const struct vma *vma);

/* Bytes of a VMA outside of [start, end). */
static inline size_t vma_bytes_outside(const struct vma *vma, uintptr_t start, uintptr_t end)
{
    uintptr_t from = max(vma->range.start, start), to = min(vma->range.end, end);

    return vma->range.end - vma->range.start - (from < to ? to - from : 0);
}

/* Index in the cache of the page at address. */
static inline uint64_t vma_cache_index(const struct vma *vma, uintptr_t address)
{
    return vma->cache_index + ((address - vma->range.start) >> PAGE_SHIFT);
}

#endif
