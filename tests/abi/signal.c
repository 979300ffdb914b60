/*
 * Signals: sigaction(2), sigprocmask(2), kill(2), sigsuspend(2), signal(7). What a handler runs on
 * and finds is in handler.c, what comes of wrong instructions in fault.c.
 */
#include "tests/abi/handler.h"

#include <sys/mman.h>

static volatile sig_atomic_t last_code;
static volatile pid_t last_pid;
static volatile uid_t last_uid;

static void on_siginfo(int signo, siginfo_t *info, void *context)
{
    (void)context;
    on_signal(signo);
    last_code = info->si_code;
    last_pid = info->si_pid;
    last_uid = info->si_uid;
}

static void block(int how, int signo)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, signo);
    MUST(sigprocmask(how, &set, NULL));
}

CASE(default_actions)
{
    int status;

    for (int signo = 1; signo <= 64; signo++) {
        pid_t pid;

        if (signo >= 32 && signo <= 34)
            continue;
        pid = SPAWN(raise(signo); _exit(0));
        MUST(waitpid(pid, &status, WUNTRACED));
        show_status(signal_name(signo), status);
        if (WIFSTOPPED(status)) {
            MUST(kill(pid, SIGCONT));
            show_end("continued", pid);
        }
    }
}

CASE(raw_status_of_a_killed_child)
{
    int status;
    pid_t pid = SPAWN(for (;;) pause());

    MUST(kill(pid, SIGTERM));
    MUST(waitpid(pid, &status, 0));
    say("status %#x", (unsigned)status);
}

CASE(handler_runs)
{
    handle(SIGUSR1, on_signal, 0);
    SHOW(raise(SIGUSR1));
    VALUE(count);
    VALUE(last_signal);
    SHOW(kill(getpid(), SIGUSR1));
    VALUE(count);
    handle(SIGUSR1, SIG_IGN, 0);
    SHOW(raise(SIGUSR1));
    VALUE(count);
}

CASE(siginfo_of_kill)
{
    pid_t self = getpid(), child;

    handle_info(SIGUSR1, on_siginfo, 0);
    MUST(kill(self, SIGUSR1));
    say("code %d, from me: %d, uid %d", last_code, last_pid == self, last_uid);
    MUST(syscall(SYS_tgkill, self, self, SIGUSR1));
    say("code %d, from me: %d, uid %d", last_code, last_pid == self, last_uid);
    child = SPAWN(MUST(syscall(SYS_setresuid, 5, -1, -1)); MUST(kill(self, SIGUSR1)));
    show_end("child", child);
    say("code %d, from the child: %d, uid %d", last_code, last_pid == child, last_uid);
}

static int chld_status;

static void on_child(int signo, siginfo_t *info, void *context)
{
    on_siginfo(signo, info, context);
    chld_status = info->si_status;
}

CASE(siginfo_of_children)
{
    sigset_t none;
    pid_t child;

    sigemptyset(&none);
    block(SIG_BLOCK, SIGCHLD);
    handle_info(SIGCHLD, on_child, 0);
    child = SPAWN(_exit(7));
    SHOW(sigsuspend(&none));
    say("code %d status %d, its pid: %d", last_code, chld_status, last_pid == child);
    show_end("child", child);
    child = SPAWN(for (;;) pause());
    MUST(kill(child, SIGSTOP));
    SHOW(sigsuspend(&none));
    say("code %d status %d", last_code, chld_status);
    MUST(kill(child, SIGCONT));
    SHOW(sigsuspend(&none));
    say("code %d status %d", last_code, chld_status);
    MUST(kill(child, SIGKILL));
    SHOW(sigsuspend(&none));
    say("code %d status %d", last_code, chld_status);
}

CASE(nocldstop)
{
    int status;
    pid_t child;

    handle(SIGCHLD, on_signal, SA_NOCLDSTOP);
    child = SPAWN(for (;;) pause());
    MUST(kill(child, SIGSTOP));
    MUST(waitpid(child, &status, WUNTRACED));
    VALUE(count);
    MUST(kill(child, SIGKILL));
    show_end("child", child);
    VALUE(count);
}

