/*
 * Timers that send signals: alarm(2), setitimer(2), timer_create(2), timer_settime(2),
 * timer_getoverrun(2), timer_delete(2).
 */
#include "tests/abi/abi.h"

#include <sys/time.h>

#define MS 1000000L

static volatile sig_atomic_t taken;
static volatile int last_code, last_value, last_timer, last_overrun;

static void on_signal(int signo, siginfo_t *info, void *context)
{
    (void)signo;
    (void)context;
    taken++;
    last_code = info->si_code;
    last_value = info->si_value.sival_int;
    last_timer = info->si_timerid;
    last_overrun = info->si_overrun;
}

static void handle(int signo)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};

    MUST(sigaction(signo, &action, NULL));
}

static void block(int signo)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, signo);
    MUST(sigprocmask(SIG_BLOCK, &set, NULL));
}

/* Sleeps until so many signals have been taken. */
static void wait_taken(int count)
{
    while (taken < count)
        usleep(1000);
}

static long timer_make(int notify, int signo, int value, int *id)
{
    struct sigevent event = {.sigev_notify = notify, .sigev_signo = signo};

    event.sigev_value.sival_int = value;
    return syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, id);
}

static long timer_arm(int id, long value_ns, long interval_ns)
{
    struct itimerspec spec = {{interval_ns / 1000000000, interval_ns % 1000000000},
                              {value_ns / 1000000000, value_ns % 1000000000}};

    return syscall(SYS_timer_settime, id, 0, &spec, NULL);
}

/* What is left of so many seconds at once: whole ones, and what is nearer to the next is that. */
static unsigned left_of(unsigned seconds)
{
    unsigned left;

    WITHIN_MS(400, MUST(alarm(seconds)); left = alarm(50));
    return left;
}

CASE(alarm_left)
{
    handle(SIGALRM);
    SHOW(alarm(100));
    SHOW(left_of(100));
    SHOW(left_of(50));
    HOLDS(alarm(0) > 0);
    SHOW(alarm(0));
    VALUE(taken);
}

CASE(alarm_fires)
{
    sigset_t none;

    sigemptyset(&none);
    handle(SIGALRM);
    block(SIGALRM); /* it may come before we wait */
    SHOW(alarm(1));
    SHOW(sigsuspend(&none));
    VALUE(taken);
    VALUE(last_code);
    SHOW(alarm(0));
}

CASE(alarm_kills)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        alarm(1);
        for (;;)
            pause();
    }
    MUST(waitpid(child, &status, 0));
    VALUE(WIFSIGNALED(status));
    VALUE(WTERMSIG(status));
}

CASE(alarm_not_inherited)
{
    int status;

    MUST(alarm(100));
    if (fork() == 0)
        _exit((int)alarm(0));
    MUST(wait(&status));
    VALUE(WEXITSTATUS(status));
    HOLDS(alarm(0) > 0);
}

HELPER(alarm_after_exec)
{
    struct itimerval value;

    getitimer(ITIMER_REAL, &value);
    say("alarm runs: %d, timer: %s", value.it_value.tv_sec > 0,
        syscall(SYS_timer_gettime, 0, &value) < 0 ? errno_name(errno) : "there");
    return 0;
}

CASE(exec)
{
    int id;

    MUST(alarm(100));
    MUST(timer_make(SIGEV_SIGNAL, SIGUSR1, 1, &id));
    SHOW(syscall(SYS_timer_gettime, id, &(struct itimerspec){0}));
    execl(abi_program, "alarm_after_exec", NULL);
}

