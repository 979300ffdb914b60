/* Signals. */
#ifndef LIMEN_LIBC_SIGNAL_H
#define LIMEN_LIBC_SIGNAL_H

#include <stddef.h>
#include <sys/types.h>

#include "kernel/abi/signal.h"
#include "kernel/abi/time.h"

#define NSIG (SIGNAL_COUNT + 1)
#define _NSIG NSIG

typedef int sig_atomic_t;
typedef void (*sighandler_t)(int);
typedef struct siginfo siginfo_t;
typedef struct sigaltstack stack_t;

/* As wide as the kernel's 64 signals; glibc's type has room for 1024, none of which exist. */
struct limen_sigset {
    kernel_sigset_t bits;
};
typedef struct limen_sigset sigset_t;

struct sigaction {
    __extension__ union {
        void (*sa_handler)(int);
        void (*sa_sigaction)(int, siginfo_t *, void *);
    };
    sigset_t sa_mask;
    int sa_flags;
    void (*sa_restorer)(void);
};

int kill(pid_t pid, int sig);
int killpg(pid_t pgid, int sig);
int raise(int sig);
int tgkill(pid_t tgid, pid_t tid, int sig);
int sigaction(int sig, const struct sigaction *restrict act, struct sigaction *restrict old);
int sigaltstack(const stack_t *restrict stack, stack_t *restrict old);
int siginterrupt(int sig, int interrupts);
sighandler_t signal(int sig, sighandler_t handler);
int sigpending(sigset_t *set);
int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old);
int sigqueue(pid_t pid, int sig, const union sigval value);
int sigsuspend(const sigset_t *mask);
int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
                 const struct timespec *restrict timeout);
int sigwait(const sigset_t *restrict set, int *restrict sig);
int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info);
void psignal(int sig, const char *prefix);

int sigaddset(sigset_t *set, int sig);
int sigdelset(sigset_t *set, int sig);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigismember(const sigset_t *set, int sig);

#include <ucontext.h>

#endif
