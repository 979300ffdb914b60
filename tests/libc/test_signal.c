/* Signals, and jumps out of functions. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile sig_atomic_t got;
static volatile int code;
static volatile pid_t sender;
static void *volatile fault_address;
static sigjmp_buf jump;
static char alternate[32768];
static volatile int on_alternate;

static void note(int sig)
{
    char here;

    got = sig;
    on_alternate = &here >= alternate && &here < alternate + sizeof(alternate);
}

static void note_info(int sig, siginfo_t *info, void *context)
{
    (void)context;
    got = sig;
    code = info->si_code;
    sender = info->si_pid;
}

static void escape(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    (void)context;
    fault_address = info->si_addr;
    code = info->si_code;
    siglongjmp(jump, 5);
}

static void skip_instruction(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;

    (void)info;
    got = sig;
    uc->uc_mcontext.gregs[REG_RIP] += 2;
    uc->uc_mcontext.gregs[REG_RAX] = 1234;
}

static void handlers(void)
{
    struct sigaction act, old;

    printf("%d", signal(SIGUSR1, note) == SIG_DFL);
    printf(" %d\n", signal(SIGUSR1, note) == note);
    raise(SIGUSR1);
    printf("%d\n", got);
    memset(&act, 0, sizeof(act));
    act.sa_sigaction = note_info;
    act.sa_flags = SA_SIGINFO | SA_RESETHAND;
    sigaddset(&act.sa_mask, SIGUSR1);
    printf("%d\n", sigaction(SIGUSR2, &act, &old));
    printf("%d\n", old.sa_handler == SIG_DFL);
    kill(getpid(), SIGUSR2);
    printf("%d %d %d\n", got, code, sender == getpid());
    sigaction(SIGUSR2, NULL, &old);
    printf("%d %x %d\n", old.sa_handler == SIG_DFL, old.sa_flags & ~0x04000000,
           sigismember(&old.sa_mask, SIGUSR1));
    printf("%d", sigaction(SIGKILL, &act, NULL));
    printf(" %d\n", errno);
    printf("%d", signal(99, note) == SIG_ERR);
    printf(" %d\n", errno);
}

static void masks(void)
{
    sigset_t set, old, pending;

    sigemptyset(&set);
    printf("%d %d", sigaddset(&set, SIGUSR1), sigaddset(&set, 64));
    printf(" %d", sigaddset(&set, 0));
    printf(" %d\n", errno);
    printf("%d %d %d\n", sigismember(&set, SIGUSR1), sigismember(&set, SIGUSR2),
           sigismember(&set, 0));
    printf("%d\n", sigprocmask(SIG_BLOCK, &set, &old));
    got = 0;
    raise(SIGUSR1);
    sigpending(&pending);
    printf("%d %d %d\n", got, sigismember(&pending, SIGUSR1), sigismember(&pending, SIGUSR2));
    printf("%d", sigsuspend(&old));
    printf(" %d %d\n", errno, got);
    sigfillset(&set);
    sigdelset(&set, SIGUSR1);
    printf("%d %d\n", sigismember(&set, SIGUSR1), sigismember(&set, SIGTERM));
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void faults(void)
{
    struct sigaction act = {.sa_sigaction = escape, .sa_flags = SA_SIGINFO};
    volatile int *nowhere = (int *)0x10;
    volatile int zero = 0;

    sigaction(SIGSEGV, &act, NULL);
    sigaction(SIGFPE, &act, NULL);
    for (int i = 0; i < 3; i++) {
        if (sigsetjmp(jump, 1) == 0)
            *nowhere = 1;
        else
            printf("%p %d\n", fault_address, code);
    }
    if (sigsetjmp(jump, 1) == 0)
        zero = 1 / zero;
    else
        printf("%d\n", code);
    act.sa_sigaction = skip_instruction;
    sigaction(SIGILL, &act, NULL);
    long result = 0;
    __asm__ volatile("ud2" : "=a"(result));
    printf("%d %ld\n", got, result);
    signal(SIGSEGV, SIG_DFL);
}

static void alternate_stack(void)
{
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof(alternate)};
    stack_t old;
    struct sigaction act = {.sa_handler = note, .sa_flags = SA_ONSTACK};

    printf("%d\n", sigaltstack(&stack, NULL));
    sigaction(SIGUSR1, &act, NULL);
    raise(SIGUSR1);
    printf("%d %d\n", got, on_alternate);
    sigaltstack(NULL, &old);
    printf("%d %d\n", old.ss_sp == alternate, old.ss_flags);
    signal(SIGUSR1, note);
    raise(SIGUSR1);
    printf("%d\n", on_alternate);
}

static void interruptions(void)
{
    struct timespec nap = {10, 0}, rest = {0, 0};
    struct sigaction act = {.sa_handler = note};
    int status;
    pid_t pid;

    sigaction(SIGUSR1, &act, NULL);
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        struct timespec moment = {0, 50000000};

        nanosleep(&moment, NULL);
        kill(getppid(), SIGUSR1);
        nanosleep(&moment, NULL);
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    printf("%d", nanosleep(&nap, &rest));
    printf(" %d %d\n", errno, rest.tv_sec == 9);
    printf("%d", pause());
    printf(" %d\n", errno);
    waitpid(pid, &status, 0);
    printf("%d\n", status);
}

/* select says how much of a long time is left. The signal comes again and again, until it hits. */
static void selections(void)
{
    struct timeval left = {200000, 0};
    pid_t pid;

    fflush(stdout);
    pid = fork();
    while (pid == 0) {
        struct timespec moment = {0, 50000000};

        nanosleep(&moment, NULL);
        kill(getppid(), SIGUSR1);
    }
    printf("%d", select(0, NULL, NULL, NULL, &left));
    printf(" %d", errno);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    printf(" %d\n", left.tv_sec > 199000);
}

static void jump_back(jmp_buf place, int depth)
{
    volatile char space[100];

    space[0] = (char)depth;
    if (depth == 0)
        longjmp(place, 0);
    jump_back(place, depth - 1 + space[0] * 0);
}

static void jumps(void)
{
    jmp_buf place;
    volatile int count = 0;
    int value = setjmp(place);

    count++;
    printf("%d %d\n", value, count);
    if (count < 2)
        jump_back(place, 10);
    if (count < 3)
        longjmp(place, 7);
}

static void deaths(void)
{
    static const int signals[] = {SIGTERM, SIGSEGV, SIGABRT, SIGKILL, SIGPIPE};

    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        int status;

        fflush(stdout);
        if (fork() == 0) {
            signal(SIGABRT, SIG_IGN);
            if (signals[i] == SIGABRT)
                abort();
            raise(signals[i]);
            _exit(0);
        }
        wait(&status);
        printf("%d\n", WIFSIGNALED(status) ? WTERMSIG(status) : -1);
    }
}

int main(void)
{
    handlers();
    masks();
    faults();
    alternate_stack();
    interruptions();
    selections();
    jumps();
    deaths();
    return 0;
}