CASE(nocldwait)
{
    handle(SIGCHLD, on_signal, SA_NOCLDWAIT);
    SPAWN(_exit(1));
    SHOW(waitpid(-1, NULL, 0));
    VALUE(count);
}

CASE(sigaction_forms)
{
    struct sigaction action, old;

    handle(SIGUSR1, on_signal, SA_RESTART | SA_NODEFER);
    MUST(sigaction(SIGUSR1, NULL, &old));
    HOLDS(old.sa_handler == on_signal);
    say("flags %#x", (unsigned)old.sa_flags & ~0x4000000U);
    memset(&action, 0, sizeof(action));
    SHOW(sigaction(SIGKILL, &action, NULL));
    SHOW(sigaction(SIGSTOP, &action, NULL));
    SHOW(sigaction(SIGKILL, NULL, &old));
    HOLDS(old.sa_handler == SIG_DFL);
    SHOW(syscall(SYS_rt_sigaction, 0, NULL, NULL, 8));
    SHOW(syscall(SYS_rt_sigaction, 65, NULL, NULL, 8));
    SHOW(syscall(SYS_rt_sigaction, 64, NULL, NULL, 8));
    SHOW(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 16));
    SHOW(syscall(SYS_rt_sigaction, SIGUSR1, 8, NULL, 8));
    SHOW(syscall(SYS_rt_sigaction, SIGUSR1, NULL, 8, 8));
}

CASE(blocked_signals_wait)
{
    sigset_t set;

    handle(SIGUSR1, on_signal, 0);
    handle(SIGUSR2, on_signal, 0);
    block(SIG_BLOCK, SIGUSR1);
    for (int i = 0; i < 3; i++)
        MUST(raise(SIGUSR1));
    VALUE(count);
    MUST(sigpending(&set));
    show_set("pending", &set);
    block(SIG_UNBLOCK, SIGUSR1);
    VALUE(count);
    MUST(sigpending(&set));
    show_set("pending", &set);
}

CASE(real_time_signals_queue)
{
    int signo = 40;

    handle(signo, on_signal, 0);
    block(SIG_BLOCK, signo);
    for (int i = 0; i < 5; i++)
        MUST(kill(getpid(), signo));
    block(SIG_UNBLOCK, signo);
    VALUE(count);
}

static volatile int order[8];

static void note_order(int signo)
{
    order[count++] = signo;
}

CASE(delivery_order)
{
    static const int signals[] = {50, SIGUSR2, 40, SIGUSR1, 45};
    sigset_t all;

    sigfillset(&all);
    MUST(sigprocmask(SIG_BLOCK, &all, NULL));
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
        struct sigaction action = {.sa_handler = note_order, .sa_mask = all};

        MUST(sigaction(signals[i], &action, NULL));
        MUST(kill(getpid(), signals[i]));
    }
    MUST(sigprocmask(SIG_UNBLOCK, &all, NULL));
    say("order: %d %d %d %d %d", order[0], order[1], order[2], order[3], order[4]);
}

CASE(pending_and_ignored)
{
    sigset_t set;

    block(SIG_BLOCK, SIGUSR1);
    MUST(raise(SIGUSR1));
    signal(SIGUSR1, SIG_IGN);
    MUST(sigpending(&set));
    show_set("pending after SIG_IGN", &set);
    MUST(raise(SIGUSR1));
    MUST(sigpending(&set));
    show_set("pending when ignored and blocked", &set);
    block(SIG_BLOCK, SIGCHLD);
    MUST(raise(SIGCHLD));
    MUST(sigpending(&set));
    show_set("ignored by default, blocked", &set);
    signal(SIGCHLD, SIG_DFL);
    MUST(sigpending(&set));
    show_set("after SIG_DFL", &set);
}

CASE(stop_and_continue_cancel)
{
    sigset_t set;

    block(SIG_BLOCK, SIGTSTP);
    block(SIG_BLOCK, SIGCONT);
    handle(SIGCONT, on_signal, 0);
    MUST(raise(SIGTSTP));
    MUST(raise(SIGCONT));
    MUST(sigpending(&set));
    show_set("after SIGCONT", &set);
    MUST(raise(SIGTSTP));
    MUST(sigpending(&set));
    show_set("after SIGTSTP", &set);
}

static sigset_t seen_mask;

