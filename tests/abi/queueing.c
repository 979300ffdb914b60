/*
 * Signals that bring a siginfo of the sender's making (rt_sigqueueinfo(2)), what of it arrives, and
 * the rest of what signal calls check: sigaltstack(2), rt_sigtimedwait(2), kill(2) to all.
 */
#include <pthread.h>
#include <sys/mman.h>

#include "tests/abi/abi.h"

#define BAD ((void *)8)
#define NOBODY 999999
#define AUTODISARM ((int)(1u << 31))

/* The kernel's view of a siginfo: 48 bytes that it passes on, and 80 that are spare. */
union raw_info {
    siginfo_t info;
    unsigned char bytes[128];
};

static union raw_info sent, got;

static long queue(int signo, int code, void *from)
{
    union raw_info *info = from;

    info->info.si_code = code;
    return syscall(SYS_rt_sigqueueinfo, getpid(), signo, info);
}

static void block_all(void)
{
    sigset_t all;

    sigfillset(&all);
    MUST(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8));
}

static long take(int signo)
{
    const struct timespec now = {0, 0};
    uint64_t set = 1ul << (signo - 1);

    memset(&got, 0xee, sizeof(got));
    return syscall(SYS_rt_sigtimedwait, &set, &got, &now, 8);
}

static void fill(void)
{
    for (size_t i = 0; i < sizeof(sent.bytes); i++)
        sent.bytes[i] = (unsigned char)(i + 1);
}

/* How many bytes of what was sent have arrived, and are the others zero? */
static void show_bytes(const char *what)
{
    size_t same = 16, zero;

    while (same < sizeof(got.bytes) && got.bytes[same] == sent.bytes[same])
        same++;
    zero = same;
    while (zero < sizeof(got.bytes) && got.bytes[zero] == 0)
        zero++;
    say("%s: signo %d errno %#x code %d, pad %d, %zu bytes, then zero up to %zu", what,
        got.info.si_signo, got.info.si_errno, got.info.si_code,
        memcmp(got.bytes + 12, sent.bytes + 12, 4) == 0, same, zero);
}

CASE(what_arrives)
{
    block_all();
    fill();
    SHOW(queue(SIGUSR1, SI_QUEUE, &sent));
    SHOW(take(SIGUSR1));
    show_bytes("SI_QUEUE");
    SHOW(queue(40, SI_ASYNCIO, &sent));
    SHOW(take(40));
    show_bytes("SI_ASYNCIO");
    SHOW(queue(SIGSEGV, SI_USER, &sent));
    SHOW(take(SIGSEGV));
    show_bytes("SI_USER");
    SHOW(queue(SIGSEGV, SI_TKILL, &sent));
    SHOW(take(SIGSEGV));
    show_bytes("SI_TKILL");
    SHOW(queue(SIGSEGV, SI_KERNEL, &sent));
    SHOW(take(SIGSEGV));
    show_bytes("SI_KERNEL");
    SHOW(queue(SIGSEGV, SEGV_MAPERR, &sent));
    SHOW(take(SIGSEGV));
    show_bytes("SEGV_MAPERR");
    SHOW(queue(41, SI_TIMER, &sent));
    SHOW(take(41));
    show_bytes("SI_TIMER");
}

