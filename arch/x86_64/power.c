/*
 * Switching the machine off and starting it anew (ACPI 6.4, 4.8.3.2 and 4.8.3.6).
 */
#include "arch/api/cpu.h"
#include "arch/api/irq.h"
#include "arch/x86_64/apic.h"

#define SLP_EN (1u << 13)
#define SLP_TYP(value) ((uint32_t)(value) << 10)
#define SLP_TYP_MASK SLP_TYP(7)
#define KEYBOARD_COMMAND 0x64
#define KEYBOARD_PULSE_RESET 0xfe

void machine_halt(void)
{
    for (;;)
        __asm__ volatile("cli; hlt");
}

static void sleep_enter(const struct acpi_register *control, uint8_t type)
{
    uint16_t port = (uint16_t)control->address;

    if (control->address != 0 && control->space == ACPI_SPACE_IO)
        io_write16(port, (uint16_t)((io_read16(port) & ~SLP_TYP_MASK) | SLP_TYP(type) | SLP_EN));
}

void machine_power_off(void)
{
    cpus_stop_others();
    if (machine.has_s5) {
        sleep_enter(&machine.fadt.pm1a_control, machine.s5_a);
        sleep_enter(&machine.fadt.pm1b_control, machine.s5_b);
    }
    machine_halt();
}

void machine_restart(void)
{
    struct {
        uint16_t limit;
        uint64_t base;
    } __packed no_idt = {0, 0};

    cpus_stop_others();
    if (machine.has_fadt && machine.fadt.has_reset_register &&
        machine.fadt.reset.space == ACPI_SPACE_IO)
        io_write8((uint16_t)machine.fadt.reset.address, machine.fadt.reset_value);
    io_write8(KEYBOARD_COMMAND, KEYBOARD_PULSE_RESET);
    /* Neither helped: an exception without a handler resets every PC. */
    __asm__ volatile("lidt %0; int3" : : "m"(no_idt));
    machine_halt();
}
