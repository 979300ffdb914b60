/*
 * Signals without end to a process that forks meanwhile: none is lost or comes twice, real-time
 * ones come in order, and no child gets one that was its parent's.
 */
#include "tests/stress/stress.h"

#include <sched.h>

#define SENDERS 3

static volatile sig_atomic_t received, disorder, strayed, plain;
static int last[SENDERS];
static pid_t receiver;

/* Each sender counts from 1 in its own real-time signal. */
static void on_numbered(int signo, siginfo_t *info, void *context)
{
    int sender = signo - SIGRTMIN;

    (void)context;
    if (getpid() != receiver)
        strayed = 1;
    disorder += info->si_value.sival_int != last[sender] + 1;
    last[sender] = info->si_value.sival_int;
    received++;
}

static void on_plain(int signo)
{
    (void)signo;
    if (getpid() != receiver)
        strayed = 1;
    plain = 1;
}

static void send_numbered(int sender, long count)
{
    for (int i = 1; i <= count; i++) {
        while (sigqueue(receiver, SIGRTMIN + sender, (union sigval){.sival_int = i}) < 0)
            if (errno == EAGAIN)
                sched_yield();
            else
                _exit(1);
        if (i % 8 == 0)
            kill(receiver, SIGUSR1);
    }
}

CASE(signals_to_a_process_that_forks)
{
    struct sigaction numbered = {.sa_sigaction = on_numbered, .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sigaction once = {.sa_handler = on_plain};
    long each = stress_count(1000, 100000 / SENDERS), children = 0, failed = 0;

    receiver = getpid();
    for (int i = 0; i < SENDERS; i++)
        MUST(sigaction(SIGRTMIN + i, &numbered, NULL));
    MUST(sigaction(SIGUSR1, &once, NULL));
    for (int i = 0; i < SENDERS; i++)
        SPAWN(send_numbered(i, each));
    while (received < SENDERS * each || children < 10) {
        pid_t pid = fork();
        int status;

        if (pid == 0)
            _exit(strayed);
        children += pid > 0;
        while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
            continue;
        failed += pid > 0 && status != 0;
    }
    await_all_children();
    HOLDS(received == SENDERS * each);
    HOLDS(plain == 1);
    VALUE(disorder);
    VALUE(failed);
}
