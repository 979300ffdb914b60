/*
 * Device interrupts: the I/O APICs (82093AA data sheet), which turn lines into vectors, and the
 * handlers behind each line. The old 8259 controllers are silenced.
 */
#include "arch/api/irq.h"

#include "arch/x86_64/apic.h"
#include "arch/x86_64/trap.h"
#include "kernel/abi/errno.h"
#include "kernel/core/alloc.h"
#include "kernel/core/atomic.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/core/spinlock.h"
#include "kernel/core/tracepoint.h"

#define REG_VERSION 1u
#define REG_REDIRECTION(input) (0x10u + 2u * (input))

#define REDIRECT_NMI (4u << 8)
#define REDIRECT_ACTIVE_LOW (1u << 13)
#define REDIRECT_LEVEL (1u << 15)
#define REDIRECT_MASKED (1u << 16)

#define PIC_MASTER_DATA 0x21
#define PIC_SLAVE_DATA 0xa1
#define HANDLERS_MAX 32

struct io_apic {
    volatile uint32_t *select; /* word 0: which register, word 4: its value */
    uint32_t gsi_base, inputs;
};

struct handler {
    irq_handler *function;
    void *context;
    uint32_t gsi;
    bool is_level;
    const char *name;
    uint64_t count; /* CPU 0's, read by anybody */
};

static struct io_apic io_apics[IO_APICS_MAX];
/* Only ever grows: entries below handler_count are constant but for their counts, so that dispatch
 * needs no lock. */
static struct handler handlers[HANDLERS_MAX];
static unsigned handler_count;
static struct spinlock irq_lock = SPINLOCK_INIT(RANK_IRQ); /* registration, I/O APIC registers */

static uint32_t io_apic_read(struct io_apic *io, uint32_t reg)
{
    io->select[0] = reg;
    return io->select[4];
}

static void io_apic_write(struct io_apic *io, uint32_t reg, uint32_t value)
{
    io->select[0] = reg;
    io->select[4] = value;
}

void irq_init(void)
{
    io_write8(PIC_MASTER_DATA, 0xff);
    io_write8(PIC_SLAVE_DATA, 0xff);
    for (unsigned i = 0; i < machine.io_apic_count; i++) {
        struct io_apic *io = &io_apics[i];

        io->select = memory_hooks->device_map(machine.io_apics[i].address, 4096);
        if (!io->select)
            panic("no memory to map an I/O APIC");
        io->gsi_base = machine.io_apics[i].gsi_base;
        io->inputs = (io_apic_read(io, REG_VERSION) >> 16 & 0xff) + 1;
        for (uint32_t input = 0; input < io->inputs; input++)
            io_apic_write(io, REG_REDIRECTION(input), REDIRECT_MASKED);
    }
}

/* Sends an input to CPU 0; -EINVAL if no I/O APIC has it. irq_lock is held. */
static int gsi_route(uint32_t gsi, uint32_t low)
{
    for (unsigned i = 0; i < machine.io_apic_count; i++) {
        struct io_apic *io = &io_apics[i];

        if (gsi < io->gsi_base || gsi - io->gsi_base >= io->inputs)
            continue;
        io_apic_write(io, REG_REDIRECTION(gsi - io->gsi_base) + 1, machine.apic_ids[0] << 24);
        io_apic_write(io, REG_REDIRECTION(gsi - io->gsi_base), low);
        return 0;
    }
    return -EINVAL;
}

int irq_register_isa(unsigned irq, irq_handler *function, void *context, const char *name)
{
    if (irq >= ISA_IRQS)
        return -EINVAL;

    uint32_t gsi = machine.isa[irq].gsi;
    uint32_t low = VECTOR_GSI_BASE + gsi;
    unsigned long flags;
    int error = -ENOMEM;

    if (gsi >= GSI_MAX)
        return -EINVAL;
    if (machine.isa[irq].level)
        low |= REDIRECT_LEVEL;
    if (machine.isa[irq].active_low)
        low |= REDIRECT_ACTIVE_LOW;

    flags = spin_lock_irqsave(&irq_lock);
    if (handler_count < HANDLERS_MAX) {
        handlers[handler_count] = (struct handler){.function = function,
                                                   .context = context,
                                                   .gsi = gsi,
                                                   .is_level = machine.isa[irq].level,
                                                   .name = name};
        atomic_store(&handler_count, handler_count + 1);
        error = gsi_route(gsi, low);
    }
    spin_unlock_irqrestore(&irq_lock, flags);
    if (error)
        pr_err("irq %u (%s): no way to receive it: error %d", irq, name, error);
    return error;
}

void irq_route_nmi(uint32_t gsi)
{
    unsigned long flags = spin_lock_irqsave(&irq_lock);

    gsi_route(gsi, REDIRECT_NMI);
    spin_unlock_irqrestore(&irq_lock, flags);
}

void irq_dispatch(unsigned gsi)
{
    unsigned count = atomic_load(&handler_count);

    for (unsigned i = 0; i < count; i++) {
        if (handlers[i].gsi != gsi)
            continue;
        WRITE_ONCE(handlers[i].count, handlers[i].count + 1);
        trace_irq_handler_entry((int)gsi, handlers[i].name);
        handlers[i].function(handlers[i].context);
        trace_irq_handler_exit((int)gsi);
    }
}

bool irq_describe(unsigned index, struct irq_info *info)
{
    const struct handler *handler = &handlers[index];

    if (index >= atomic_load(&handler_count))
        return false;
    *info = (struct irq_info){.name = handler->name,
                              .line = handler->gsi,
                              .count = READ_ONCE(handler->count),
                              .is_level = handler->is_level};
    return true;
}