CASE(itimer_interval)
{
    struct itimerval value = {{0, 5000}, {0, 5000}}, old;

    handle(SIGALRM);
    SHOW(setitimer(ITIMER_REAL, &value, NULL));
    wait_taken(5);
    SHOW(getitimer(ITIMER_REAL, &value));
    VALUE(value.it_interval.tv_usec);
    HOLDS(value.it_value.tv_sec == 0 && value.it_value.tv_usec <= 5000);
    value = (struct itimerval){{0, 0}, {0, 0}};
    SHOW(setitimer(ITIMER_REAL, &value, &old));
    VALUE(old.it_interval.tv_usec);
    SHOW(getitimer(ITIMER_REAL, &value));
    VALUE(value.it_value.tv_usec);
    VALUE(value.it_interval.tv_usec);
}

CASE(itimer_errors)
{
    struct itimerval bad_value = {{0, 0}, {0, 1000000}}, bad_interval = {{0, -1}, {1, 0}};
    struct itimerval negative = {{0, 0}, {-1, 0}}, value;

    SHOW(syscall(SYS_setitimer, ITIMER_REAL, &bad_value, NULL));
    SHOW(syscall(SYS_setitimer, ITIMER_REAL, &bad_interval, NULL));
    SHOW(syscall(SYS_setitimer, ITIMER_REAL, &negative, NULL));
    SHOW(syscall(SYS_setitimer, 3, &(struct itimerval){0}, NULL));
    SHOW(syscall(SYS_setitimer, -1, &(struct itimerval){0}, NULL));
    SHOW(syscall(SYS_setitimer, ITIMER_REAL, 8, NULL));
    SHOW(syscall(SYS_getitimer, 3, &value));
    SHOW(syscall(SYS_getitimer, ITIMER_REAL, 8));
    SHOW(syscall(SYS_setitimer, ITIMER_REAL, &(struct itimerval){0}, 8));
}

CASE(itimer_while_blocked)
{
    struct itimerval value = {{0, 1000}, {0, 1000}};
    sigset_t pending;

    handle(SIGALRM);
    block(SIGALRM);
    MUST(setitimer(ITIMER_REAL, &value, NULL));
    do
        MUST(sigpending(&pending));
    while (!sigismember(&pending, SIGALRM));
    VALUE(sigismember(&pending, SIGALRM));
    value = (struct itimerval){{0, 0}, {0, 0}};
    MUST(setitimer(ITIMER_REAL, &value, NULL));
    VALUE(taken);
}

CASE(itimer_ignored)
{
    struct itimerval value = {{0, 1}, {0, 1}};

    signal(SIGALRM, SIG_IGN);
    MUST(setitimer(ITIMER_REAL, &value, NULL));
    usleep(20000);
    handle(SIGALRM);
    value = (struct itimerval){{0, 2000}, {0, 2000}};
    MUST(setitimer(ITIMER_REAL, &value, NULL));
    wait_taken(3);
    say("goes on");
}

CASE(timer_once)
{
    struct itimerspec left;
    int id = -1;

    handle(SIGUSR1);
    SHOW(timer_make(SIGEV_SIGNAL, SIGUSR1, 42, &id));
    SHOW(syscall(SYS_timer_gettime, id, &left));
    VALUE(left.it_value.tv_nsec);
    SHOW(timer_arm(id, 5 * MS, 0));
    wait_taken(1);
    VALUE(last_code);
    VALUE(last_value);
    HOLDS(last_timer == id);
    VALUE(last_overrun);
    SHOW(syscall(SYS_timer_gettime, id, &left));
    VALUE(left.it_value.tv_nsec);
    SHOW(syscall(SYS_timer_getoverrun, id));
    SHOW(syscall(SYS_timer_delete, id));
    SHOW(syscall(SYS_timer_delete, id));
    usleep(10000);
    VALUE(taken);
}

CASE(timer_default_event)
{
    int id = -1;

    handle(SIGALRM);
    SHOW(syscall(SYS_timer_create, CLOCK_REALTIME, NULL, &id));
    SHOW(timer_arm(id, MS, 0));
    wait_taken(1);
    HOLDS(last_value == id);
    VALUE(last_code);
}

