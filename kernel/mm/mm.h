/*
 * Address spaces. A struct mm is what the threads of a process share of memory: VMAs (vma.h) and
 * the page table that is filled from them on demand (fault.c).
 *
 * Locking: mm->lock, a mutex of rank RANK_MM, guards everything in a struct mm, its page table
 * included. Page faults take it, also those of copies to and from user memory: never touch user
 * memory with it held. It may be taken under inode and pipe locks, and page caches are locked
 * inside it.
 *
 * Lifetime: `users` counts those who run in it or look into it; the last one empties it. `ref`
 * keeps the (then empty) struct alive for the page cache's walk over who maps an object.
 */
#ifndef LIMEN_MM_MM_H
#define LIMEN_MM_MM_H

#include "arch/api/memory.h"
#include "kernel/core/atomic.h"
#include "kernel/mm/vma.h"
#include "kernel/sched/mutex.h"

#define MMAP_MIN_ADDRESS 0x10000ul /* nothing is mapped below: NULL always faults */
#define STACK_LIMIT_DEFAULT (8ul << 20)
#define MMAP_TOP                                                                     \
    (USER_END - (128ul << 20)) /* mmap goes down from here: room for the stack above \
                                */

struct mm {
    struct refcount users, ref;
    struct mutex lock;
    /* Under lock */
    struct page_table page_table;
    struct range_tree vmas;
    uintptr_t brk_start, brk; /* the heap: brk(2) */
    uint16_t future_lock;     /* VMA_LOCK_FLAGS of what will be mapped: mlockall(2) */
    /* The program's strings, for /proc: arguments, then environment. Set by exec before it runs. */
    uintptr_t args_start, args_end, environment_end;
    uintptr_t auxv_start, auxv_end; /* likewise, the auxiliary vector */
    /* Page tables without pages that small unmappings have left in [prune_start, prune_end) */
    uintptr_t prune_start, prune_end;
    size_t prune_debt;
    size_t resident_pages; /* in the page table; and the most there ever were, read by anybody */
    size_t resident_peak;
    uint32_t barriers;        /* membarrier(2): what was registered for; atomic */
    bool is_doomed, is_empty; /* mm_doom has been here; the last user has left */
};

/* An empty address space; NULL: no memory. mm_get takes one more, mm_put gives one up: the last one
 * unmaps everything, so hold no mutex from RANK_INODE up then, and don't run in it any more
 * (arch_use_page_table comes first). */
struct mm *mm_create(void);
void mm_get(struct mm *mm);
void mm_put(struct mm *mm);

/* The same for the mere struct, emptied or not. */
void mm_hold(struct mm *mm);
void mm_release(struct mm *mm);

/* The soft limit RLIMIT_* of who runs, none where privilege makes it void: kernel/proc's, once
 * there are processes. Limits are not the address space's: who shares one (vfork) may have others.
 */
extern unsigned long (*mm_limit)(int resource);

/*
 * A page for a program could not be had. Called with mm->lock and everything from
 * RANK_OUT_OF_MEMORY up free, other mutexes may be held; kernel/proc's, once there are processes.
 * 0: there may be some now, try again; -ENOMEM: the running thread is to die. `attempt` counts from
 * 0: how often it has been tried again. The first OUT_OF_MEMORY_PATIENCE times nobody is killed
 * while there are free pages: others may have been faster, or the free ones don't lie together.
 */
#define OUT_OF_MEMORY_PATIENCE 8
extern int (*mm_out_of_memory)(unsigned attempt);

/* Takes all pages out of an address space that all who run in it are to die of, so that none of
 * them need take a step for that; no fault gives it new ones. The caller holds the struct
 * (mm_hold). */
void mm_doom(struct mm *mm);

/* True while there are doomed address spaces that somebody still runs in; who waits for that to end
 * waits in the queue. */
bool mm_doomed_exist(void);
extern struct wait_queue mm_doomed_wait;

/* fork(2): a copy of an address space. Private pages are shared until one side writes. NULL: no
 * memory. */
struct mm *mm_clone(struct mm *parent);

/*
 * mmap(2). What is mapped: nothing (anonymous zero pages; cache NULL), or `cache` of `file` from
 * `offset` on. The caller has checked the file's mode and says in max_prot what mprotect may ever
 * set. References: the mapping takes its own.
 */
