/*
 * ptrace(2): whoever ends in whatever stop, nobody hangs; several tracers; threads, and what is
 * told of them.
 */
#include "tests/abi/tracer.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/user.h>

#define PAGE 4096

HELPER(exits_8)
{
    return 8;
}

/* What the tracees of the stops below do. */
static void make_some_calls(void)
{
    syscall(SYS_getppid);
    if (fork() == 0)
        _exit(0);
    wait(NULL);
    if (vfork() == 0)
        _exit(0);
    wait(NULL);
    execl(abi_program, "exits_8", NULL);
}

#define STOPPED(signo) ((signo) << 8 | 0x7f)
#define EVENT(event) ((event) << 16 | STOPPED(SIGTRAP))

/* A stop that is reached from the first one, by a signal: when this status has come so often. */
struct stop {
    const char *name;
    long request;
    int signo, status, times;
    unsigned options;
};

static const struct stop stops[] = {
    {"signal", 0, 0, STOPPED(SIGSTOP), 0, 0},
    {"stop of the process", PTRACE_CONT, SIGSTOP, STOPPED(SIGSTOP), 1, 0},
    {"call begins", PTRACE_SYSCALL, 0, STOPPED(SIGTRAP | 0x80), 1, PTRACE_O_TRACESYSGOOD},
    {"call has ended", PTRACE_SYSCALL, 0, STOPPED(SIGTRAP | 0x80), 2, PTRACE_O_TRACESYSGOOD},
    {"step", PTRACE_SINGLESTEP, 0, STOPPED(SIGTRAP), 2, 0},
    {"fork", PTRACE_CONT, 0, EVENT(PTRACE_EVENT_FORK), 1, PTRACE_O_TRACEFORK},
    {"vfork is over", PTRACE_CONT, 0, EVENT(PTRACE_EVENT_VFORK_DONE), 1, PTRACE_O_TRACEVFORKDONE},
    {"exec", PTRACE_CONT, 0, EVENT(PTRACE_EVENT_EXEC), 1, PTRACE_O_TRACEEXEC},
    {"end", PTRACE_CONT, 0, EVENT(PTRACE_EVENT_EXIT), 1, PTRACE_O_TRACEEXIT},
};

static pid_t message_of(pid_t pid)
{
    unsigned long message = 0;

    MUST(trace(PTRACE_GETEVENTMSG, pid, 0, (unsigned long)&message));
    return (pid_t)message;
}

/* Starts a tracee, and has it stop there. */
static pid_t start_stopped(const struct stop *stop, unsigned more_options)
{
    pid_t pid = TRACEE(make_some_calls()), child;
    int status = STOPPED(SIGSTOP), signo = stop->signo;

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, stop->options | more_options));
    for (int times = 0; times < stop->times; times += status == stop->status) {
        MUST(trace(stop->request, pid, 0, (unsigned long)signo));
        status = wait_for(pid);
        signo = 0;
    }
    show_stop(stop->name, status);
    if (status == EVENT(PTRACE_EVENT_FORK)) { /* it would stop when it is let go */
        child = message_of(pid);
        MUST(wait_for(child));
        MUST(trace(PTRACE_CONT, child, 0, 0));
    }
    return pid;
}

#define STEPPED 4
#define AT_THE_END (ARRAY_SIZE(stops) - 1)

CASE(killed_in_a_stop)
{
    for (size_t i = 0; i < AT_THE_END; i++)
        finish(start_stopped(&stops[i], 0));
}

/* It has ended already: that is what the tracer was told. */
CASE(killed_at_the_end)
{
    pid_t pid = start_stopped(&stops[AT_THE_END], 0);

    SHOW(kill(pid, SIGKILL));
    nap_ms(20);
    SHOW(trace(PTRACE_CONT, pid, 0, 0));
    show_wait("goes on", pid);
}

