/*
 * membarrier(2): a memory barrier on every CPU that runs a thread, so that theirs can be left out.
 *
 * Whatever the command, all other CPUs are interrupted and have passed a barrier, and an IRET,
 * which serializes (SDM vol. 3A, 9.3), before the call returns. A thread that runs nowhere
 * meanwhile passes both on its way in. So all commands but those on restartable sequences are one,
 * and who registers is remembered only because who didn't is refused.
 */
#include "arch/api/smp.h"
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/membarrier.h"
#include "kernel/core/atomic.h"
#include "kernel/core/percpu.h"
#include "kernel/core/preempt.h"
#include "kernel/mm/mm.h"
#include "kernel/sched/thread.h"

#define COMMANDS                                                                              \
    (MEMBARRIER_CMD_GLOBAL | MEMBARRIER_CMD_GLOBAL_EXPEDITED |                                \
     MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED | MEMBARRIER_CMD_PRIVATE_EXPEDITED |            \
     MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED | MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE | \
     MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE)

static void barrier_here(void *unused)
{
    (void)unused;
    atomic_fence();
}

static long barrier_everywhere(void)
{
    atomic_fence();
    preempt_disable();
    smp_call(cpus_online_mask, barrier_here, NULL);
    preempt_enable();
    return 0;
}

/* Registering for the one that serializes is registering for the other, too. */
static long barrier_register(uint32_t command)
{
    atomic_or(&current->mm->barriers, command);
    return 0;
}

static long barrier_if_registered(uint32_t command)
{
    return atomic_load(&current->mm->barriers) & command ? barrier_everywhere() : -EPERM;
}

/* Makes all CPUs that run a thread, or one of the process, pass a memory barrier. */
long sys_membarrier(int command, unsigned int flags, int cpu)
{
    (void)cpu; /* for flags of the commands that are not there */
    if (flags != 0)
        return -EINVAL;
    switch (command) {
    case MEMBARRIER_CMD_QUERY:
        return COMMANDS;
    case MEMBARRIER_CMD_GLOBAL:
    case MEMBARRIER_CMD_GLOBAL_EXPEDITED:
        return barrier_everywhere();
    case MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED:
    case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED:
    case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE:
        return barrier_register((uint32_t)command);
    case MEMBARRIER_CMD_PRIVATE_EXPEDITED:
        return barrier_if_registered(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
    case MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE:
        return barrier_if_registered(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE);
    default:
        return -EINVAL;
    }
}