static void note_mask(int signo)
{
    on_signal(signo);
    MUST(sigprocmask(SIG_BLOCK, NULL, &seen_mask));
}

CASE(mask_in_a_handler)
{
    struct sigaction action = {.sa_handler = note_mask};
    sigset_t now;

    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGUSR2);
    sigaddset(&action.sa_mask, SIGKILL);
    MUST(sigaction(SIGUSR1, &action, NULL));
    block(SIG_BLOCK, SIGHUP);
    MUST(raise(SIGUSR1));
    show_set("in the handler", &seen_mask);
    MUST(sigprocmask(SIG_BLOCK, NULL, &now));
    show_set("afterwards", &now);
    action.sa_flags = SA_NODEFER;
    MUST(sigaction(SIGUSR1, &action, NULL));
    MUST(raise(SIGUSR1));
    show_set("with SA_NODEFER", &seen_mask);
}

CASE(sigprocmask_forms)
{
    uint64_t all = -1UL, now;
    sigset_t set;

    SHOW(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8));
    SHOW(syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &now, 8));
    HOLDS(now == (-1UL & ~(1UL << (SIGKILL - 1)) & ~(1UL << (SIGSTOP - 1))));
    SHOW(syscall(SYS_rt_sigprocmask, 3, &all, NULL, 8));
    SHOW(syscall(SYS_rt_sigprocmask, 3, NULL, &now, 8));
    SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, NULL, 4));
    SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, 8, NULL, 8));
    SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, 8, 8));
    sigemptyset(&set);
    SHOW(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, NULL, 8));
}

CASE(reset_hand)
{
    handle(SIGUSR1, on_signal, (int)SA_RESETHAND);
    MUST(raise(SIGUSR1));
    VALUE(count);
    IN_CHILD("the second one", raise(SIGUSR1));
}

static volatile int depth, deepest;

static void on_nested(int signo)
{
    depth++;
    if (depth > deepest)
        deepest = depth;
    if (++count < 4)
        raise(signo);
    depth--;
}

CASE(nested_signals)
{
    handle(SIGUSR1, on_nested, SA_NODEFER);
    MUST(raise(SIGUSR1));
    VALUE(deepest);
    VALUE(count);
    count = deepest = 0;
    handle(SIGUSR1, on_nested, 0);
    MUST(raise(SIGUSR1));
    VALUE(deepest);
    VALUE(count);
}

CASE(interrupted_sleep)
{
    struct timespec request = {100, 0}, left = {0, 0};
    pid_t pest;

    handle(SIGUSR1, on_signal, 0);
    pest = pester(SIGUSR1);
    SHOW(nanosleep(&request, &left));
    end_pester(pest);
    HOLDS(left.tv_sec >= 90 && left.tv_sec <= 100); /* timers may be a little late */
}

CASE(sigsuspend_forms)
{
    sigset_t set, now;

    handle(SIGUSR1, on_signal, 0);
    block(SIG_BLOCK, SIGUSR1);
    block(SIG_BLOCK, SIGUSR2);
    MUST(raise(SIGUSR1));
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    SHOW(sigsuspend(&set));
    VALUE(count);
    MUST(sigprocmask(SIG_BLOCK, NULL, &now));
    show_set("mask", &now);
    SHOW(syscall(SYS_rt_sigsuspend, &set, 4));
    SHOW(syscall(SYS_rt_sigsuspend, 8, 8));
}

CASE(pause_returns)
{
    pid_t pest;

    handle(SIGUSR1, on_signal, SA_RESTART);
    pest = pester(SIGUSR1);
    SHOW(pause());
    end_pester(pest);
    HOLDS(count >= 1);
}

CASE(ignored_signals_do_not_interrupt)
{
    char byte;
    int ends[2];
    pid_t pid, self = getpid();

    MUST(pipe(ends));
    signal(SIGUSR1, SIG_IGN);
    pid = SPAWN(for (int i = 0; i < 5; i++) {
        nap_ms(5);
        kill(self, SIGUSR1);
        kill(self, SIGCHLD);
        kill(self, SIGCONT);
        kill(self, SIGWINCH);
    } MUST(write(ends[1], "x", 1)));
    SHOW(read(ends[0], &byte, 1));
    show_end("sender", pid);
}