/* Seized ones, told to listen in a stop of their process, or interrupted. */
static pid_t start_seized(bool listens, unsigned options)
{
    pid_t pid = SPAWN(for (;;) pause());

    MUST(trace(PTRACE_SEIZE, pid, 0, options));
    if (listens) {
        MUST(kill(pid, SIGSTOP));
        show_wait("signal", pid);
        go("stop of the process", PTRACE_CONT, pid, SIGSTOP);
        MUST(trace(PTRACE_LISTEN, pid, 0, 0));
    } else {
        MUST(trace(PTRACE_INTERRUPT, pid, 0, 0));
        show_wait("interrupted", pid);
    }
    return pid;
}

CASE(killed_when_seized)
{
    finish(start_seized(false, 0));
    finish(start_seized(true, 0));
}

static int ready[2];

/* In memory that all see. */
static struct {
    volatile pid_t tracee;
} * shared;

static void share(void)
{
    shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
}

/* A tracer that is killed as soon as the block has given its tracee. */
#define KILL_TRACER(...)                        \
    do {                                        \
        pid_t tracer_ = SPAWN({                 \
            pid_t tracee_of_mine = __VA_ARGS__; \
            shared->tracee = tracee_of_mine;    \
            pause();                            \
        });                                     \
        while (shared->tracee == 0)             \
            nap_ms(1);                          \
        MUST(kill(tracer_, SIGKILL));           \
        show_end("tracer", tracer_);            \
    } while (0)

/* What becomes of the tracee then. */
static void show_orphan(void)
{
    int status;
    pid_t pid = shared->tracee;

    MUST(waitpid(pid, &status, WUNTRACED));
    show_status("tracee", status);
    if (WIFSTOPPED(status)) {
        MUST(kill(pid, SIGTERM));
        MUST(kill(pid, SIGCONT));
        show_end("tracee", pid);
    }
    shared->tracee = 0;
}

CASE(the_tracer_is_killed)
{
    share();
    for (size_t i = 0; i < ARRAY_SIZE(stops); i++) {
        if (i == STEPPED)
            continue;
        KILL_TRACER(start_stopped(&stops[i], 0));
        show_orphan();
        while (wait(NULL) > 0) /* its child */
            continue;
    }
    KILL_TRACER(start_seized(true, 0));
    show_orphan();
}

CASE(the_tracer_of_a_stepped_one_is_killed)
{
    share();
    KILL_TRACER(start_stopped(&stops[STEPPED], 0));
    show_orphan();
}

CASE(the_tracer_takes_all_along)
{
    share();
    for (size_t i = 0; i < ARRAY_SIZE(stops); i++) {
        KILL_TRACER(start_stopped(&stops[i], PTRACE_O_EXITKILL));
        show_orphan();
        while (wait(NULL) > 0)
            continue;
    }
    KILL_TRACER(start_seized(false, PTRACE_O_EXITKILL));
    show_orphan();
    KILL_TRACER(start_seized(true, PTRACE_O_EXITKILL));
    show_orphan();
}

static void await_tracer(pid_t pid)
{
    char path[64], text[4096];
    long tracer = 0;

    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    while (tracer == 0) {
        read_text(path, text, sizeof(text));
        sscanf(strstr(text, "TracerPid:"), "TracerPid: %ld", &tracer);
        nap_ms(1);
    }
}

CASE(two_tracers_of_one)
{
    pid_t pid = SPAWN(for (;;) pause());
    int words[2], back[2];
    pid_t tracer;
    char c;

    MUST(pipe(words));
    MUST(pipe(back));
    tracer = SPAWN(MUST(trace(PTRACE_SEIZE, pid, 0, 0)); MUST(write(words[1], "", 1));
                   MUST(read(back[0], &c, 1)); MUST(trace(PTRACE_INTERRUPT, pid, 0, 0));
                   show_wait("first", pid); SHOW(trace(PTRACE_DETACH, pid, 0, 0)));
    MUST(read(words[0], &c, 1));
    SHOW(trace(PTRACE_ATTACH, pid, 0, 0));
    SHOW(trace(PTRACE_SEIZE, pid, 0, 0));
    SHOW(trace(PTRACE_INTERRUPT, pid, 0, 0));
    SHOW(trace(PTRACE_CONT, pid, 0, 0));
    SHOW(trace(PTRACE_KILL, pid, 0, 0));
    MUST(write(back[1], "", 1));
    show_end("first tracer", tracer);
    SHOW(trace(PTRACE_ATTACH, pid, 0, 0));
    show_wait("second", pid);
    finish(pid);
}

