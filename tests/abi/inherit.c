/*
 * What fork(2), vfork(2), pthreads and execve(2) hand on, and what they don't.
 */
#include "tests/abi/abi.h"

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/times.h>

static void show_action(int signo)
{
    struct sigaction action;

    MUST(sigaction(signo, NULL, &action));
    say("%s: %s", signal_name(signo),
        action.sa_handler == SIG_IGN   ? "ignored"
        : action.sa_handler == SIG_DFL ? "default"
                                       : "handled");
}

static void show_state(void)
{
    sigset_t set;
    stack_t stack;
    struct rlimit limit;
    struct itimerval timer;
    struct tms times_now;
    cpu_set_t cpus;
    char name[16];
    int signal_number;
    mode_t mask;

    MUST(sigprocmask(SIG_BLOCK, NULL, &set));
    say("blocked: %d %d", sigismember(&set, SIGUSR1), sigismember(&set, SIGRTMIN));
    MUST(sigpending(&set));
    say("pending: %d %d", sigismember(&set, SIGUSR1), sigismember(&set, SIGRTMIN));
    MUST(sigaltstack(NULL, &stack));
    say("alternate stack: %zu bytes, flags %d", stack.ss_size, stack.ss_flags);
    show_action(SIGUSR2);
    show_action(SIGHUP);
    show_action(SIGCHLD);
    MUST(getrlimit(RLIMIT_FSIZE, &limit));
    say("limit: %ld %ld", (long)limit.rlim_cur, (long)limit.rlim_max);
    MUST(getitimer(ITIMER_REAL, &timer));
    say("alarm: %s", timer.it_value.tv_sec > 0 ? "set" : "not set");
    MUST(getitimer(ITIMER_VIRTUAL, &timer));
    say("virtual timer: %s", timer.it_value.tv_sec > 0 ? "set" : "not set");
    MUST(times(&times_now));
    say("children's time: %ld", (long)(times_now.tms_cutime + times_now.tms_cstime));
    umask(mask = umask(0));
    say("umask: %o", mask);
    MUST(prctl(PR_GET_NAME, name));
    say("name: %s", name);
    MUST(prctl(PR_GET_PDEATHSIG, &signal_number));
    say("death signal: %d", signal_number);
    MUST(prctl(PR_GET_CHILD_SUBREAPER, &signal_number));
    say("subreaper: %d", signal_number);
    say("no_new_privs: %d", prctl(PR_GET_NO_NEW_PRIVS, 0ul, 0ul, 0ul, 0ul));
    say("dumpable: %d", prctl(PR_GET_DUMPABLE));
    say("nice: %d", getpriority(PRIO_PROCESS, 0));
    MUST(sched_getaffinity(0, sizeof(cpus), &cpus));
    say("CPUs: %d", CPU_COUNT(&cpus));
    say("timer 0: %s", syscall(SYS_timer_delete, 0) == 0 ? "there" : errno_name(errno));
}

static void prepare(void)
{
    static char stack_memory[16384];
    const stack_t stack = {.ss_sp = stack_memory, .ss_size = sizeof(stack_memory)};
    const struct rlimit limit = {12345, 67890};
    const struct itimerval timer = {.it_value = {1000, 0}};
    struct sigevent event = {.sigev_notify = SIGEV_NONE};
    cpu_set_t cpus;
    sigset_t set;
    int id;

    for (int signo = 1; signo <= 64; signo++) /* whoever started us may ignore some */
        syscall(SYS_rt_sigaction, signo, (long[4]){0}, NULL, 8);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGRTMIN);
    MUST(sigprocmask(SIG_BLOCK, &set, NULL));
    MUST(kill(getpid(), SIGUSR1));
    MUST(syscall(SYS_tkill, getpid(), SIGRTMIN));
    MUST(sigaltstack(&stack, NULL));
    signal(SIGUSR2, only_interrupt);
    signal(SIGHUP, SIG_IGN);
    MUST(setrlimit(RLIMIT_FSIZE, &limit));
    alarm(1000);
    MUST(setitimer(ITIMER_VIRTUAL, &timer, NULL));
    umask(0123);
    MUST(prctl(PR_SET_NAME, "prepared"));
    MUST(prctl(PR_SET_PDEATHSIG, SIGWINCH));
    MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
    MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    MUST(prctl(PR_SET_DUMPABLE, 0));
    MUST(setpriority(PRIO_PROCESS, 0, 7));
    CPU_ZERO(&cpus);
    CPU_SET(0, &cpus);
    MUST(sched_setaffinity(0, sizeof(cpus), &cpus));
    MUST(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
}

