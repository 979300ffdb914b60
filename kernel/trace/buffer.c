/*
 * What the events leave: one ring per CPU. See buffer.h.
 *
 * A record is written on its own CPU with interrupts off. So who has taken a ring away from all
 * CPUs and has interrupted each of them once (smp_call) knows that nobody writes into it any more.
 */
#include "kernel/trace/buffer.h"

#include "arch/api/cpu.h"
#include "arch/api/smp.h"
#include "kernel/abi/errno.h"
#include "kernel/core/atomic.h"
#include "kernel/core/clock.h"
#include "kernel/core/init.h"
#include "kernel/lib/string.h"
#include "kernel/mm/area.h"
#include "kernel/mm/page.h"
#include "kernel/trace/event.h"
#include "kernel/trace/hist.h"

#define KIB_DEFAULT 256u
#define KIB_MIN (TRACE_RING_SLOTS_MIN * sizeof(struct trace_slot) / 1024)
#define KIB_MAX (1u << 20)
#define MEMORY_PART 4 /* of it all rings together get no more than this part */

/* struct trace_common.flags, as Linux's. */
#define FLAG_IRQS_OFF 0x01u
#define FLAG_NEED_RESCHED 0x04u

static struct cpu_buffer {
    struct trace_ring ring;
    struct trace_cursor start;
} buffers[MAX_CPUS];

static uint64_t buffer_kib = KIB_DEFAULT;
static bool is_made;
uint32_t trace_buffer_generation;
bool trace_is_on = true;

static DEFINE_PER_CPU(struct trace_ring *, percpu_trace_ring); /* NULL: nothing is kept */

static bool ring_put(const struct trace_common *record, size_t size)
{
    struct trace_ring *ring = this_cpu(percpu_trace_ring);
    struct trace_content *content;
    struct trace_entry entry;

    if (!ring || !atomic_load(&trace_is_on))
        return false;
    content = (struct trace_content *)entry.words;
    memcpy(content->comm, current->name, sizeof(content->comm));
    memcpy(content->words, record, size);
    entry.size = (uint32_t)(sizeof(content->comm) + size);
    return trace_ring_write(ring, &entry);
}

/* With interrupts off since, and they were or weren't. */
static void common_fill(unsigned index, struct trace_common *record, bool irqs_were_on)
{
    record->type = (uint16_t)trace_event_id(index);
    record->flags = (uint8_t)((irqs_were_on ? 0 : FLAG_IRQS_OFF) |
                              (this_cpu(percpu_need_resched) ? FLAG_NEED_RESCHED : 0));
    record->preempt_count = (uint8_t)this_cpu(percpu_preempt_count);
    record->pid = current->tid;
}

void trace_record(unsigned index, unsigned wanted, struct trace_common *record, size_t size)
{
    bool irqs_were_on = irq_enabled();
    unsigned long flags = irq_save();

    common_fill(index, record, irqs_were_on);
    if (wanted & TRACE_TO_RING)
        ring_put(record, size);
    if (wanted & TRACE_TO_HIST)
        trace_hist_add(index, record);
    irq_restore(flags);
}

static void listen(unsigned event, struct trace_common *record, size_t size)
{
    trace_record(event, atomic_load(&trace_wanted[event]), record, size);
}

int trace_mark(const char *text)
{
    union {
        struct trace_print record;
        char bytes[sizeof(struct trace_print) + TRACE_STRING_MAX];
    } room = {.record.ip = 0};
    unsigned long flags;
    bool is_kept;
    int err;

    mutex_lock(&trace_lock);
    err = trace_buffer_make();
    if (err)
        goto unlock;
    room.record.buf = trace_add_string(&room, sizeof(room.record), text);
    flags = irq_save();
    common_fill(TRACE_PRINT, &room.record.common, true);
    is_kept = ring_put(&room.record.common, sizeof(room.record) + (room.record.buf >> 16));
    irq_restore(flags);
    err = is_kept ? 0 : -EBADF;
unlock:
    mutex_unlock(&trace_lock);
    return err;
}

static uint32_t slots_in(uint64_t kib)
{
    return (uint32_t)(kib * 1024 / sizeof(struct trace_slot));
}

/* Gives CPU a ring, or takes it away: what this CPU's writers see from now on. */
static void rings_show(bool there)
{
    uint32_t cpu;

    for_each_cpu (cpu, cpus_online_mask)
        atomic_store(per_cpu_ptr(&percpu_trace_ring, cpu), there ? &buffers[cpu].ring : NULL);
}

static void nothing(void *unused)
{
    (void)unused;
}

void trace_writers_wait(void)
{
    preempt_disable();
    smp_call(cpus_online_mask, nothing, NULL);
    preempt_enable();
}

static void rings_free(void)
{
    uint32_t cpu;

    is_made = false; /* first: a panic looks without the lock */
    rings_show(false);
    trace_writers_wait();
    for_each_cpu (cpu, cpus_online_mask) {
        area_free(buffers[cpu].ring.slots);
        buffers[cpu].ring.slots = NULL;
    }
    trace_buffer_generation++;
}

static int rings_make(uint64_t kib)
{
    uint32_t cpu;

    for_each_cpu (cpu, cpus_online_mask) {
        struct trace_slot *slots = area_alloc(kib * 1024);

        if (!slots) {
            rings_free();
            return -ENOMEM;
        }
        memset(slots, 0, kib * 1024);
        trace_ring_init(&buffers[cpu].ring, slots, slots_in(kib), clock_monotonic_ns);
        buffers[cpu].start = (struct trace_cursor){0};
    }
    buffer_kib = kib;
    is_made = true;
    trace_buffer_generation++;
    rings_show(true);
    return 0;
}

int trace_buffer_make(void)
{
    assert(mutex_is_held(&trace_lock));
    return is_made ? 0 : rings_make(buffer_kib);
}

/* The old rings go first: there may be no room for both. Without memory for the new ones, the old
 * size is tried again, and if even that fails, the next use of the buffer tries once more. */
int trace_buffer_resize(uint64_t kib)
{
    uint64_t rounded = KIB_MIN, former = buffer_kib;
    bool was_made = is_made;
    int err;

    assert(mutex_is_held(&trace_lock));
    if (kib == 0)
        return -EINVAL;
    if (kib > KIB_MAX)
        return -ENOMEM;
    while (rounded < kib)
        rounded *= 2;
    if (rounded * 1024 * cpus_online() > page_total_count() * PAGE_SIZE / MEMORY_PART)
        return -ENOMEM;
    if (!was_made) {
        buffer_kib = rounded;
        return 0;
    }
    rings_free();
    err = rings_make(rounded);
    if (err)
        (void)rings_make(former);
    return err;
}

uint64_t trace_buffer_kib(void)
{
    return buffer_kib;
}

const struct trace_ring *trace_buffer_ring(uint32_t cpu)
{
    return is_made ? &buffers[cpu].ring : NULL;
}

struct trace_cursor *trace_buffer_start(uint32_t cpu)
{
    return &buffers[cpu].start;
}

void trace_buffer_clear(void)
{
    uint32_t cpu;

    assert(mutex_is_held(&trace_lock));
    if (!is_made)
        return;
    for_each_cpu (cpu, cpus_online_mask)
        trace_ring_end(&buffers[cpu].ring, &buffers[cpu].start);
    trace_buffer_generation++;
}

static void buffer_init(void)
{
    trace_listener = listen;
}
INIT_CALL(1, buffer_init);
