/*
 * Processes that all trace each other as luck will have it, in rings too: they attach and let go,
 * steer and step, change registers, memory and signals to anything, begin threads and children,
 * execute, and are killed in whatever stop they are. What the calls answer is a matter of luck. In
 * the end SIGKILL ends them all. (On Linux two in a ring that have asked for PTRACE_O_TRACEEXIT
 * would stay for ever.)
 */
#include "tests/stress/stress.h"

#include <elf.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#define PROCESSES 8
#define UNTRACED 2 /* the first ones: else all would soon wait for each other */
#define USER 1000  /* who jumps anywhere may make any call: not as root */

static struct {
    volatile pid_t pids[PROCESSES];
    volatile long stops; /* still to be taken, by all together */
} * shared;

static pid_t random_pid(void)
{
    return shared->pids[UNTRACED + below(PROCESSES - UNTRACED)];
}

static uint64_t random_word(void)
{
    static const uint64_t odd[] = {0,
                                   1,
                                   -1UL,
                                   -512UL,
                                   -516UL,
                                   0x33,
                                   0x2b,
                                   0x10,
                                   0x4100,
                                   0x7ffffffff000,
                                   0x800000000000,
                                   0xffff800000000000,
                                   0xffffffff80000000};

    return below(4) == 0 ? random64() >> below(64) : odd[below(ARRAY_SIZE(odd))];
}

/* Where requests read and write. */
static union {
    uint64_t words[1024];
    siginfo_t info;
    struct __ptrace_peeksiginfo_args peek;
} area;

static long request(long what, pid_t pid, uint64_t addr, uint64_t data)
{
    return syscall(SYS_ptrace, what, pid, addr, data);
}

/* A change to registers, as often as not the one that the tracee would least like. */
static void change_registers(pid_t pid)
{
    struct iovec iov = {area.words, sizeof(area)};
    static const uint16_t sets[] = {NT_PRSTATUS, NT_PRFPREG, NT_X86_XSTATE};
    uint16_t set = sets[below(ARRAY_SIZE(sets))];

    if (request(PTRACE_GETREGSET, pid, set, (uint64_t)&iov) != 0)
        return;
    area.words[below(iov.iov_len / 8)] = random_word();
    request(PTRACE_SETREGSET, pid, set, (uint64_t)&iov);
}

static void look_and_change(pid_t pid)
{
    switch (below(12)) {
    case 0:
        change_registers(pid);
        break;
    case 1:
        request(PTRACE_POKEUSER, pid, below(sizeof(struct user) / 8) * 8, random_word());
        break;
    case 2:
        request(PTRACE_POKEDATA, pid, (uint64_t)area.words, random_word());
        break;
    case 3:
        request(PTRACE_POKETEXT, pid, (uint64_t)random_pid, 0xcccccccccccccccc);
        break;
    case 4:
        request(PTRACE_GETSIGINFO, pid, 0, (uint64_t)&area);
        area.info.si_signo = (int)random_word();
        request(PTRACE_SETSIGINFO, pid, 0, (uint64_t)&area);
        break;
    case 5:
        request(PTRACE_SETSIGMASK, pid, 8, (uint64_t)area.words);
        break;
    case 6:
        area.peek = (struct __ptrace_peeksiginfo_args){below(4), (uint32_t)below(2), 4};
        request(PTRACE_PEEKSIGINFO, pid, (uint64_t)&area.peek, (uint64_t)&area.words[64]);
        break;
    case 7:
        request(PTRACE_GET_SYSCALL_INFO, pid, sizeof(area), (uint64_t)&area);
        break;
    case 8:
        request(PTRACE_GETEVENTMSG, pid, 0, (uint64_t)&area);
        break;
    case 9:
        request(PTRACE_LISTEN, pid, 0, 0);
        break;
    default:
        request(PTRACE_SETOPTIONS, pid, 0, below(2) != 0 ? 0x10007f : below(0x80));
    }
}

static void go_on(pid_t pid)
{
    static const long ways[] = {PTRACE_CONT,   PTRACE_SYSCALL, PTRACE_SYSCALL, PTRACE_SINGLESTEP,
                                PTRACE_DETACH, PTRACE_SYSEMU,  PTRACE_LISTEN};
    static const int signals[] = {0, 0, 0, SIGUSR1, SIGSTOP, SIGCONT, SIGTRAP, 65};

    request(ways[below(ARRAY_SIZE(ways))], pid, 0, (uint64_t)signals[below(ARRAY_SIZE(signals))]);
}