#define ROUNDS 200

static void play(int in, int out)
{
    char c;

    for (int i = 0; i < ROUNDS; i++)
        if (read(in, &c, 1) != 1 || write(out, &c, 1) != 1)
            _exit(1);
    _exit(5);
}

/* Watches each call of a tracee until its end; exits 0 if there were as many as there have to be.
 */
static void watch_calls(pid_t pid)
{
    int status, count = 0;

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
    do {
        MUST(trace(PTRACE_SYSCALL, pid, 0, 0));
        status = wait_for(pid);
        count += WIFSTOPPED(status);
    } while (WIFSTOPPED(status));
    _exit(WIFEXITED(status) && WEXITSTATUS(status) == 5 && count == ROUNDS * 4 + 1 ? 0 : 1);
}

CASE(two_tracers_of_two)
{
    int there[2], back[2];
    pid_t one, other;

    MUST(pipe(there));
    MUST(pipe(back));
    one = SPAWN(watch_calls(TRACEE(play(there[0], back[1]))));
    other = SPAWN(watch_calls(TRACEE(play(back[0], there[1]))));
    MUST(write(there[1], "", 1));
    show_end("one", one);
    show_end("the other", other);
}

/* Who traces is traced, and so is that one. */
static int trace_to_the_end(int depth)
{
    int status, signo;
    pid_t pid;

    pid = TRACEE(_exit(depth > 1 ? trace_to_the_end(depth - 1) : 6));
    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
    MUST(trace(PTRACE_SYSCALL, pid, 0, 0));
    while (status = wait_for(pid), WIFSTOPPED(status)) {
        signo = WSTOPSIG(status);
        MUST(trace(PTRACE_SYSCALL, pid, 0, (unsigned long)(signo == SIGCHLD ? signo : 0)));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) + 1 : 99;
}

CASE(tracers_that_are_traced)
{
    IN_CHILD("last", _exit(trace_to_the_end(4)));
}

/* Each stops for the other: who kills one kills both. */
CASE(tracers_of_each_other)
{
    pid_t one, other;
    char c;

    share();
    MUST(pipe(ready));
    one =
        SPAWN(MUST(read(ready[0], &c, 1));
              MUST(trace(PTRACE_SEIZE, shared->tracee, 0, PTRACE_O_EXITKILL)); wait_for_ever(NULL));
    other = SPAWN(shared->tracee = getpid(); MUST(trace(PTRACE_SEIZE, one, 0, PTRACE_O_EXITKILL));
                  MUST(write(ready[1], "", 1)); wait_for_ever(NULL));
    await_tracer(one);
    await_tracer(other);
    MUST(kill(one, SIGTERM));
    MUST(kill(other, SIGTERM));
    nap_ms(20);
    MUST(kill(one, SIGKILL));
    show_end("one", one);
    show_end("the other", other);
}

static pid_t tracee; /* of threads */

static void *(*thread_run)(void *);
static pid_t thread_id;

static void *note_and_run(void *unused)
{
    thread_id = (pid_t)syscall(SYS_gettid);
    return thread_run(unused);
}

/* Until it is gone: pthread_join goes on when it has left its memory, and it is a tracer longer. */
static void run_thread(void *(*run)(void *))
{
    pthread_t thread;

    thread_run = run;
    MUST(-pthread_create(&thread, NULL, note_and_run, NULL));
    MUST(-pthread_join(thread, NULL));
    while (syscall(SYS_tgkill, getpid(), thread_id, 0) == 0)
        nap_ms(1);
}