CASE(stopped_sleep_goes_on)
{
    struct timespec request = {0, 100000000};
    volatile bool *stopped =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status;
    pid_t pid =
        SPAWN(long result; do result = nanosleep(&request, NULL); while (result == 0 && !*stopped);
              show_value("nanosleep(&request, NULL)", result));

    await_sleep(pid);
    MUST(kill(pid, SIGSTOP));
    MUST(waitpid(pid, &status, WUNTRACED));
    show_status("child", status);
    *stopped = true;
    MUST(kill(pid, SIGCONT));
    show_end("child", pid);
}

CASE(kill_forms)
{
    char byte;
    int ends[2];
    pid_t child, dead;

    MUST(pipe(ends));
    dead = SPAWN(_exit(0));
    MUST(close(ends[1]));
    MUST(read(ends[0], &byte, 1));
    child = SPAWN(for (;;) pause());

    SHOW(kill(child, 0));
    SHOW(kill(child, -1));
    SHOW(kill(child, 65));
    SHOW(kill(999999, 0));
    SHOW(kill(-999999, 0));
    SHOW(kill(INT32_MIN, 0));
    SHOW(kill(dead, SIGTERM));
    show_end("dead", dead);
    SHOW(kill(dead, SIGTERM));
    SHOW(kill(child, SIGKILL));
    show_end("child", child);
}

CASE(kill_groups)
{
    char bytes[2];
    int ends[2];
    pid_t a, b;

    MUST(pipe(ends));
    handle(SIGUSR1, on_signal, 0);
    a = SPAWN(MUST(setpgid(0, 0)); MUST(write(ends[1], "x", 1)); for (;;) pause());
    MUST(read(ends[0], bytes, 1));
    b = SPAWN(MUST(setpgid(0, a)); MUST(write(ends[1], "x", 1)); for (;;) pause());
    MUST(read(ends[0], bytes, 1));
    SHOW(kill(-a, SIGTERM));
    show_end("a", a);
    show_end("b", b);
    VALUE(count);
    a = SPAWN(MUST(write(ends[1], "x", 1)); for (;;) pause());
    MUST(read(ends[0], bytes, 1));
    SHOW(kill(0, SIGUSR1));
    VALUE(count);
    MUST(kill(a, SIGKILL));
    show_end("a", a);
}

CASE(kill_permissions)
{
    pid_t roots = SPAWN(for (;;) pause());

    MUST(setuid(1000));
    SHOW(kill(roots, 0));
    SHOW(kill(roots, SIGTERM));
    SHOW(kill(roots, SIGCONT));
    SHOW(kill(1, 0));
    SHOW(kill(getpid(), 0));
    SHOW(syscall(SYS_tkill, roots, SIGTERM));
    SHOW(syscall(SYS_tgkill, roots, roots, SIGTERM));
}

CASE(tkill_forms)
{
    pid_t self = getpid();

    handle(SIGUSR1, on_signal, 0);
    SHOW(syscall(SYS_tkill, self, SIGUSR1));
    SHOW(syscall(SYS_tgkill, self, self, SIGUSR1));
    VALUE(count);
    SHOW(syscall(SYS_tkill, 0, SIGUSR1));
    SHOW(syscall(SYS_tkill, -1, SIGUSR1));
    SHOW(syscall(SYS_tkill, 999999, SIGUSR1));
    SHOW(syscall(SYS_tkill, self, 65));
    SHOW(syscall(SYS_tgkill, 0, self, SIGUSR1));
    SHOW(syscall(SYS_tgkill, getppid(), self, SIGUSR1));
    SHOW(syscall(SYS_tgkill, self, self, 0));
}

CASE(disposition_after_fork)
{
    handle(SIGUSR1, on_signal, 0);
    block(SIG_BLOCK, SIGUSR2);
    MUST(raise(SIGUSR2));
    IN_CHILD("child", sigset_t set; MUST(raise(SIGUSR1)); VALUE(count); MUST(sigpending(&set));
             show_set("pending", &set); MUST(sigprocmask(SIG_BLOCK, NULL, &set));
             show_set("mask", &set); signal(SIGUSR1, SIG_IGN));
    MUST(raise(SIGUSR1));
    VALUE(count);
}
