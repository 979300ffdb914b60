/*
 * A simulated machine below kernel/mm, for unit tests: RAM, page tables with a TLB that forgets
 * only what it is told to forget, locks that insist on their order, files. All of kernel/mm that
 * doesn't need a CPU is compiled into the test that includes this.
 */
#ifndef LIMEN_TESTS_MM_MACHINE_H
#define LIMEN_TESTS_MM_MACHINE_H

#include <stdarg.h>

#include "tests/unit/unit.h"

/* The simulated machine stands in for arch/api/{memory,cpu,upcalls}.h. */
#define LIMEN_ARCH_API_MEMORY_H
#define LIMEN_ARCH_API_CPU_H
#define LIMEN_ABI_TIME_H /* the host's headers have the same structs */
#define LIMEN_DEBUG 1
#include "kernel/lib/types.h"

#define PAGE_SHIFT 12
#define PAGE_SIZE (1ul << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define USER_END 0x00007ffffffff000ul
#define PT_WRITE 0x01u
#define PT_EXEC 0x02u
#define PT_USER 0x04u
#define PT_UNCACHED 0x08u

struct pt_entry {
    phys_addr_t phys;
    unsigned rights;
};

struct page_table {
    phys_addr_t root;
    cpumask_t cpus;
    size_t table_count;
};

static char *ram;

static inline void *phys_to_virt(phys_addr_t phys)
{
    return ram + phys;
}

static inline phys_addr_t virt_to_phys(const void *virt)
{
    return (phys_addr_t)((const char *)virt - ram);
}

int pt_init(struct page_table *pt);
void pt_destroy(struct page_table *pt);
int pt_map(struct page_table *pt, uintptr_t virt, phys_addr_t phys, unsigned rights);
bool pt_unmap(struct page_table *pt, uintptr_t virt, struct pt_entry *old);
bool pt_protect(struct page_table *pt, uintptr_t virt, unsigned rights);
bool pt_query(struct page_table *pt, uintptr_t virt, struct pt_entry *entry);
bool pt_next(struct page_table *pt, uintptr_t *virt, uintptr_t end, struct pt_entry *entry);
void pt_prune(struct page_table *pt, uintptr_t start, uintptr_t end);
void tlb_flush(struct page_table *pt, uintptr_t start, uintptr_t end);
void page_clear(void *page);
void page_copy(void *to, const void *from);

static inline unsigned long irq_save(void)
{
    return 0;
}

static inline void irq_restore(unsigned long flags)
{
    (void)flags;
}

#include "kernel/mm/page.c"

#include "kernel/mm/slab.c"

#include "kernel/mm/range.c"

#include "kernel/mm/radix.c"

#include "kernel/mm/cache.c"

#include "kernel/mm/iter.c"

#include "kernel/mm/vma.c"

#include "kernel/mm/limit.c"

#include "kernel/mm/zap.c"

#include "kernel/mm/doom.c"

#include "kernel/mm/mm.c"

#include "kernel/mm/lock.c"

#include "kernel/mm/map.c"

#include "kernel/mm/protect.c"

#include "kernel/mm/advise.c"

#include "kernel/mm/fault.c"

#include "kernel/mm/access.c"