static void *attach(void *unused)
{
    MUST(trace(PTRACE_ATTACH, tracee, 0, 0));
    show_wait("attached", tracee);
    return unused;
}

/* It is a thread that traces, not its process. */
CASE(a_tracers_thread_ends)
{
    int go[2];

    MUST(pipe(go));
    tracee = SPAWN(char c; MUST(read(go[0], &c, 1)); _exit(7));
    IN_CHILD("tracer", run_thread(attach); SHOW(trace(PTRACE_CONT, tracee, 0, 0));
             SHOW(waitpid(tracee, NULL, __WALL)));
    MUST(write(go[1], "", 1));
    show_end("tracee", tracee);
}

static void *look(void *unused)
{
    SHOW(waitpid(tracee, NULL, __WALL | __WNOTHREAD));
    show_wait("another thread's", tracee);
    SHOW(trace(PTRACE_CONT, tracee, 0, 0));
    return unused;
}

CASE(threads_of_a_tracer)
{
    tracee = SPAWN(wait_for_ever(NULL));
    IN_CHILD("tracer", MUST(trace(PTRACE_SEIZE, tracee, 0, 0));
             MUST(trace(PTRACE_INTERRUPT, tracee, 0, 0)); run_thread(look));
    MUST(kill(tracee, SIGKILL));
    show_end("tracee", tracee);
}

/* --- What is followed --- */

CASE(children_of_the_seized)
{
    int words[2];
    pid_t pid, child;
    char c;

    MUST(pipe(words));
    pid = SPAWN(MUST(read(words[0], &c, 1)); child = fork(); if (child == 0) _exit(2);
                waitpid(child, NULL, 0); _exit(3));
    MUST(trace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEFORK));
    MUST(write(words[1], "", 1));
    show_wait("parent", pid);
    child = message_of(pid);
    show_wait("child", child);
    go("child", PTRACE_CONT, child, 0);
    go("parent", PTRACE_CONT, pid, 0);
    go("parent", PTRACE_CONT, pid, SIGCHLD);
}

static void clone_and_end(unsigned long flags)
{
    long pid = syscall(SYS_clone, flags, 0, 0, 0, 0);

    if (pid == 0)
        _exit(2);
    while (waitpid((pid_t)pid, NULL, __WALL) < 0 && errno == EINTR)
        continue;
    _exit(3);
}

static void follow_clone(const char *what, unsigned long flags, unsigned options)
{
    pid_t pid = TRACEE(clone_and_end(flags)), child;
    int status, count = 0;

    say("%s:", what);
    MUST(trace(PTRACE_SETOPTIONS, pid, 0, options));
    MUST(trace(PTRACE_CONT, pid, 0, 0));
    while ((child = (pid_t)MUST(waitpid(-1, &status, __WALL))) != pid || WIFSTOPPED(status)) {
        if (child == pid) /* the two run side by side */
            show_stop("parent", status);
        else
            count++;
        if (WIFSTOPPED(status))
            MUST(trace(PTRACE_CONT, child, 0, 0));
    }
    say("child: %d times", count);
    show_stop("parent", status);
}

CASE(flags_of_clone)
{
    follow_clone("no option", SIGCHLD, 0);
    follow_clone("by a flag", SIGCHLD | CLONE_PTRACE, 0);
    follow_clone("not by a flag", SIGCHLD | CLONE_UNTRACED, PTRACE_O_TRACEFORK);
    follow_clone("no SIGCHLD", SIGUSR1, PTRACE_O_TRACEFORK | PTRACE_O_TRACECLONE);
    follow_clone("vfork", SIGCHLD | CLONE_VFORK, PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE);
    follow_clone("done only", SIGCHLD | CLONE_VFORK, PTRACE_O_TRACEVFORKDONE);
}