/* Of codes that it doesn't know, Linux takes only a siginfo whose spare bytes are 0. */
CASE(codes_that_nobody_knows)
{
    static const int codes[] = {-7, -8, -59, -60, -61, INT32_MIN, 1,   6,
                                7,  10, 11,  15,  16,  128,       129, INT32_MAX};
    static const int signals[] = {SIGUSR1, SIGILL,  SIGFPE, SIGSEGV, SIGBUS,
                                  SIGTRAP, SIGCHLD, SIGIO,  SIGSYS,  40};

    block_all();
    for (size_t s = 0; s < ARRAY_SIZE(signals); s++) {
        char line[256];
        int length = 0;

        for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
            long full, last, zeros;

            fill();
            full = queue(signals[s], codes[i], &sent);
            memset(sent.bytes + 48, 0, 80);
            sent.bytes[127] = 1;
            last = queue(signals[s], codes[i], &sent);
            if (full < 0 && last < 0 && errno == E2BIG)
                length += sprintf(line + length, " %d", codes[i]);
            sent.bytes[127] = 0;
            zeros = queue(signals[s], codes[i], &sent);
            if (full != last || zeros != 0)
                say("%ld %ld %ld", full, last, zeros);
        }
        say("%s: E2BIG with%s", signal_name(signals[s]), line);
        while (take(signals[s]) > 0)
            continue;
    }
}

CASE(at_the_end_of_memory)
{
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint64_t set = 1ul << (SIGUSR1 - 1);

    block_all();
    MUST(munmap(page + 4096, 4096));
    SHOW(queue(SIGUSR1, SI_QUEUE, page + 4096 - 48));
    SHOW(take(SIGUSR1));
    SHOW(queue(SIGUSR1, -1000, page + 4096 - 48));
    SHOW(queue(SIGUSR1, -1000, page + 4096 - 128));
    SHOW(take(SIGUSR1));
    SHOW(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, page + 4096 - 40));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), SIGUSR1, page + 4096 - 40));
    SHOW(queue(SIGUSR1, SI_QUEUE, &sent));
    SHOW(syscall(SYS_rt_sigtimedwait, &set, page + 4096 - 48, NULL, 8));
    SHOW(take(SIGUSR1));
}

CASE(order_of_checks)
{
    block_all();
    sent.info.si_code = SI_QUEUE;
    SHOW(syscall(SYS_rt_tgsigqueueinfo, 0, getpid(), SIGUSR1, BAD));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, 0, getpid(), SIGUSR1, &sent));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), NOBODY, 65, &sent));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), 65, &sent));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), -1, &sent));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), 0, &sent));
    SHOW(syscall(SYS_rt_sigqueueinfo, getpid(), 0, &sent));
    SHOW(syscall(SYS_rt_sigqueueinfo, getpid(), -1, &sent));
    SHOW(syscall(SYS_rt_sigqueueinfo, 0, SIGUSR1, &sent));
    SHOW(syscall(SYS_rt_sigqueueinfo, -1, SIGUSR1, &sent));
    SHOW(syscall(SYS_rt_sigqueueinfo, -getpgrp(), SIGUSR1, &sent));
    sent.info.si_code = SI_TKILL;
    SHOW(syscall(SYS_rt_sigqueueinfo, getppid(), SIGUSR1, &sent));
    SHOW(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &sent));
    SHOW(syscall(SYS_rt_tgsigqueueinfo, getppid(), getppid(), 0, &sent));
    sent.info.si_code = SI_QUEUE;
    SHOW(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &sent));
    IN_CHILD("stranger", MUST(setresuid(4711, 4711, 4711));
             SHOW(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &sent));
             SHOW(syscall(SYS_rt_sigqueueinfo, getppid(), SIGCONT, &sent));
             SHOW(syscall(SYS_rt_tgsigqueueinfo, getppid(), getppid(), SIGUSR1, &sent)));
}

/* Standard signals are one, however many are sent; real-time ones keep their order. */
CASE(which_of_many)
{
    block_all();
    for (int i = 0; i < 3; i++) {
        sent.info.si_value.sival_int = i;
        MUST(queue(SIGUSR1, SI_QUEUE, &sent));
        MUST(queue(40, SI_QUEUE, &sent));
    }
    for (int i = 0; i < 2; i++)
        say("%ld: %d", take(SIGUSR1), got.info.si_value.sival_int);
    for (int i = 0; i < 4; i++)
        say("%ld: %d", take(40), got.info.si_value.sival_int);
}

