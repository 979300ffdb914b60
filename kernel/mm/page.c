/*
 * Page frames: see page.h for the contract.
 *
 * Free runs hang on one list per order. A run of order n begins at a multiple of 2^n frames and its
 * buddy, the other half of the run of order n + 1, is found by flipping bit n of the frame number;
 * two free buddies are always merged. In front of that, each CPU has a small stock of single
 * frames, touched with interrupts off and without a lock, because faults and page tables want
 * nothing else.
 *
 * Locking: buddy_lock guards the lists and counts; interrupt handlers take it, so interrupts are
 * off while it is held. A struct page belongs to whoever owns the run, its state and order change
 * only when the run changes hands.
 */
#include "kernel/mm/page.h"

#include "arch/api/cpu.h"
#include "kernel/core/log.h"
#include "kernel/core/percpu.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/string.h"
#include "kernel/mm/poison.h"
#include "kernel/sched/thread.h"

#define RESERVE_SHIFT 7u /* of memory, a 128th is kept back */
#define RESERVE_MAX 1024u

#define STOCK_MAX 256u /* 1 MiB */
#define STOCK_BATCH_ORDER 5u
#define STOCK_BATCH (1u << STOCK_BATCH_ORDER)

struct page_stock {
    unsigned count;
    struct page *pages[STOCK_MAX];
};

static DEFINE_PER_CPU(struct page_stock, percpu_page_stock);

struct page *page_array;
static size_t frame_count; /* elements of page_array */

static struct spinlock buddy_lock = SPINLOCK_INIT(RANK_PAGE_FRAMES);
static struct list free_runs[PAGE_ORDER_MAX + 1]; /* by order */
static size_t buddy_free_frames;
static size_t total_frames;   /* atomic */
static size_t reserve_frames; /* constant */

#if LIMEN_DEBUG

#define POISON_WORDS (PAGE_SIZE / sizeof(uint64_t))

/* Fills a run that is being freed, so that a use after free reads nonsense. */
static void run_poison(struct page *page, unsigned order)
{
    poison_fill(page_to_virt(page), POISON_PAGE, POISON_WORDS << order);
    for (size_t i = 0; i < 1ul << order; i++)
        page[i].poisoned = true;
}

/* Finds out whether somebody wrote to a frame while it was free. */
static void run_check_poison(struct page *page, unsigned order)
{
    for (size_t i = 0; i < 1ul << order; i++) {
        const uint64_t *words = page_to_virt(&page[i]);
        size_t word;

        if (!page[i].poisoned)
            continue;
        word = poison_check(words, POISON_PAGE, POISON_WORDS);
        if (unlikely(word != POISON_WORDS))
            panic("page frame %#lx was written to after it was freed (offset %#zx: %#lx)",
                  page_to_phys(&page[i]), word * sizeof(*words), words[word]);
        page[i].poisoned = false;
    }
}

void allocation_fail_nth(uint32_t nth)
{
    current->fail_nth = nth;
}

bool allocation_must_fail(void)
{
    struct thread *thread = current; /* NULL: too early in the boot for threads */

    return thread && unlikely(thread->fail_nth != 0) && --thread->fail_nth == 0;
}

#else

static inline void run_poison(struct page *page, unsigned order)
{
    (void)page;
    (void)order;
}

static inline void run_check_poison(struct page *page, unsigned order)
{
    (void)page;
    (void)order;
}

#endif

/* Puts a run on its list, merged with its buddy as often as that is free. */
static void buddy_put(struct page *page, unsigned order)
{
    size_t frame = (size_t)(page - page_array);

    buddy_free_frames += 1ul << order;
    for (; order < PAGE_ORDER_MAX; order++) {
        size_t buddy_frame = frame ^ (1ul << order);
        struct page *buddy = page_array + buddy_frame;

        if (buddy_frame >= frame_count || buddy->state != PAGE_FREE || buddy->order != order)
            break;
        list_del(&buddy->node);
        page_array[frame | buddy_frame].state = PAGE_TAIL;
        frame &= buddy_frame;
    }
    page = page_array + frame;
    page->state = PAGE_FREE;
    page->order = order & 0x7f;
    list_add(&free_runs[order], &page->node);
}