static void *execute(void *unused)
{
    execl(abi_program, "exits_8", NULL);
    return unused;
}

/* The thread gets its leader's number, and the tracer is told which one it had. */
CASE(a_thread_executes)
{
    pid_t pid = TRACEE(run_thread(execute)), thread;
    int status;

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC));
    go("leader", PTRACE_CONT, pid, 0);
    thread = message_of(pid);
    show_wait("thread", thread);
    MUST(trace(PTRACE_CONT, pid, 0, 0));
    MUST(trace(PTRACE_CONT, thread, 0, 0));
    show_wait("leader", pid);
    HOLDS(message_of(pid) == thread);
    SHOW(trace(PTRACE_CONT, thread, 0, 0));
    SHOW(waitpid(thread, &status, __WALL | WNOHANG));
    go("leader", PTRACE_CONT, pid, 0);
}

static void *say_ready(void *unused)
{
    MUST(write(ready[1], "", 1));
    return wait_for_ever(unused);
}

static void start_thread_and(void (*end)(void))
{
    pthread_t thread;
    char c;

    pthread_create(&thread, NULL, say_ready, NULL);
    MUST(read(ready[0], &c, 1));
    end();
    pause();
}

/* What is told of the ends of a process's two threads. */
static void watch_end(const char *what, void (*end)(void), int signo)
{
    pid_t pid, child;
    int status, leader = -1, thread = -1;

    MUST(pipe(ready));
    pid = TRACEE(start_thread_and(end));
    MUST(trace(PTRACE_SETOPTIONS, pid, 0,
               PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXIT | PTRACE_O_TRACEEXEC));
    MUST(trace(PTRACE_CONT, pid, 0, 0));
    do {
        child = (pid_t)MUST(waitpid(-1, &status, __WALL));
        if (status >> 16 == PTRACE_EVENT_EXIT && child == pid)
            leader = message_of(child);
        else if (status >> 16 == PTRACE_EVENT_EXIT)
            thread = message_of(child);
        if (WIFSTOPPED(status))
            MUST(trace(PTRACE_CONT, child, 0, 0));
        if (signo != 0 && WIFSTOPPED(status) && child != pid)
            MUST(kill(pid, signo));
    } while (child != pid || WIFSTOPPED(status));
    say("%s: leader %d, thread %d", what, leader, thread);
    show_status("process", status);
}

static void end_process(void)
{
    _exit(3);
}

static void end_by_exec(void)
{
    execute(NULL);
}

static void end_not(void)
{
}

CASE(ends_of_threads)
{
    watch_end("exit_group", end_process, 0);
    watch_end("execve", end_by_exec, 0);
}

CASE(ends_of_killed_threads)
{
    watch_end("SIGKILL", end_not, SIGKILL);
}

/* --- Calls --- */

CASE(messages_at_calls)
{
    pid_t pid = TRACEE(syscall(SYS_getppid); _exit(4));

    VALUE(message_of(pid));
    go("begins", PTRACE_SYSCALL, pid, 0);
    VALUE(message_of(pid));
    go("has ended", PTRACE_SYSCALL, pid, 0);
    VALUE(message_of(pid));
    go("stop of the process", PTRACE_CONT, pid, SIGSTOP);
    finish(pid);
}

/* The values by which the kernel says to itself that a call is to be made again. */
static void set_result(long result)
{
    pid_t pid = TRACEE(errno = 0; long got = syscall(SYS_getppid);
                       say("%s", got == getppid() ? "made again" : errno_name(errno)));

    MUST(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
    say("%ld", result);
    go("begins", PTRACE_SYSCALL, pid, 0);
    go("has ended", PTRACE_SYSCALL, pid, 0);
    MUST(
        trace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), (unsigned long)result));
    go("signal", PTRACE_CONT, pid, SIGWINCH);
    go("end", PTRACE_CONT, pid, 0);
}

CASE(results_that_are_no_ones)
{
    for (long result = -517; result <= -511; result++)
        set_result(result);
}
