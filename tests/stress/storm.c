/*
 * Storms of vfork and exec: from several processes at once, with and without a thread that the exec
 * has to end.
 */
#include "tests/stress/stress.h"

#include <pthread.h>

#define STORMERS 4
#define STATUS_OF_HELPER 7

HELPER(stress_end)
{
    (void)argv;
    return argc == 3 ? STATUS_OF_HELPER : 1;
}

static char *const arguments[] = {(char *)"stress_end", (char *)"one", (char *)"two", NULL};

static bool ended_well(pid_t pid)
{
    int status = 0;
    bool is_well = pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
                   WEXITSTATUS(status) == STATUS_OF_HELPER;

    if (!is_well)
        printf("pid %d, errno %d, status %#x\n", pid, errno, (unsigned)status);
    return is_well;
}

static bool run_by_vfork(void)
{
    pid_t pid = vfork();

    if (pid == 0) {
        execv(abi_program, arguments);
        _exit(1);
    }
    return ended_well(pid);
}

/* The exec fails first: what it had begun is undone, and the memory is still the parent's. */
static bool run_after_a_failure(void)
{
    pid_t pid = vfork();

    if (pid == 0) {
        execv("/missing", arguments);
        execv("/proc", arguments);
        execv(abi_program, arguments);
        _exit(1);
    }
    return ended_well(pid);
}

static bool run_from_threads(void)
{
    pid_t pid = fork();
    pthread_t thread;

    if (pid == 0) {
        for (int i = 0; i < 3; i++)
            pthread_create(&thread, NULL, wait_for_ever, NULL);
        execv(abi_program, arguments);
        _exit(1);
    }
    return ended_well(pid);
}

static void storm(bool (*run)(void), long count)
{
    for (int i = 0; i < STORMERS; i++)
        SPAWN(for (long n = 0; n < count; n++) if (!run()) _exit(1));
    show_ends("storm", STORMERS);
}

CASE(vfork_and_exec)
{
    storm(run_by_vfork, stress_count(30, 3000));
}

CASE(vfork_and_exec_that_fails)
{
    storm(run_after_a_failure, stress_count(20, 2000));
}

CASE(exec_from_threads)
{
    storm(run_from_threads, stress_count(15, 1500));
}