/* The smallest order >= `order` of which there is a free run; above PAGE_ORDER_MAX: none. */
static unsigned buddy_smallest(unsigned order)
{
    while (order <= PAGE_ORDER_MAX && list_empty(&free_runs[order]))
        order++;
    return order;
}

/* The last frames are for who is about to die and gives back more, and for the kernel's threads. */
static bool reserve_is_open(void)
{
    return !current->mm || (atomic_load(&current->flags) & TF_KILLED);
}

/* Takes a run from the smallest list that has one, and gives back the halves that are too much. */
static struct page *buddy_take(unsigned order)
{
    unsigned from = buddy_smallest(order);
    struct page *page;

    if (from > PAGE_ORDER_MAX)
        return NULL;
    if (unlikely(buddy_free_frames < reserve_frames + (1ul << order)) && !reserve_is_open())
        return NULL;
    page = list_first_entry(&free_runs[from], struct page, node);
    list_del(&page->node);
    page->state = PAGE_TAIL; /* taken: a neighbour that is freed now must not merge with it */
    buddy_free_frames -= 1ul << order;
    while (from > order) {
        struct page *half;

        from--;
        half = page + (1ul << from);
        half->state = PAGE_FREE;
        half->order = from & 0x7f;
        list_add(&free_runs[from], &half->node);
    }
    return page;
}

/* Both move frames between this CPU's stock and the lists; interrupts are off. A refill takes one
 * run, not longer than a batch: the smallest there is, so that longer ones stay whole. */
static void __noinline stock_refill(struct page_stock *stock)
{
    unsigned order;
    struct page *run;

    spin_lock(&buddy_lock);
    order = min(buddy_smallest(0), STOCK_BATCH_ORDER);
    if (buddy_free_frames < reserve_frames + STOCK_BATCH)
        order = 0; /* the last ones before the reserve, one by one */
    run = buddy_take(order);
    spin_unlock(&buddy_lock);
    for (unsigned i = run ? 1u << order : 0; i-- > 0;) {
        run[i].state = PAGE_CACHED;
        stock->pages[stock->count++] = &run[i];
    }
}

static void stock_drain(struct page_stock *stock, unsigned keep)
{
    spin_lock(&buddy_lock);
    while (stock->count > keep)
        buddy_put(stock->pages[--stock->count], 0);
    spin_unlock(&buddy_lock);
}

static struct page *stock_take(void)
{
    struct page_stock *stock = this_cpu_ptr(&percpu_page_stock);

    if (unlikely(stock->count == 0))
        stock_refill(stock);
    return stock->count == 0 ? NULL : stock->pages[--stock->count];
}

/* A longer run; this CPU's stock may hold the frame that is missing to one. */
static struct page *__noinline run_take(unsigned order)
{
    struct page *page;

    spin_lock(&buddy_lock);
    page = buddy_take(order);
    spin_unlock(&buddy_lock);
    if (page)
        return page;
    stock_drain(this_cpu_ptr(&percpu_page_stock), 0);
    spin_lock(&buddy_lock);
    page = buddy_take(order);
    spin_unlock(&buddy_lock);
    return page;
}

struct page *page_alloc(unsigned order, unsigned flags)
{
    unsigned long irq_flags;
    struct page *page;

    if (unlikely(order > PAGE_ORDER_MAX) || allocation_must_fail())
        return NULL;
    irq_flags = irq_save();
    page = order == 0 ? stock_take() : run_take(order);
    irq_restore(irq_flags);
    if (unlikely(!page))
        return NULL;
    run_check_poison(page, order);
    page->ref = 1;
    page->state = PAGE_USED;
    page->order = order & 0x7f;
    if (flags & PAGE_ZEROED)
        for (size_t i = 0; i < 1ul << order; i++)
            page_clear(page_to_virt(page + i));
    return page;
}