struct map_request {
    uintptr_t address; /* hint, or the place for MAP_FIXED and MAP_FIXED_NOREPLACE */
    size_t size;       /* bytes; rounded up to pages */
    unsigned prot;     /* PROT_READ, PROT_WRITE, PROT_EXEC; other bits are ignored */
    unsigned max_prot;
    unsigned flags; /* MAP_SHARED or MAP_PRIVATE, MAP_FIXED, MAP_FIXED_NOREPLACE, MAP_32BIT,
                       MAP_GROWSDOWN, MAP_NORESERVE, MAP_POPULATE, MAP_NONBLOCK, MAP_LOCKED */
    struct file *file;
    struct page_cache *cache;
    uint64_t offset; /* bytes, page aligned */
};

/* The address, or -EINVAL (size 0, MAP_FIXED at an odd address, MAP_GROWSDOWN of what is shared or
 * a file's), -ENOMEM, -EEXIST (MAP_FIXED_NOREPLACE), -EPERM (below MMAP_MIN_ADDRESS;
 * MAP_LOCKED where nothing may be), -EAGAIN (locked memory would be too much), -EOVERFLOW. */
long mm_map(struct mm *mm, const struct map_request *request);

/* munmap(2): 0, -EINVAL, -ENOMEM (splitting takes memory, or makes too many VMAs). */
int mm_unmap(struct mm *mm, uintptr_t start, size_t size);

/* mprotect(2), with PROT_GROWSDOWN: 0, -EINVAL, -ENOMEM (a hole, after changing what lies before
 * it), -EACCES (beyond max_prot). */
int mm_protect(struct mm *mm, uintptr_t start, size_t size, unsigned long prot);

/* madvise(2). */
int mm_advise(struct mm *mm, uintptr_t start, size_t size, int advice);

/* mremap(2): the address, or -EINVAL, -EFAULT (not one mapping), -ENOMEM, -EPERM, -EAGAIN (locked
 * memory would be too much). */
long mm_remap(struct mm *mm, uintptr_t old, size_t old_size, size_t new_size, unsigned long flags,
              uintptr_t new);

/* mlock(2), munlock(2): 0, -EPERM (the limit is 0), -ENOMEM (a hole, or the limit), -EINVAL,
 * -EAGAIN. mm_lock_all takes MCL_*. */
int mm_lock(struct mm *mm, uintptr_t start, size_t size, bool on_fault);
int mm_unlock(struct mm *mm, uintptr_t start, size_t size);
int mm_lock_all(struct mm *mm, int flags);
void mm_unlock_all(struct mm *mm);

/* mincore(2) for `count` pages: 1 for each that is in memory, else 0. -ENOMEM: a hole. */
int mm_resident(struct mm *mm, uintptr_t start, size_t count, unsigned char *resident);

/* What is mapped, in bytes; for /proc. Takes the lock. */
struct mm_measures {
    size_t mapped, resident; /* all; what of it is in the page table */
    size_t data, stack;      /* private and writable; stacks */
    size_t text, locked;     /* executable and not writable; by mlock */
};
void mm_measure(struct mm *mm, struct mm_measures *measures);

/* What of a VMA is in the page table, in bytes. mm->lock is held. */
struct vma_measures {
    size_t resident;
    size_t proportional;              /* each page divided by how many mappings show it */
    size_t shared_file, shared_own;   /* pages that others show as well: an object's, no object's */
    size_t private_file, private_own; /* that nobody else does */
};
void vma_measure(const struct vma *vma, struct vma_measures *measures);

/* msync(2): -ENOMEM if something of [start, end) isn't mapped, -EBUSY if something is locked and
 * MS_INVALIDATE would take it away. Takes the lock. */
int mm_check_sync(struct mm *mm, uintptr_t start, uintptr_t end, bool invalidates);

/* brk(2): the heap's end after the call, the old one if it couldn't be moved. mm_set_brk places an
 * empty heap (exec). */
uintptr_t mm_brk(struct mm *mm, uintptr_t wanted);
void mm_set_brk(struct mm *mm, uintptr_t start);

/* exec: a stack that ends at USER_END and grows down as far as RLIMIT_STACK. 0 or -ENOMEM. */
int mm_map_stack(struct mm *mm, unsigned prot);

