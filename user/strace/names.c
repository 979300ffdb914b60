/*
 * Names of values, of bits, of signals; what a siginfo tells (man 2 sigaction).
 */
#include <strings.h>

#include "kernel/abi/signal.h"
#include "kernel/abi/time.h"
#include "user/strace/strace.h"

const char *set_find(const struct set *set, unsigned long value)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->names[i].value == value)
            return set->names[i].text;
    return NULL;
}

void print_name(const struct set *set, unsigned long value)
{
    const char *name = set_find(set, value);

    if (name)
        print("%s", name);
    else
        print("%#lx /* %s */", value, set->unknown);
}

/* Those of VALUE's bits that have names, and the others as a number behind them. */
void print_rest_flags(const struct set *set, unsigned long value)
{
    const char *glue = "";

    for (size_t i = 0; i < set->count; i++) {
        unsigned long bits = set->names[i].value;

        if (bits && (value & bits) == bits) {
            print("%s%s", glue, set->names[i].text);
            glue = "|";
            value &= ~bits;
        }
    }
    if (value)
        print("%s%#lx", glue, value);
}

void print_flags(const struct set *set, unsigned long value)
{
    bool has_any = false;

    for (size_t i = 0; i < set->count; i++) {
        unsigned long bits = set->names[i].value;

        has_any = has_any || (bits ? (value & bits) == bits : value == 0);
    }
    if (value && has_any)
        print_rest_flags(set, value);
    else if (value)
        print("%#lx /* %s */", value, set->unknown);
    else
        print("%s", has_any ? set_find(set, 0) : "0");
}

static const char *const signals[] = {
    "0",    "HUP",  "INT",  "QUIT", "ILL",    "TRAP",   "ABRT",  "BUS",  "FPE",  "KILL", "USR1",
    "SEGV", "USR2", "PIPE", "ALRM", "TERM",   "STKFLT", "CHLD",  "CONT", "STOP", "TSTP", "TTIN",
    "TTOU", "URG",  "XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH", "IO",   "PWR",  "SYS",  "RTMIN"};

/* Of a set of signals, without SIG. */
static void short_signal_print(int signal)
{
    if (signal <= SIGRTMIN)
        print("%s", signals[signal]);
    else
        print("RT_%d", signal - SIGRTMIN);
}

void print_signal(int signal)
{
    if (signal <= 0 || signal > SIGRTMAX) {
        print("%d", signal);
        return;
    }
    print("SIG");
    short_signal_print(signal);
}

/* The number of a signal from its name without SIG, whatever the case; -1: there is none. */
int signal_number(const char *name)
{
    for (int signal = 1; signal < SIGRTMIN; signal++)
        if (strcasecmp(signals[signal], name) == 0)
            return signal;
    return -1;
}

/* Where most are set, those that aren't are told. */
void print_sigset(unsigned long set)
{
    const char *glue = "";
    bool inverted = __builtin_popcountl(set) >= SIGNAL_COUNT * 2 / 3;

    print("%s[", inverted ? "~" : "");
    for (int signal = 1; signal <= SIGNAL_COUNT; signal++) {
        if ((set >> (signal - 1) & 1) == inverted)
            continue;
        print("%s", glue);
        short_signal_print(signal);
        glue = " ";
    }
    print("]");
}

struct code {
    int signal; /* 0: of any signal */
    int code;
    const char *name;
};
#define CODE(signal, code)  \
    {                       \
        signal, code, #code \
    }

