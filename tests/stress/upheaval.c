/*
 * Processes whose threads fork, execute programs, end, and send each other signals, while others
 * stop and continue them, trace them, move them to groups, watch them by descriptors, and kill
 * them; timers fire all the while. What the calls answer is a matter of luck. In the end all are
 * gone.
 */
#include "tests/stress/stress.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/time.h>

#define PERSECUTORS 2
#define VICTIMS 6
#define THREADS 3

/* A thread's own luck. */
static uint32_t draw(uint32_t *state, uint32_t limit)
{
    *state = *state * 1103515245 + 12345;
    return (*state >> 16) % limit;
}

static void execute(const char *name, uint32_t number)
{
    char text[16];

    snprintf(text, sizeof(text), "%u", number);
    execl("/proc/self/exe", name, text, NULL);
}

HELPER(nothing)
{
    return 0;
}

/* --- The victims --- */

static void start_timer(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR2};
    const struct itimerspec often = {{0, 300000}, {0, 200000}};
    int id;

    event.sigev_notify_thread_id = gettid();
    if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id) == 0)
        syscall(SYS_timer_settime, id, 0, &often, NULL);
}

static void vfork_and(bool executes)
{
    pid_t child = vfork();

    if (child == 0 && executes)
        execl("/proc/self/exe", "nothing", NULL);
    if (child == 0)
        _exit(0);
}

static void *be_busy(void *seed)
{
    uint32_t state = (uint32_t)(uintptr_t)seed;

    for (;;) {
        switch (draw(&state, 14)) {
        case 0:
            execute("victim", draw(&state, 32768));
            break;
        case 1:
        case 2:
            if (fork() == 0)
                _exit(0);
            break;
        case 3:
            vfork_and(false);
            break;
        case 4:
            vfork_and(true);
            break;
        case 5:
            syscall(SYS_tgkill, getpid(), gettid(), SIGUSR1);
            break;
        case 6:
            kill(getpid(), SIGSTOP);
            break;
        case 7:
            start_timer();
            break;
        case 8:
            waitpid(-1, NULL, WNOHANG);
            break;
        case 9:
            setpgid(0, 0);
            break;
        case 10:
            syscall(SYS_exit, 0);
            break;
        default:
            sched_yield();
        }
    }
    return NULL;
}

HELPER(victim)
{
    const struct itimerval often = {{0, 500}, {0, 500}};
    uint32_t state = argc > 1 ? (uint32_t)atoi(argv[1]) : 0;
    pthread_t thread;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGUSR1, only_interrupt);
    signal(SIGUSR2, only_interrupt);
    signal(SIGALRM, only_interrupt);
    signal(SIGCHLD, draw(&state, 2) ? SIG_IGN : SIG_DFL);
    setitimer(ITIMER_REAL, &often, NULL);
    for (uintptr_t i = 1; i < THREADS; i++)
        pthread_create(&thread, NULL, be_busy, (void *)(i * 7919 + state));
    be_busy((void *)(uintptr_t)state);
    return 0;
}

static pid_t victim_start(void)
{
    uint32_t number = (uint32_t)below(32768);

    return SPAWN(execute("victim", number); _exit(1));
}

/* --- The persecutors --- */

/* Takes up to so many events of children and tracees; those that are trapped go on. */
static void take_events(int most)
{
    int status;
    pid_t pid;

    while (most-- > 0 &&
           (pid = waitpid(-1, &status, WNOHANG | __WALL | WUNTRACED | WCONTINUED)) > 0)
        if (WIFSTOPPED(status))
            ptrace(below(3) != 0 ? PTRACE_CONT : PTRACE_DETACH, pid, NULL, NULL);
}

/* PTRACE_SEIZE waits for the victim's execve(2), this for the end of a thread, and that perhaps for
 * its tracer: for us. (Linux hangs so.) */
static void on_alarm(int signo)
{
    int error = errno;

    (void)signo;
    take_events(100);
    errno = error;
}

static void seize(pid_t pid)
{
    const long options = PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                         PTRACE_O_TRACEEXIT | (below(2) != 0 ? PTRACE_O_EXITKILL : 0);

    if (ptrace(PTRACE_SEIZE, pid, NULL, options) == 0)
        ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
}

static void watch(pid_t pid)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);

    if (fd < 0)
        return;
    poll(&(struct pollfd){fd, POLLIN, 0}, 1, 0);
    close(fd);
}

static void trouble(pid_t pid)
{
    switch (below(10)) {
    case 0:
    case 1:
        kill(pid, SIGSTOP);
        break;
    case 2:
    case 3:
    case 4:
        kill(pid, SIGCONT);
        break;
    case 5:
        seize(pid);
        break;
    case 6:
        take_events(10);
        break;
    case 7:
        setpgid(pid, below(2) != 0 ? 0 : getpgrp());
        break;
    case 8:
        watch(pid);
        break;
    default:
        kill(-pid, SIGUSR1);
    }
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    while (kill(pid, 0) == 0) {
        take_events(100);
        nap_ms(1);
    }
}

static void persecute(long steps)
{
    const struct itimerval sometimes = {{0, 50000}, {0, 50000}};
    pid_t victims[VICTIMS];

    signal(SIGALRM, on_alarm);
    MUST(setitimer(ITIMER_REAL, &sometimes, NULL));
    for (int i = 0; i < VICTIMS; i++)
        victims[i] = victim_start();
    for (; steps > 0; steps--) {
        pid_t *victim = &victims[below(VICTIMS)];

        trouble(*victim);
        if (below(16) == 0) {
            end(*victim);
            *victim = victim_start();
        }
        if (below(4) == 0)
            nap_ms(1);
    }
    for (int i = 0; i < VICTIMS; i++)
        kill(victims[i], SIGKILL);
}

CASE(upheaval)
{
    const long steps = stress_count(200, 10000);

    MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
    for (uint64_t i = 0; i < PERSECUTORS; i++)
        SPAWN(stress_seed(i); persecute(steps));
    while (waitpid(-1, NULL, __WALL) > 0 || errno != ECHILD)
        continue;
    say("all are gone");
}
