/* The registers that a signal interrupted: what a handler's third argument points to. */
#ifndef LIMEN_LIBC_UCONTEXT_H
#define LIMEN_LIBC_UCONTEXT_H

#include <signal.h>

/* Indices of gregs: the order of the kernel's struct sigcontext. */
enum {
    REG_R8,
    REG_R9,
    REG_R10,
    REG_R11,
    REG_R12,
    REG_R13,
    REG_R14,
    REG_R15,
    REG_RDI,
    REG_RSI,
    REG_RBP,
    REG_RBX,
    REG_RDX,
    REG_RAX,
    REG_RCX,
    REG_RSP,
    REG_RIP,
    REG_EFL,
    REG_CSGSFS,
    REG_ERR,
    REG_TRAPNO,
    REG_OLDMASK,
    REG_CR2,
    NGREG,
};

typedef long long greg_t;
typedef greg_t gregset_t[NGREG];
typedef struct fpstate *fpregset_t;

struct limen_mcontext {
    gregset_t gregs;
    fpregset_t fpregs;
    unsigned long long __reserved[8];
};
typedef struct limen_mcontext mcontext_t;
_Static_assert(sizeof(mcontext_t) == sizeof(struct sigcontext), "mcontext_t is struct sigcontext");

struct limen_ucontext {
    unsigned long uc_flags;
    struct limen_ucontext *uc_link;
    stack_t uc_stack;
    mcontext_t uc_mcontext;
    sigset_t uc_sigmask;
};
typedef struct limen_ucontext ucontext_t;
_Static_assert(sizeof(ucontext_t) == sizeof(struct ucontext), "ucontext_t is struct ucontext");

#endif