/* A wrong step makes all later ones wrong: the first is reported and the program ends. */
#define MUST(condition)                                         \
    do {                                                        \
        unit_checks++;                                          \
        if (!(condition))                                       \
            panic("%s:%d: %s", __FILE__, __LINE__, #condition); \
    } while (0)

static unsigned round_number;

/*
 * What the kernel below mm would do.
 */
static struct thread self;
struct thread *percpu_current = &self;
uint32_t percpu_cpu_id, percpu_preempt_count, percpu_need_resched;
uintptr_t percpu_self_offset;
uintptr_t percpu_offset[MAX_CPUS];
cpumask_t cpus_online_mask = 1;

void panic(const char *fmt, ...)
{
    va_list arguments;

    va_start(arguments, fmt);
    printf("round %u: ", round_number);
    vprintf(fmt, arguments);
    putchar('\n');
    fflush(stdout);
    va_end(arguments);
    abort();
}

void log_printf(enum log_level level, const char *fmt, ...)
{
    (void)level;
    (void)fmt;
}

bool may_sleep(void)
{
    return true;
}

void preempt_schedule(void)
{
}

/* Locks: ranks must rise, as in the kernel. */
#define LOCKS_MAX 8

static unsigned ranks[LOCKS_MAX], rank_count;

static void rank_take(unsigned rank)
{
    MUST(rank_count < LOCKS_MAX && (rank_count == 0 || ranks[rank_count - 1] < rank));
    ranks[rank_count++] = rank;
}

static void rank_drop(unsigned rank)
{
    MUST(rank_count > 0 && ranks[rank_count - 1] == rank);
    rank_count--;
}

void spin_lock_init(struct spinlock *lock, enum lock_rank rank)
{
    *lock = (struct spinlock){.rank = (uint16_t)rank};
}

void spin_lock(struct spinlock *lock)
{
    rank_take(lock->rank);
}

void spin_unlock(struct spinlock *lock)
{
    rank_drop(lock->rank);
}

unsigned long spin_lock_irqsave(struct spinlock *lock)
{
    rank_take(lock->rank);
    return 0;
}

void spin_unlock_irqrestore(struct spinlock *lock, unsigned long flags)
{
    (void)flags;
    rank_drop(lock->rank);
}

void wake_up_all(struct wait_queue *queue)
{
    (void)queue;
}

void mutex_init(struct mutex *mutex, enum lock_rank rank)
{
    *mutex = (struct mutex){.rank = (uint16_t)rank};
}

void mutex_lock(struct mutex *mutex)
{
    rank_take(mutex->rank);
    mutex->owner = &self;
}

void mutex_unlock(struct mutex *mutex)
{
    mutex->owner = NULL;
    rank_drop(mutex->rank);
}

void mutex_assert_order(enum lock_rank rank)
{
    rank_take(rank);
    rank_drop(rank);
}

bool mutex_is_held(const struct mutex *mutex)
{
    return mutex->owner == &self;
}

void user_access_assert(void)
{
    MUST(rank_count == 0);
}

size_t arch_copy_from_user(void *to, const void __user *from, size_t size)
{
    memcpy(to, from, size);
    return 0;
}

size_t arch_copy_to_user(void __user *to, const void *from, size_t size)
{
    memcpy(to, from, size);
    return 0;
}

size_t arch_clear_user(void __user *to, size_t size)
{
    memset(to, 0, size);
    return 0;
}

/*
 * The simulated MMU: a page table is a list of entries; so is its TLB.
 */
#define ENTRIES_MAX 1024u

struct translation {
    uintptr_t virt;
    phys_addr_t phys;
    unsigned rights;
};

struct machine_table {
    struct page_table *pt;
    unsigned count, cached_count;
    struct translation entries[ENTRIES_MAX], cached[ENTRIES_MAX];
};

#define TABLES_MAX 8u

static struct machine_table tables[TABLES_MAX];
struct page_table kernel_page_table;

static struct machine_table *table_of(const struct page_table *pt)
{
    return &tables[pt->root];
}

static struct translation *lookup(struct translation *list, unsigned count, uintptr_t virt)
{
    for (unsigned i = 0; i < count; i++)
        if (list[i].virt == virt)
            return &list[i];
    return NULL;
}

static struct translation *entry_of(const struct page_table *pt, uintptr_t virt)
{
    return lookup(table_of(pt)->entries, table_of(pt)->count, virt);
}

int pt_init(struct page_table *pt)
{
    if (allocation_must_fail())
        return -ENOMEM;
    for (unsigned i = 0; i < TABLES_MAX; i++) {
        if (tables[i].pt)
            continue;
        tables[i].pt = pt;
        tables[i].count = tables[i].cached_count = 0;
        pt->root = i;
        return 0;
    }
    abort();
}

void pt_destroy(struct page_table *pt)
{
    MUST(table_of(pt)->count == 0);
    table_of(pt)->pt = NULL;
}

int pt_map(struct page_table *pt, uintptr_t virt, phys_addr_t phys, unsigned rights)
{
    struct machine_table *table = table_of(pt);
    struct translation *entry = entry_of(pt, virt);

    MUST(is_aligned(virt, PAGE_SIZE) && virt < USER_END && phys != 0);
    if (!entry) {
        if (allocation_must_fail())
            return -ENOMEM;
        MUST(table->count < ENTRIES_MAX);
        entry = &table->entries[table->count++];
    }
    *entry = (struct translation){virt, phys, rights};
    return 0;
}

bool pt_query(struct page_table *pt, uintptr_t virt, struct pt_entry *out)
{
    struct translation *entry = entry_of(pt, virt);

    if (!entry)
        return false;
    *out = (struct pt_entry){.phys = entry->phys, .rights = entry->rights};
    return true;
}

bool pt_unmap(struct page_table *pt, uintptr_t virt, struct pt_entry *old)
{
    struct machine_table *table = table_of(pt);
    struct translation *entry = entry_of(pt, virt);

    if (!entry)
        return false;
    if (old)
        pt_query(pt, virt, old);
    *entry = table->entries[--table->count];
    return true;
}

bool pt_protect(struct page_table *pt, uintptr_t virt, unsigned rights)
{
    struct translation *entry = entry_of(pt, virt);

    if (entry)
        entry->rights = rights;
    return entry != NULL;
}

bool pt_next(struct page_table *pt, uintptr_t *virt, uintptr_t end, struct pt_entry *entry)
{
    const struct machine_table *table = table_of(pt);
    uintptr_t next = end;

    for (unsigned i = 0; i < table->count; i++)
        if (table->entries[i].virt >= *virt && table->entries[i].virt < next)
            next = table->entries[i].virt;
    if (next >= end)
        return false;
    *virt = next;
    return pt_query(pt, next, entry);
}

void pt_prune(struct page_table *pt, uintptr_t start, uintptr_t end)
{
    struct pt_entry entry;

    MUST(start < end && end <= USER_END && !pt_next(pt, &start, end, &entry));
}

void tlb_flush(struct page_table *pt, uintptr_t start, uintptr_t end)
{
    struct machine_table *table = table_of(pt);

    for (unsigned i = 0; i < table->cached_count;)
        if (table->cached[i].virt >= start && table->cached[i].virt < end)
            table->cached[i] = table->cached[--table->cached_count];
        else
            i++;
}

void page_clear(void *page)
{
    memset(page, 0, PAGE_SIZE);
}

void page_copy(void *to, const void *from)
{
    memcpy(to, from, PAGE_SIZE);
}

/* An access by a program: by the TLB if that allows it, else by the page table, else a fault. The
 * place in RAM, or NULL with the fault's error. */
static uint64_t *machine_access(struct mm *mm, uintptr_t address, bool write, int *error)
{
    struct machine_table *table = table_of(&mm->page_table);
    unsigned needed = PT_USER | (write ? PT_WRITE : 0);
    uintptr_t virt = address & PAGE_MASK;

    for (unsigned tries = 0; tries < 4; tries++) {
        struct translation *hit = lookup(table->cached, table->cached_count, virt);

        if (!hit && entry_of(&mm->page_table, virt)) {
            MUST(table->cached_count < ENTRIES_MAX);
            hit = &table->cached[table->cached_count++];
            *hit = *entry_of(&mm->page_table, virt);
        }
        if (hit && (hit->rights & needed) == needed) {
            MUST(phys_to_page(hit->phys)->state == PAGE_USED);
            return phys_to_virt(hit->phys + address % PAGE_SIZE);
        }
        if (hit)
            *hit = table->cached[--table->cached_count];
        mutex_lock(&mm->lock);
        *error = mm_fault(mm, address, write ? PT_WRITE : 0, false);
        mutex_unlock(&mm->lock);
        if (*error != 0)
            return NULL;
    }
    panic("a fault that doesn't end");
}

/*
 * Files: their caches, and a count of who holds them.
 */
#define FILES 2u

struct file {
    struct page_cache cache;
    int references;
};

static struct file files[FILES];

static void file_hold(struct file *file)
{
    file->references++;
}

static void file_drop(struct file *file)
{
    file->references--;
    MUST(file->references >= 0);
}

/* Files here have no holes. */
static int file_punch(struct file *file, uint64_t start, uint64_t size)
{
    (void)file;
    (void)start;
    (void)size;
    return -EOPNOTSUPP;
}

static void file_drop_one(struct file *file)
{
    file->references--;
    MUST(file->references > 0);
}

static size_t objects_in_use;

static void count_objects(void *context, const struct slab_cache *cache)
{
    (void)context;
    if (cache->object_count != 0)
        printf("%zu objects of %s left over\n", cache->object_count, cache->name);
    objects_in_use += cache->object_count;
}

static void check_nothing_left(void)
{
    slab_report(count_objects, NULL);
    MUST(objects_in_use == 0);
    for (size_t i = 0; i < frame_count; i++)
        if (page_array[i].state == PAGE_SLAB)
            MUST(page_array[i].slab->object_count == 0);
        else
            MUST(page_array[i].state != PAGE_USED);
}

static void machine_start(void)
{
    static const struct vma_file_hooks hooks = {file_hold, file_drop, file_drop_one, file_punch};
    static const struct memory_range ranges[] = {{0x1000, 0x803000}, {0xa00000, 0x1000000}};

    ram = aligned_alloc(4ul << 20, 0x1000000);
    MUST(ram);
    page_init(ranges, ARRAY_SIZE(ranges));
    vma_set_file_hooks(&hooks);
    for (size_t i = 0; i < FILES; i++)
        page_cache_init(&files[i].cache, NULL);
}

static void machine_stop(void)
{
    free(ram);
}

#endif