CASE(limit_of_pending)
{
    const struct rlimit limit = {3, 3};

    IN_CHILD("limited", block_all(); MUST(setresuid(4712, 4712, 4712));
             MUST(setrlimit(RLIMIT_SIGPENDING, &limit)); SHOW(queue(40, SI_QUEUE, &sent));
             SHOW(queue(40, SI_QUEUE, &sent)); SHOW(queue(40, SI_QUEUE, &sent));
             SHOW(queue(40, SI_QUEUE, &sent)); SHOW(queue(41, SI_USER, &sent));
             SHOW(queue(SIGUSR1, SI_QUEUE, &sent)); SHOW(kill(getpid(), SIGUSR2));
             SHOW(kill(getpid(), 42)); SHOW(syscall(SYS_tkill, getpid(), 43)); SHOW(take(SIGUSR1));
             VALUE(got.info.si_code); SHOW(take(SIGUSR2)); VALUE(got.info.si_code); SHOW(take(42));
             VALUE(got.info.si_code); VALUE(got.info.si_pid); SHOW(take(43)); SHOW(take(41));
             VALUE(got.info.si_code));
}

/* --- kill --- */

static void kill_as_user(void)
{
    pid_t child;

    MUST(setresuid(4713, 4713, 4713));
    SHOW(kill(-1, 0));
    SHOW(kill(-1, 65));
    child = SPAWN(pause());
    SHOW(kill(-1, SIGTERM));
    show_end("its child", child);
    SHOW(kill(-1, SIGTERM));
}

CASE(kill_everybody)
{
    pid_t child = SPAWN(pause());

    SHOW(kill(-1, 0));
    SHOW(kill(-1, 65));
    SHOW(kill(-1, -1));
    IN_CHILD("user", kill_as_user());
    kill(child, SIGKILL);
    show_end("root's", child);
}

/* --- sigaltstack --- */

static char stack_memory[65536];

static void show_stack(const char *what)
{
    stack_t now;

    MUST(syscall(SYS_sigaltstack, NULL, &now));
    say("%s: at %ld, flags %#x, size %zu", what,
        now.ss_sp ? (long)((char *)now.ss_sp - stack_memory) : -1, (unsigned)now.ss_flags,
        now.ss_size);
}

static long set_stack(int flags, void *sp, size_t size)
{
    stack_t stack = {.ss_sp = sp, .ss_flags = flags, .ss_size = size};

    return syscall(SYS_sigaltstack, &stack, NULL);
}

CASE(altstack_forms)
{
    show_stack("first");
    SHOW(set_stack(0, stack_memory, 2047));
    SHOW(set_stack(0, stack_memory, 2048));
    show_stack("least");
    SHOW(set_stack(0, stack_memory, 0));
    SHOW(set_stack(SS_ONSTACK, stack_memory + 1, 60001));
    show_stack("SS_ONSTACK");
    SHOW(set_stack(3, stack_memory, 8192));
    SHOW(set_stack(4, stack_memory, 8192));
    SHOW(set_stack(AUTODISARM, stack_memory, 8192));
    show_stack("SS_AUTODISARM");
    SHOW(set_stack(AUTODISARM | SS_ONSTACK, stack_memory, 8192));
    show_stack("both");
    SHOW(set_stack(AUTODISARM | SS_DISABLE, stack_memory, 8192));
    show_stack("SS_DISABLE with it");
    SHOW(set_stack(SS_DISABLE, BAD, 1));
    show_stack("SS_DISABLE");
    SHOW(set_stack(0, BAD, 8192));
    SHOW(set_stack(0, NULL, 8192));
    SHOW(set_stack(0, stack_memory, (size_t)-1));
    SHOW(set_stack(AUTODISARM | 0x40000000, stack_memory, 8192));
    SHOW(set_stack(0x40000000, stack_memory, 8192));
}