static const struct code codes[] = {CODE(0, SI_USER),
                                    CODE(0, SI_KERNEL),
                                    CODE(0, SI_QUEUE),
                                    CODE(0, SI_TIMER),
                                    CODE(0, SI_MESGQ),
                                    CODE(0, SI_ASYNCIO),
                                    CODE(0, SI_SIGIO),
                                    CODE(0, SI_TKILL),
                                    CODE(0, SI_DETHREAD),
                                    CODE(0, SI_ASYNCNL),
                                    CODE(SIGILL, ILL_ILLOPC),
                                    CODE(SIGILL, ILL_ILLOPN),
                                    CODE(SIGILL, ILL_ILLADR),
                                    CODE(SIGILL, ILL_ILLTRP),
                                    CODE(SIGILL, ILL_PRVOPC),
                                    CODE(SIGILL, ILL_PRVREG),
                                    CODE(SIGILL, ILL_COPROC),
                                    CODE(SIGILL, ILL_BADSTK),
                                    CODE(SIGFPE, FPE_INTDIV),
                                    CODE(SIGFPE, FPE_INTOVF),
                                    CODE(SIGFPE, FPE_FLTDIV),
                                    CODE(SIGFPE, FPE_FLTOVF),
                                    CODE(SIGFPE, FPE_FLTUND),
                                    CODE(SIGFPE, FPE_FLTRES),
                                    CODE(SIGFPE, FPE_FLTINV),
                                    CODE(SIGFPE, FPE_FLTSUB),
                                    CODE(SIGSEGV, SEGV_MAPERR),
                                    CODE(SIGSEGV, SEGV_ACCERR),
                                    CODE(SIGBUS, BUS_ADRALN),
                                    CODE(SIGBUS, BUS_ADRERR),
                                    CODE(SIGBUS, BUS_OBJERR),
                                    CODE(SIGTRAP, TRAP_BRKPT),
                                    CODE(SIGTRAP, TRAP_TRACE),
                                    CODE(SIGTRAP, TRAP_BRANCH),
                                    CODE(SIGTRAP, TRAP_HWBKPT),
                                    CODE(SIGCHLD, CLD_EXITED),
                                    CODE(SIGCHLD, CLD_KILLED),
                                    CODE(SIGCHLD, CLD_DUMPED),
                                    CODE(SIGCHLD, CLD_TRAPPED),
                                    CODE(SIGCHLD, CLD_STOPPED),
                                    CODE(SIGCHLD, CLD_CONTINUED),
                                    CODE(SIGIO, POLL_IN),
                                    CODE(SIGIO, POLL_OUT),
                                    CODE(SIGIO, POLL_MSG),
                                    CODE(SIGIO, POLL_ERR),
                                    CODE(SIGIO, POLL_PRI),
                                    CODE(SIGIO, POLL_HUP),
                                    CODE(SIGSYS, SYS_SECCOMP)};

static void code_print(const struct siginfo *info)
{
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (codes[i].code == info->si_code &&
            (!codes[i].signal || codes[i].signal == info->si_signo)) {
            print("%s", codes[i].name);
            return;
        }
    }
    print("%#x", (unsigned)info->si_code);
}

/* A time in ticks of the clock that programs see, and in seconds. */
void print_ticks(long ticks)
{
    print("%ld", ticks);
    if (ticks)
        print(" /* %.2f s */", (double)ticks / USER_HZ);
}

static void child_print(const struct siginfo *info)
{
    print(", si_pid=%d, si_uid=%u, si_status=", info->si_pid, info->si_uid);
    if (info->si_code == CLD_EXITED)
        print("%d", info->si_status);
    else
        print_signal(info->si_status);
    print(", si_utime=");
    print_ticks(info->si_utime);
    print(", si_stime=");
    print_ticks(info->si_stime);
}

static bool is_of_fault(int signal)
{
    return signal == SIGILL || signal == SIGFPE || signal == SIGSEGV || signal == SIGBUS;
}

/* From a process: who; the value only if it sent one. */
static void sender_print(const struct siginfo *info)
{
    print(", si_pid=%d, si_uid=%u", info->si_pid, info->si_uid);
    if (info->si_code == SI_USER || info->si_code == SI_TKILL)
        return;
    if (info->si_value.sival_ptr)
        print(", si_int=%d, si_ptr=%p", info->si_value.sival_int, info->si_value.sival_ptr);
}

static void pointer_print(const char *label, const void *pointer)
{
    print("%s", label);
    print_address((unsigned long)pointer);
}

void print_siginfo(const void *bytes)
{
    const struct siginfo *info = bytes;

    print("{si_signo=");
    print_signal(info->si_signo);
    print(", si_code=");
    code_print(info);
    if (info->si_errno)
        print(", si_errno=%d", info->si_errno);
    if (info->si_code == SI_TIMER)
        print(", si_timerid=%#x, si_overrun=%d, si_int=%d, si_ptr=%p", (unsigned)info->si_timerid,
              info->si_overrun, info->si_value.sival_int, info->si_value.sival_ptr);
    else if (info->si_code <= 0)
        sender_print(info);
    else if (info->si_signo == SIGCHLD && info->si_code != SI_KERNEL)
        child_print(info);
    else if (is_of_fault(info->si_signo))
        pointer_print(", si_addr=", info->si_addr);
    else if (info->si_signo == SIGIO && info->si_code != SI_KERNEL)
        print(", si_band=%ld, si_fd=%d", info->si_band, info->si_fd);
    print("}");
}
