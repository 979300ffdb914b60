/*
 * CPU 0 from boot/start.asm's makeshift to the real thing.
 */
#include "arch/api/boot.h"

#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/paging.h"

void arch_init_cpu(void)
{
    cpu_features_init();
    cpu_patch_smap(); /* the text is still writable */
    cpu_features_enable();
    cpu_tables_load();
    machine_init();
    paging_init();
}

void arch_init_devices(void)
{
    irq_init(); /* silences the 8259s, before apic_enable cuts the line by which they interrupt */
    apic_init();
    apic_enable();
    clock_init();
    watchdog_init();
}