/* Takes what has been told of tracees and children, and gives others time if that is nothing. Some
 * stay trapped. */
static void take_events(void)
{
    const struct timespec moment = {0, 200000};
    bool is_idle = true;
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
        is_idle = false;
        if (!WIFSTOPPED(status))
            continue;
        __atomic_sub_fetch(&shared->stops, 1, __ATOMIC_SEQ_CST);
        for (uint64_t i = below(3); i > 0; i--)
            look_and_change(pid);
        if (below(8) != 0)
            go_on(pid);
    }
    if (is_idle)
        nanosleep(&moment, NULL);
}

static void begin_to_trace(pid_t pid)
{
    if (below(3) == 0) {
        request(PTRACE_ATTACH, pid, 0, 0);
        return;
    }
    if (request(PTRACE_SEIZE, pid, 0, below(2) != 0 ? 0x10007f : below(0x80)) == 0 && below(2) != 0)
        request(PTRACE_INTERRUPT, pid, 0, 0);
}

static void send_signal(pid_t pid)
{
    static const int signals[] = {SIGSTOP, SIGCONT, SIGCONT, SIGUSR1, SIGWINCH};

    kill(pid, below(64) == 0 ? SIGKILL : signals[below(ARRAY_SIZE(signals))]);
}

static void *act_for_a_while(void *unused)
{
    pid_t pid = random_pid();

    begin_to_trace(pid);
    for (int i = 0; i < 10; i++)
        take_events();
    return unused;
}

static void multiply(void)
{
    pthread_t thread;

    switch (below(64)) {
    case 0:
        execl("/proc/self/exe", "nothing", NULL);
        break;
    case 1:
    case 2:
        if (vfork() == 0)
            execl("/proc/self/exe", "nothing", NULL);
        break;
    case 3:
    case 4:
        if (fork() == 0) {
            request(PTRACE_TRACEME, 0, 0, 0);
            _exit(0);
        }
        break;
    case 5:
    case 6:
        pthread_create(&thread, NULL, act_for_a_while, NULL);
        break;
    default:
        getppid();
    }
}

HELPER(nothing)
{
    return 0;
}

static void act(void)
{
    stress_seed((uint64_t)getpid());
    signal(SIGUSR1, only_interrupt);
    for (;;) {
        pid_t pid = random_pid();

        switch (below(16)) {
        case 0:
        case 1:
            begin_to_trace(pid);
            break;
        case 2:
            look_and_change(pid);
            break;
        case 3:
            go_on(pid);
            break;
        case 4:
            send_signal(pid);
            break;
        case 5:
            multiply();
            break;
        default:
            take_events();
        }
    }
}

static void become_user(void)
{
    MUST(setgid(USER));
    MUST(setuid(USER));
    MUST(prctl(PR_SET_DUMPABLE, 1));
}

/* Ends whatever is the user's, as often as something new has come. */
static void end_all(void)
{
    while (waitpid(-1, NULL, WNOHANG | __WALL) >= 0) {
        pid_t killer = SPAWN(become_user(); kill(-1, SIGKILL); for (;;) pause());

        nap_ms(2);
        kill(killer, SIGKILL);
        waitpid(killer, NULL, 0);
    }
}

/* Until that many stops were taken there are so many who do all this. */
CASE(tracers_of_each_other)
{
    long wanted = stress_count(1000, 20000);
    pid_t pid;

    MUST(prctl(PR_SET_CHILD_SUBREAPER, 1));
    shared = map_shared(PAGE);
    shared->stops = wanted;
    stress_seed(0);
    for (int i = 0; shared->stops > 0; i = (i + 1) % PROCESSES) {
        while ((pid = waitpid(-1, NULL, WNOHANG | __WALL)) > 0)
            continue;
        if (shared->pids[i] != 0)
            kill(shared->pids[i], below(16) == 0 ? SIGKILL : SIGCONT);
        if (shared->pids[i] == 0 || kill(shared->pids[i], 0) != 0)
            shared->pids[i] = SPAWN(become_user(); act(); _exit(0));
        nap_ms(1);
    }
    end_all();
    say("all are gone");
}
