/*
 * The machine's end. See power.h, and `man 2 reboot`.
 */
#include "kernel/drivers/power.h"

#include "arch/api/cpu.h"
#include "kernel/core/atomic.h"
#include "kernel/core/log.h"
#include "kernel/drivers/verdict.h"
#include "kernel/proc/process.h"

static bool ctrl_alt_del_restarts = true;

void power_off(void)
{
    pr_notice("power: off");
    verdict_write("off");
    verdict_drain();
    machine_power_off();
}

void power_restart(void)
{
    pr_notice("power: restart");
    verdict_write("restart");
    verdict_drain();
    machine_restart();
}

void power_halt(void)
{
    pr_notice("power: halted, it is safe to switch the machine off");
    verdict_write("off");
    cpus_stop_others();
    machine_halt();
}

void power_ctrl_alt_del_set(bool restarts)
{
    atomic_store(&ctrl_alt_del_restarts, restarts);
}

void power_ctrl_alt_del(void)
{
    struct process *init;

    if (atomic_load(&ctrl_alt_del_restarts))
        power_restart();
    init = process_find(1);
    if (init == NULL)
        return;
    signal_send_process(init, SIGINT, NULL);
    process_put(init);
}
