/*
 * Device interrupts, and port I/O for the drivers of a PC's devices.
 */
#ifndef LIMEN_ARCH_API_IRQ_H
#define LIMEN_ARCH_API_IRQ_H

#include "kernel/lib/types.h"

/* Runs with interrupts off, preemption off; must not sleep. */
typedef void irq_handler(void *context);

/* Routes ISA interrupt line `irq` (0 to 15, overrides of the firmware's tables applied) to CPU 0
 * and enables it. Several handlers may share a line. -EINVAL, -ENOMEM. */
int irq_register_isa(unsigned irq, irq_handler *handler, void *context, const char *name);

/* What a handler registered for, for /proc/interrupts. `name` is the driver's: it must stay. */
struct irq_info {
    const char *name;
    unsigned line;  /* the I/O APICs' number of it */
    uint64_t count; /* how often it came; all to CPU 0 */
    bool is_level;
};

/* The handlers from 0 on; false: there are no more. */
bool irq_describe(unsigned index, struct irq_info *info);

static inline uint8_t io_read8(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void io_write8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint16_t io_read16(uint16_t port)
{
    uint16_t value;

    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void io_write16(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint32_t io_read32(uint16_t port)
{
    uint32_t value;

    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void io_write32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

#endif
