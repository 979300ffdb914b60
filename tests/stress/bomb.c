/*
 * A fork bomb under RLIMIT_NPROC: everybody forks whenever he may, and dies after a while.
 */
#include "tests/stress/stress.h"

#define PROCESSES 32

static struct {
    long forks, refused, living, most; /* atomic */
} * shared;

static void note_birth(void)
{
    long living = __atomic_add_fetch(&shared->living, 1, __ATOMIC_SEQ_CST), most;

    __atomic_add_fetch(&shared->forks, 1, __ATOMIC_SEQ_CST);
    most = __atomic_load_n(&shared->most, __ATOMIC_SEQ_CST);
    while (living > most && !__atomic_compare_exchange_n(&shared->most, &most, living, false,
                                                         __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        continue;
}

static void reap(int options)
{
    while (waitpid(-1, NULL, options) > 0)
        continue;
}

/* Forks until there were enough forks in all. Not the first generation alone: children do so too,
 * and live for some tries. */
static void explode(long forks, int tries)
{
    while (__atomic_load_n(&shared->forks, __ATOMIC_SEQ_CST) < forks && tries-- > 0) {
        pid_t pid = fork();

        if (pid == 0) {
            note_birth();
            stress_seed((uint64_t)getpid());
            explode(forks, (int)below(8));
            nap_ms(10); /* so that there are many */
            reap(0);
            __atomic_sub_fetch(&shared->living, 1, __ATOMIC_SEQ_CST);
            _exit(0);
        }
        if (pid < 0) {
            if (errno != EAGAIN)
                say("fork: %s", errno_name(errno));
            __atomic_add_fetch(&shared->refused, 1, __ATOMIC_SEQ_CST);
        }
        reap(WNOHANG);
    }
}

CASE(fork_bomb)
{
    struct rlimit limit = {PROCESSES, PROCESSES};
    long forks = stress_count(2000, 100000);

    shared = map_shared(PAGE);
    IN_CHILD("bomb", MUST(setrlimit(RLIMIT_NPROC, &limit)); MUST(setgid(1000)); MUST(setuid(1000));
             explode(forks, INT32_MAX); reap(0));
    HOLDS(shared->forks >= forks);
    HOLDS(shared->refused > 0);
    HOLDS(shared->most < PROCESSES);
    VALUE(shared->living);
}