/*
 * Memory of any address space, through its pages: exec fills a new one, ptrace looks into another.
 * `force`: rights of private mappings don't matter (a debugger writes to text; the page is copied).
 * 0, or -EFAULT, -EACCES, -ENOMEM, -EIO when a page couldn't be had; earlier ones are done then.
 */
int mm_read(struct mm *mm, uintptr_t address, void *data, size_t size, bool force);
int mm_write(struct mm *mm, uintptr_t address, const void *data, size_t size, bool force);
int mm_zero(struct mm *mm, uintptr_t address, size_t size);

/* Takes pages of a cache out of every address space. Part of page_cache_resize and
 * page_cache_punch. */
struct cache_part {
    uint64_t first, end; /* pages [first, end) */
    bool shared_only;    /* private mappings keep what they have */
};
void mm_unmap_cache(struct page_cache *cache, const struct cache_part *part);

/*
 * Inside kernel/mm; mm->lock is held.
 */

/* PT_* rights of a page of the VMA that nobody else writes to; 0 for PROT_NONE: the entry stays in
 * the table, but nobody can use it. */
unsigned vma_page_rights(const struct vma *vma);

/* Makes the page at address present for this access (PT_WRITE, PT_EXEC, 0), extending a stack if
 * need be. 0 or a fault's error (arch/api/upcalls.h). */
int mm_fault(struct mm *mm, uintptr_t address, unsigned access, bool force);

/* Makes the pages of a range present, each as for a fault with this access. Takes the lock itself.
 * 0 or the error at which it stopped; -EINTR when the thread is to die. */
int mm_populate(struct mm *mm, uintptr_t start, uintptr_t end, unsigned access);

/* Makes present what of a range is locked. Takes the lock itself. 0, -ENOMEM (there is nothing to
 * be had there), -EAGAIN (no memory), -EINTR. */
int mm_lock_populate(struct mm *mm, uintptr_t start, uintptr_t end);

/* Do `size` bytes more of what RLIMIT_AS, RLIMIT_DATA or RLIMIT_MEMLOCK counts, with [start, end)
 * gone, stay within the limit? It counts in pages. */
bool mm_limit_allows(const struct mm *mm, int resource, size_t size, uintptr_t start,
                     uintptr_t end);

/* A page has come into the page table where none was. */
static inline void mm_count_page(struct mm *mm)
{
    mm->resident_pages++;
    if (mm->resident_pages > mm->resident_peak)
        WRITE_ONCE(mm->resident_peak, mm->resident_pages);
}

/* What was mapped has been released, is_empty being set: if it was doomed, that is over. */
void mm_doom_end(struct mm *mm);

/* Takes all pages of [start, end) out of the page table and drops them. */
enum zap_mode {
    ZAP_FLUSH,   /* the address space is in use */
    ZAP_NO_FLUSH /* nobody will ever run in it again */
};
void mm_zap(struct mm *mm, uintptr_t start, uintptr_t end, enum zap_mode mode);

/* Frees page tables that an unmapping of [start, end) may have left empty, now or with later ones.
 */
void mm_prune_tables(struct mm *mm, uintptr_t start, uintptr_t end);

/* Where a mapping of `size` bytes goes: at the hint if that is free, else as high as possible below
 * the stack; with MAP_FIXED at the address, whatever is there. Of the request only address and
 * flags count. The address, or what mm_map says. */
long mm_choose_place(struct mm *mm, const struct map_request *request, size_t size);

/* Unmaps what there is in a range; dead VMAs go to the list. 0 or -ENOMEM with nothing done. */
int mm_unmap_locked(struct mm *mm, uintptr_t start, uintptr_t end, struct list *dead);

/* Adds a mapping like `model` (its range tells where), which overlaps none. 0 or -ENOMEM. */
int mm_add_vma(struct mm *mm, const struct vma *model);

/* Do RLIMIT_AS and RLIMIT_DATA allow a mapping like `model`, or `size` bytes more of one? replaces:
 * what is mapped at its place goes. */
bool mm_may_map(const struct mm *mm, const struct vma *model, size_t size, bool replaces);

/* Does RLIMIT_DATA allow `size` bytes of a VMA to become writable? */
bool mm_may_make_data(const struct mm *mm, const struct vma *vma, size_t size);

/* True if Linux would call so much memory obviously too much: more than there is RAM. */
bool mm_overcommits(size_t size);

#endif