void page_free(struct page *page)
{
    unsigned order = page->order;
    unsigned long irq_flags;

    if (page->state == PAGE_RESERVED)
        atomic_add(&total_frames, 1);
    else if (unlikely(page->state != PAGE_USED || page->ref != 1))
        panic("page frame %#lx freed in state %u with %u references (twice?)", page_to_phys(page),
              page->state, page->ref);
    page->ref = 0;
    run_poison(page, order);
    irq_flags = irq_save();
    if (order == 0) {
        struct page_stock *stock = this_cpu_ptr(&percpu_page_stock);

        page->state = PAGE_CACHED;
        if (unlikely(stock->count == STOCK_MAX))
            stock_drain(stock, STOCK_MAX - STOCK_BATCH);
        stock->pages[stock->count++] = page;
    } else {
        spin_lock(&buddy_lock);
        buddy_put(page, order);
        spin_unlock(&buddy_lock);
    }
    irq_restore(irq_flags);
}

void page_free_range(phys_addr_t start, phys_addr_t end)
{
    size_t last = min(end >> PAGE_SHIFT, (phys_addr_t)frame_count);

    for (size_t frame = DIV_ROUND_UP(start, PAGE_SIZE); frame < last; frame++)
        page_free(page_array + frame);
}

size_t page_total_count(void)
{
    return atomic_load(&total_frames);
}

size_t page_free_count(void)
{
    size_t count = READ_ONCE(buddy_free_frames);
    uint32_t cpu;

    for_each_cpu (cpu, cpus_online_mask)
        count += READ_ONCE(per_cpu_ptr(&percpu_page_stock, cpu)->count);
    return count;
}

size_t page_reserve_count(void)
{
    return reserve_frames;
}

bool page_is_short(void)
{
    return READ_ONCE(buddy_free_frames) <= reserve_frames;
}

/* Gives a range of RAM to the buddy lists in runs as long as its alignment allows. */
static void frames_add(size_t frame, size_t end)
{
    total_frames += end - frame;
    for (size_t i = frame; i < end; i++)
        page_array[i].state = PAGE_TAIL;
    while (frame < end) {
        unsigned order = PAGE_ORDER_MAX;

        while (!is_aligned(frame, 1ul << order) || frame + (1ul << order) > end)
            order--;
        buddy_put(page_array + frame, order);
        frame += 1ul << order;
    }
}

static size_t array_bytes(const struct memory_range *last)
{
    return round_up((last->end >> PAGE_SHIFT) * sizeof(struct page), PAGE_SIZE);
}

/*
 * How many of the ranges to use: page_array reaches over the holes between them, so RAM that lies
 * so far up that the array would take more than an eighth of all is not worth having.
 */
static size_t ranges_worth(const struct memory_range *ranges, size_t count)
{
    phys_addr_t total = 0;

    for (size_t i = 0; i < count; i++)
        total += ranges[i].end - ranges[i].start;
    for (; count > 1 && array_bytes(&ranges[count - 1]) > total / 8; count--) {
        const struct memory_range *last = &ranges[count - 1];

        pr_warn("memory: %#lx-%#lx left out, too far from the rest", last->start, last->end);
        total -= last->end - last->start;
    }
    return count;
}

void page_init(const struct memory_range *ranges, size_t count)
{
    size_t home, bytes;

    count = count == 0 ? 0 : ranges_worth(ranges, count);
    if (count == 0)
        panic("no usable memory");
    bytes = array_bytes(&ranges[count - 1]);
    for (home = count; home > 0; home--)
        if (ranges[home - 1].end - ranges[home - 1].start >= bytes)
            break;
    if (home-- == 0)
        panic("no room for the descriptors of page frames (%zu bytes)", bytes);

    page_array = phys_to_virt(ranges[home].end - bytes);
    frame_count = ranges[count - 1].end >> PAGE_SHIFT;
    memset(page_array, 0, bytes);
    for (unsigned order = 0; order <= PAGE_ORDER_MAX; order++)
        list_init(&free_runs[order]);
    for (size_t i = 0; i < count; i++)
        frames_add(ranges[i].start >> PAGE_SHIFT,
                   (ranges[i].end - (i == home ? bytes : 0)) >> PAGE_SHIFT);
    reserve_frames = min_t(size_t, total_frames >> RESERVE_SHIFT, RESERVE_MAX);
}