static void look_inside(int signo)
{
    char here;

    say("signal %d on the stack: %d", signo,
        &here >= stack_memory && &here < stack_memory + sizeof(stack_memory));
    show_stack("inside");
    SHOW(set_stack(0, stack_memory + 32768, 16384));
    SHOW(set_stack(SS_DISABLE, NULL, 0));
}

CASE(altstack_while_in_use)
{
    struct sigaction action = {.sa_handler = look_inside, .sa_flags = SA_ONSTACK};

    MUST(sigaction(SIGUSR1, &action, NULL));
    MUST(set_stack(0, stack_memory, 32768));
    raise(SIGUSR1);
    show_stack("afterwards");
    MUST(set_stack(AUTODISARM, stack_memory, 32768));
    raise(SIGUSR1);
    show_stack("afterwards, SS_AUTODISARM");
}

static void nest(int signo)
{
    char here;

    say("%d on the stack: %d", signo,
        &here >= stack_memory && &here < stack_memory + sizeof(stack_memory));
    if (signo == SIGUSR1)
        raise(SIGUSR2);
}

CASE(altstack_disarmed_while_nested)
{
    struct sigaction action = {.sa_handler = nest, .sa_flags = SA_ONSTACK};

    MUST(sigaction(SIGUSR1, &action, NULL));
    MUST(sigaction(SIGUSR2, &action, NULL));
    MUST(set_stack(AUTODISARM, stack_memory, 32768));
    raise(SIGUSR1);
    show_stack("afterwards");
}

CASE(altstack_too_small_for_the_frame)
{
    struct sigaction action = {.sa_handler = nest, .sa_flags = SA_ONSTACK};

    IN_CHILD("nowhere", MUST(sigaction(SIGUSR2, &action, NULL)); MUST(set_stack(0, BAD, 8192));
             raise(SIGUSR2));
    IN_CHILD("kernel's", MUST(sigaction(SIGUSR2, &action, NULL));
             MUST(set_stack(0, (void *)0xffff800000000000, 8192)); raise(SIGUSR2));
    IN_CHILD("wraps", MUST(sigaction(SIGUSR2, &action, NULL));
             MUST(set_stack(0, stack_memory, (size_t)-1)); raise(SIGUSR2));
}

/* --- rt_sigtimedwait --- */

CASE(timedwait_of_what_cannot_be)
{
    const struct timespec soon = {0, 1000000};
    uint64_t kill_and_stop = 1ul << (SIGKILL - 1) | 1ul << (SIGSTOP - 1), none = 0;
    siginfo_t info;

    SHOW(syscall(SYS_rt_sigtimedwait, &kill_and_stop, &info, &soon, 8));
    SHOW(syscall(SYS_rt_sigtimedwait, &none, &info, &soon, 8));
    SHOW(syscall(SYS_rt_sigtimedwait, &none, BAD, &soon, 8));
    SHOW(syscall(SYS_rt_sigtimedwait, NULL, NULL, &soon, 8));
}

static void nothing(int signo)
{
    (void)signo;
}

/* One that isn't blocked is taken as well, when it comes while we wait. */
CASE(timedwait_of_what_is_not_blocked)
{
    uint64_t set = 1ul << (SIGUSR1 - 1);
    struct sigaction action = {.sa_handler = nothing};
    pid_t child;

    MUST(sigaction(SIGUSR1, &action, NULL));
    child = pester(SIGUSR1);
    SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, 8) == SIGUSR1);
    end_pester(child);
}

CASE(timedwait_interrupted)
{
    uint64_t set = 1ul << (SIGUSR1 - 1);
    struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_RESTART};
    pid_t child;

    block_all();
    MUST(sigaction(SIGUSR2, &action, NULL));
    set = ~(1ul << (SIGUSR2 - 1));
    MUST(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, NULL, 8));
    set = 1ul << (SIGUSR1 - 1);
    child = pester(SIGUSR2);
    SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, 8));
    end_pester(child);
}