CASE(timer_interval)
{
    int id;

    handle(SIGRTMIN);
    MUST(timer_make(SIGEV_SIGNAL, SIGRTMIN, 1, &id));
    MUST(timer_arm(id, 2 * MS, 2 * MS));
    wait_taken(5);
    SHOW(timer_arm(id, 0, 0));
    usleep(10000);
    int before = taken;
    usleep(20000);
    HOLDS(taken == before);
}

CASE(timer_overrun)
{
    sigset_t set;
    siginfo_t info;
    int id;

    block(SIGUSR1);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    MUST(timer_make(SIGEV_SIGNAL, SIGUSR1, 7, &id));
    MUST(timer_arm(id, MS, MS));
    usleep(50000);
    SHOW(sigtimedwait(&set, &info, NULL));
    VALUE(info.si_code);
    VALUE(info.si_value.sival_int);
    HOLDS(info.si_overrun >= 40);
    HOLDS(syscall(SYS_timer_getoverrun, id) == info.si_overrun);
    usleep(5000);
    SHOW(sigtimedwait(&set, &info, NULL));
    HOLDS(info.si_overrun >= 1);
    SHOW(syscall(SYS_timer_delete, id));
}

/* Waits until a timer without an interval has gone off. */
static void await_expiry(int id)
{
    struct itimerspec left;

    do
        MUST(syscall(SYS_timer_gettime, id, &left));
    while (left.it_value.tv_sec != 0 || left.it_value.tv_nsec != 0);
}

CASE(timer_two_queue)
{
    sigset_t set;
    siginfo_t info;
    int first, second;

    block(SIGUSR1);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    MUST(timer_make(SIGEV_SIGNAL, SIGUSR1, 1, &first));
    MUST(timer_make(SIGEV_SIGNAL, SIGUSR1, 2, &second));
    MUST(timer_arm(first, MS, 0));
    await_expiry(first);
    MUST(timer_arm(second, MS, 0));
    await_expiry(second);
    SHOW(sigtimedwait(&set, &info, NULL));
    VALUE(info.si_value.sival_int);
    SHOW(sigtimedwait(&set, &info, NULL));
    VALUE(info.si_value.sival_int);
    SHOW(sigtimedwait(&set, &info, &(struct timespec){0}));
}

CASE(timer_none)
{
    struct itimerspec left;
    int id;

    SHOW(timer_make(SIGEV_NONE, 0, 1, &id));
    SHOW(timer_arm(id, 100000 * MS, 0));
    SHOW(syscall(SYS_timer_gettime, id, &left));
    HOLDS(left.it_value.tv_sec >= 90 && left.it_value.tv_sec < 100);
    MUST(timer_arm(id, MS, 0));
    usleep(5000);
    SHOW(syscall(SYS_timer_gettime, id, &left));
    VALUE(left.it_value.tv_nsec);
}

CASE(timer_thread)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR2};
    int id;

    handle(SIGUSR2);
    event.sigev_notify_thread_id = (int)syscall(SYS_gettid);
    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
    SHOW(timer_arm(id, MS, 0));
    wait_taken(1);
    event.sigev_notify_thread_id = getppid();
    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
    event.sigev_notify_thread_id = 0x7fffffff;
    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
}

CASE(timer_absolute)
{
    struct itimerspec spec = {{0, 0}, {1, 0}};
    struct timespec now;
    int id;

    handle(SIGUSR1);
    MUST(timer_make(SIGEV_SIGNAL, SIGUSR1, 1, &id));
    SHOW(syscall(SYS_timer_settime, id, TIMER_ABSTIME, &spec, NULL));
    wait_taken(1);
    MUST(clock_gettime(CLOCK_MONOTONIC, &now));
    spec.it_value = (struct timespec){now.tv_sec + 100, 0};
    SHOW(syscall(SYS_timer_settime, id, TIMER_ABSTIME, &spec, NULL));
    MUST(syscall(SYS_timer_gettime, id, &spec));
    HOLDS(spec.it_value.tv_sec >= 90 && spec.it_value.tv_sec <= 100);
}