CASE(fork)
{
    prepare();
    IN_CHILD("child", show_state());
}

HELPER(show)
{
    show_state();
    return 0;
}

CASE(exec)
{
    char *const argv[] = {(char *)"show", NULL};

    prepare();
    signal(SIGCHLD, only_interrupt);
    execv(abi_program, argv);
}

/* Ignored SIGCHLD stays ignored, which POSIX leaves open. */
CASE(exec_keeps_ignored)
{
    char *const argv[] = {(char *)"show", NULL};

    prepare();
    signal(SIGCHLD, SIG_IGN);
    execv(abi_program, argv);
}

static void *show_in_thread(void *unused)
{
    show_state();
    return unused;
}

CASE(thread)
{
    pthread_t thread;

    prepare();
    pthread_create(&thread, NULL, show_in_thread, NULL);
    pthread_join(thread, NULL);
}

HELPER(show_flags)
{
    for (int fd = 40; fd < 44; fd++)
        say("%d: %s", fd, fcntl(fd, F_GETFD) < 0 ? errno_name(errno) : "open");
    say("position: %ld", (long)lseek(40, 0, SEEK_CUR));
    return 0;
}

CASE(exec_and_descriptors)
{
    char *const argv[] = {(char *)"show_flags", NULL};
    int fd = (int)MUST(open("file", O_RDWR | O_CREAT, 0600));

    MUST(write(fd, "12345", 5));
    MUST(dup2(fd, 40));
    MUST(dup3(fd, 41, O_CLOEXEC));
    MUST(dup2(41, 42));
    MUST(dup2(fd, 43));
    MUST(fcntl(43, F_SETFD, FD_CLOEXEC));
    execv(abi_program, argv);
}

/* The pending alarm goes off in the new program. */
HELPER(wait_for_alarm)
{
    pause();
    return 1;
}

CASE(alarm_over_exec)
{
    IN_CHILD("program", char *const argv[] = {(char *)"wait_for_alarm", NULL};
             setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 50000}}, NULL);
             execv(abi_program, argv));
}

/* Not more than so many milliseconds of real time allow, on a machine that may stand still. */
static bool is_within(const struct rusage *usage, long ms)
{
    return usage->ru_utime.tv_sec * 1000 + usage->ru_utime.tv_usec / 1000 <= ms + 50;
}

/* Usage: nothing of the parent's; of a waited child only what waited knows. */
CASE(usage)
{
    struct rusage usage;
    struct timespec used;
    long start_ms, ms;

    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    while (used.tv_sec == 0 && used.tv_nsec < 100000000);
    start_ms = monotonic_ms();
    IN_CHILD("child", MUST(getrusage(RUSAGE_SELF, &usage));
             HOLDS(is_within(&usage, monotonic_ms() - start_ms)));
    ms = monotonic_ms() - start_ms;
    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    while (used.tv_sec == 0 && used.tv_nsec < 200000000);
    MUST(getrusage(RUSAGE_CHILDREN, &usage));
    HOLDS(is_within(&usage, ms));
    signal(SIGCHLD, SIG_IGN);
    pid_t child = SPAWN(do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
                        while (used.tv_sec == 0 && used.tv_nsec < 200000000));
    SHOW(waitpid(child, NULL, 0));
    MUST(getrusage(RUSAGE_CHILDREN, &usage));
    HOLDS(is_within(&usage, ms));
}
