/*
 * membarrier(2), kcmp(2).
 */
#include "kernel/abi/kcmp.h"
#include "kernel/abi/membarrier.h"
#include "tests/abi/abi.h"

#include <pthread.h>

static long barrier(int command)
{
    return syscall(SYS_membarrier, command, 0, 0);
}

CASE(barrier_query)
{
    VALUE(barrier(MEMBARRIER_CMD_QUERY) & 0x7f);
    SHOW(syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 1, 0));
    SHOW(syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 1, 0));
    SHOW(barrier(3));
    SHOW(barrier(-1));
    SHOW(barrier(1 << 20));
}

CASE(barrier_needs_registration)
{
    SHOW(barrier(MEMBARRIER_CMD_GLOBAL));
    SHOW(barrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED));
    SHOW(barrier(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED));
    SHOW(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED));
    SHOW(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE));
    SHOW(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED));
    SHOW(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED));
    SHOW(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE));
    SHOW(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED));
}

CASE(barrier_sync_core)
{
    SHOW(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE));
    SHOW(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE));
    SHOW(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED));
}

HELPER(barrier_helper)
{
    SHOW(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED));
    return 0;
}

CASE(barrier_registration_is_the_memorys)
{
    MUST(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED));
    IN_CHILD("fork", SHOW(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)));
    IN_CHILD("exec", execl(abi_program, "barrier_helper", NULL));
}

static volatile bool done;

static void *run_meanwhile(void *unused)
{
    while (!done)
        continue;
    return unused;
}

CASE(barrier_while_others_run)
{
    unsigned failed = 0;
    pthread_t thread;

    MUST(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED));
    MUST(pthread_create(&thread, NULL, run_meanwhile, NULL) == 0 ? 0 : -1);
    for (int i = 0; i < 200; i++)
        failed += barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0;
    done = true;
    pthread_join(thread, NULL);
    VALUE(failed);
}

static long compare(pid_t other, int type, unsigned long a, unsigned long b)
{
    long order = syscall(SYS_kcmp, getpid(), other, type, a, b);

    return order == 1 || order == 2 ? 99 : order; /* which of two is first, nobody knows */
}

CASE(kcmp_kinds)
{
    pid_t child = SPAWN(wait_for_ever(NULL));

    for (int type = KCMP_VM; type <= KCMP_SIGHAND; type++) {
        VALUE(compare(getpid(), type, 0, 0));
        VALUE(compare(child, type, 0, 0));
    }
    end_pester(child);
}

CASE(kcmp_files)
{
    int ends[2], copy;
    pid_t child;

    MUST(pipe(ends));
    copy = (int)MUST(dup(ends[0]));
    child = SPAWN(wait_for_ever(NULL));
    VALUE(compare(getpid(), KCMP_FILE, (unsigned)ends[0], (unsigned)copy));
    VALUE(compare(getpid(), KCMP_FILE, (unsigned)ends[0], (unsigned)ends[1]));
    VALUE(compare(child, KCMP_FILE, (unsigned)ends[0], (unsigned)copy));
    SHOW(compare(child, KCMP_FILE, (unsigned)ends[0], 77));
    SHOW(compare(child, KCMP_FILE, 77, (unsigned)ends[0]));
    end_pester(child);
}

/* The order of two is one: antisymmetric. */
CASE(kcmp_order)
{
    int ends[2];
    long one, other;

    MUST(pipe(ends));
    one = syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, ends[0], ends[1]);
    other = syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, ends[1], ends[0]);
    VALUE(one + other);
}

CASE(kcmp_errors)
{
    SHOW(compare(0x7fffffff, KCMP_VM, 0, 0));
    SHOW(compare(getpid(), 99, 0, 0));
    SHOW(compare(getpid(), -1, 0, 0));
    SHOW(compare(0, KCMP_VM, 0, 0));
    IN_CHILD("another user", {
        MUST(setresuid(1234, 1234, 1234));
        SHOW(compare(getppid(), KCMP_VM, 0, 0));
        SHOW(compare(getpid(), KCMP_VM, 0, 0));
    });
}