CASE(timer_not_inherited)
{
    int id, status;

    MUST(timer_make(SIGEV_SIGNAL, SIGUSR1, 1, &id));
    if (fork() == 0)
        _exit(syscall(SYS_timer_delete, id) < 0 ? errno : 0);
    MUST(wait(&status));
    VALUE(WEXITSTATUS(status) == EINVAL);
    SHOW(syscall(SYS_timer_delete, id));
}

CASE(timer_errors)
{
    struct sigevent event = {.sigev_notify = 77, .sigev_signo = SIGUSR1};
    struct itimerspec bad = {{0, 0}, {0, 1000000000}}, bad_interval = {{-1, 0}, {1, 0}};
    int id;

    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = 0;
    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
    event.sigev_signo = 65;
    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
    SHOW(syscall(SYS_timer_create, 99, NULL, &id));
    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC_RAW, NULL, &id));
    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, 8, &id));
    SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, 8));
    SHOW(syscall(SYS_timer_gettime, 5, &bad));
    SHOW(syscall(SYS_timer_getoverrun, -1));
    SHOW(syscall(SYS_timer_delete, 5));
    MUST(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id));
    SHOW(syscall(SYS_timer_settime, id, 0, &bad, NULL));
    SHOW(syscall(SYS_timer_settime, id, 0, &bad_interval, NULL));
    SHOW(syscall(SYS_timer_settime, id, 0, NULL, NULL));
    SHOW(syscall(SYS_timer_settime, id, 0, 8, NULL));
    SHOW(syscall(SYS_timer_gettime, id, 8));
}

static volatile long sink;

/* Works until so many signals have been taken. */
static void work_taken(int count)
{
    while (taken < count)
        sink++;
}

CASE(itimer_cpu)
{
    struct itimerval value = {{0, 10000}, {0, 10000}};

    handle(SIGVTALRM);
    handle(SIGPROF);
    SHOW(setitimer(ITIMER_VIRTUAL, &value, NULL));
    work_taken(3);
    SHOW(getitimer(ITIMER_VIRTUAL, &value));
    VALUE(value.it_interval.tv_usec);
    VALUE(last_code);
    value = (struct itimerval){{0, 0}, {0, 0}};
    SHOW(setitimer(ITIMER_VIRTUAL, &value, NULL));
    taken = 0;
    value = (struct itimerval){{0, 10000}, {0, 10000}};
    SHOW(setitimer(ITIMER_PROF, &value, NULL));
    work_taken(3);
    say("both fire");
}

CASE(itimer_cpu_stands_while_asleep)
{
    struct itimerval value = {{0, 0}, {0, 500000}};

    handle(SIGPROF);
    MUST(setitimer(ITIMER_PROF, &value, NULL));
    usleep(1000000);
    VALUE(taken);
}

CASE(timer_cpu)
{
    int process, thread;

    handle(SIGALRM);
    SHOW(syscall(SYS_timer_create, CLOCK_PROCESS_CPUTIME_ID, NULL, &process));
    SHOW(syscall(SYS_timer_create, CLOCK_THREAD_CPUTIME_ID, NULL, &thread));
    SHOW(timer_arm(process, 20 * MS, 20 * MS));
    work_taken(2);
    HOLDS(last_value == process);
    SHOW(syscall(SYS_timer_delete, process));
    taken = 0;
    SHOW(timer_arm(thread, 20 * MS, 0));
    work_taken(1);
    HOLDS(last_value == thread);
}

CASE(timer_limit)
{
    struct rlimit limit = {3, 3};
    int id, made = 0;

    MUST(setrlimit(RLIMIT_SIGPENDING, &limit));
    MUST(setresuid(4711, 4711, 4711));
    while (made < 10 && syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id) == 0)
        made++;
    say("%d timers, then %s", made, errno_name(errno));
}
