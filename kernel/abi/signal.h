/*
 * Signals: numbers, dispositions, what a handler gets, and the frame on the user's stack.
 *
 * The frame that the kernel pushes is, from the lowest address: struct rt_sigframe, then, at
 * sigcontext.fpstate (aligned to 64), the FXSAVE or XSAVE image whose bytes 464-511 are struct
 * fpx_sw_bytes and which ends with FP_XSTATE_MAGIC2 if it goes beyond FXSAVE.
 *
 * See `man 7 signal`, `man 2 sigaction`, `man 2 sigaltstack`, `man 2 sigreturn`; SDM 1, 13.4.
 */
#ifndef LIMEN_ABI_SIGNAL_H
#define LIMEN_ABI_SIGNAL_H

#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGIOT SIGABRT
#define SIGBUS 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGSTKFLT 16
#define SIGCHLD 17
#define SIGCONT 18
#define SIGSTOP 19
#define SIGTSTP 20
#define SIGTTIN 21
#define SIGTTOU 22
#define SIGURG 23
#define SIGXCPU 24
#define SIGXFSZ 25
#define SIGVTALRM 26
#define SIGPROF 27
#define SIGWINCH 28
#define SIGIO 29
#define SIGPOLL SIGIO
#define SIGPWR 30
#define SIGSYS 31
#define SIGRTMIN 32
#define SIGRTMAX 64

/* Signals are 1 to 64; a set of them is one word, and the calls insist on its size. */
#define SIGNAL_COUNT 64
#define SIGSET_BYTES 8

#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

#define SIG_DFL ((void (*)(int))0)
#define SIG_IGN ((void (*)(int))1)
#define SIG_ERR ((void (*)(int)) - 1)

#define SA_NOCLDSTOP 0x00000001
#define SA_NOCLDWAIT 0x00000002
#define SA_SIGINFO 0x00000004
#define SA_UNSUPPORTED 0x00000400
#define SA_EXPOSE_TAGBITS 0x00000800
#define SA_RESTORER 0x04000000
#define SA_ONSTACK 0x08000000
#define SA_RESTART 0x10000000
#define SA_NODEFER 0x40000000
#define SA_RESETHAND 0x80000000
#define SA_NOMASK SA_NODEFER
#define SA_ONESHOT SA_RESETHAND

/* What rt_sigaction takes; on x86-64 SA_RESTORER is not optional for a handler. */
struct kernel_sigaction {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
};
_Static_assert(sizeof(struct kernel_sigaction) == 32, "struct kernel_sigaction");

/* si_code: who sent it. Above 0 the kernel (the meaning depends on the signal), else a process. */
#define SI_USER 0
#define SI_KERNEL 0x80
#define SI_QUEUE (-1)
#define SI_TIMER (-2)
#define SI_MESGQ (-3)
#define SI_ASYNCIO (-4)
#define SI_SIGIO (-5)
#define SI_TKILL (-6)
#define SI_DETHREAD (-7)
#define SI_ASYNCNL (-60)

#define ILL_ILLOPC 1
#define ILL_ILLOPN 2
#define ILL_ILLADR 3
#define ILL_ILLTRP 4
#define ILL_PRVOPC 5
#define ILL_PRVREG 6
#define ILL_COPROC 7
#define ILL_BADSTK 8

#define FPE_INTDIV 1
#define FPE_INTOVF 2
#define FPE_FLTDIV 3
#define FPE_FLTOVF 4
#define FPE_FLTUND 5
#define FPE_FLTRES 6
#define FPE_FLTINV 7
#define FPE_FLTSUB 8
#define FPE_FLTUNK 14

#define SEGV_MAPERR 1
#define SEGV_ACCERR 2

#define BUS_ADRALN 1
#define BUS_ADRERR 2
#define BUS_OBJERR 3

#define TRAP_BRKPT 1
#define TRAP_TRACE 2
#define TRAP_BRANCH 3
#define TRAP_HWBKPT 4

#define CLD_EXITED 1
#define CLD_KILLED 2
#define CLD_DUMPED 3
#define CLD_TRAPPED 4
#define CLD_STOPPED 5
#define CLD_CONTINUED 6

#define POLL_IN 1
#define POLL_OUT 2
#define POLL_MSG 3
#define POLL_ERR 4
#define POLL_PRI 5
#define POLL_HUP 6

#define SYS_SECCOMP 1

union sigval {
    int sival_int;
    void *sival_ptr;
};

/* How a timer tells that it has expired (timer_create). With SIGEV_THREAD libc starts a thread; to
 * the kernel it is SIGEV_SIGNAL. */
#define SIGEV_SIGNAL 0
#define SIGEV_NONE 1
#define SIGEV_THREAD 2
#define SIGEV_THREAD_ID 4

struct sigevent {
    union sigval sigev_value;
    int sigev_signo;
    int sigev_notify;
    __extension__ union {
        int __sigev_fill[12];
        int sigev_notify_thread_id;
        __extension__ struct {
            void (*sigev_notify_function)(union sigval);
            void *sigev_notify_attributes;
        };
    };
};
_Static_assert(sizeof(struct sigevent) == 64, "struct sigevent");

/* si_pid and si_uid open the variants of kill, of a queued signal and of SIGCHLD alike. */
struct siginfo {
    int si_signo;
    int si_errno;
    int si_code;
    int __si_pad;
    __extension__ union {
        int __si_fill[28];
        __extension__ struct {
            int si_pid;
            unsigned int si_uid;
            __extension__ union {
                union sigval si_value;
                __extension__ struct {
                    int si_status;
                    long si_utime;
                    long si_stime;
                };
            };
        };
        __extension__ struct {
            int si_timerid;
            int si_overrun;
        };
        __extension__ struct {
            void *si_addr;
            short si_addr_lsb;
        };
        __extension__ struct {
            long si_band;
            int si_fd;
        };
        __extension__ struct {
            void *si_call_addr;
            int si_syscall;
            unsigned int si_arch;
        };
    };
};
#define SIGINFO_USED 48 /* bytes that mean anything yet */

_Static_assert(sizeof(struct siginfo) == 128, "struct siginfo");
_Static_assert(__builtin_offsetof(struct siginfo, si_pid) == 16, "si_pid");
_Static_assert(__builtin_offsetof(struct siginfo, si_value) == 24, "si_value");
_Static_assert(__builtin_offsetof(struct siginfo, si_status) == 24, "si_status");
_Static_assert(__builtin_offsetof(struct siginfo, si_stime) == 40, "si_stime");
_Static_assert(__builtin_offsetof(struct siginfo, si_addr) == 16, "si_addr");
_Static_assert(__builtin_offsetof(struct siginfo, si_arch) == 28, "si_arch");

#define SS_ONSTACK 1
#define SS_DISABLE 2
#define SS_AUTODISARM 0x80000000U
#define MINSIGSTKSZ 2048
#define SIGSTKSZ 8192

struct sigaltstack {
    void *ss_sp;
    int ss_flags;
    unsigned long ss_size;
};
_Static_assert(sizeof(struct sigaltstack) == 24, "struct sigaltstack");

/* What FXSAVE leaves free (bytes 464-511) describes what follows the legacy image. */
#define FP_XSTATE_MAGIC1 0x46505853U
#define FP_XSTATE_MAGIC2 0x46505845U
#define FP_XSTATE_MAGIC2_SIZE 4

struct fpx_sw_bytes {
    unsigned int magic1;        /* FP_XSTATE_MAGIC1 if an XSAVE image follows, else 0 */
    unsigned int extended_size; /* of the whole, FP_XSTATE_MAGIC2 included */
    unsigned long xfeatures;    /* as XCR0 has them */
    unsigned int xstate_size;   /* of the XSAVE image alone */
    unsigned int padding[7];
};
_Static_assert(sizeof(struct fpx_sw_bytes) == 48, "struct fpx_sw_bytes");

struct fpstate {
    unsigned short cwd;
    unsigned short swd;
    unsigned short twd;
    unsigned short fop;
    unsigned long rip;
    unsigned long rdp;
    unsigned int mxcsr;
    unsigned int mxcsr_mask;
    unsigned int st_space[32];
    unsigned int xmm_space[64];
    unsigned int reserved[12];
    struct fpx_sw_bytes sw;
};
_Static_assert(sizeof(struct fpstate) == 512, "struct fpstate");

struct sigcontext {
    unsigned long r8;
    unsigned long r9;
    unsigned long r10;
    unsigned long r11;
    unsigned long r12;
    unsigned long r13;
    unsigned long r14;
    unsigned long r15;
    unsigned long di;
    unsigned long si;
    unsigned long bp;
    unsigned long bx;
    unsigned long dx;
    unsigned long ax;
    unsigned long cx;
    unsigned long sp;
    unsigned long ip;
    unsigned long flags;
    unsigned short cs;
    unsigned short gs;
    unsigned short fs;
    unsigned short ss;
    unsigned long err;
    unsigned long trapno;
    unsigned long oldmask;
    unsigned long cr2;
    struct fpstate *fpstate;
    unsigned long reserved[8];
};
_Static_assert(sizeof(struct sigcontext) == 256, "struct sigcontext");

#define UC_FP_XSTATE 1
#define UC_SIGCONTEXT_SS 2
#define UC_STRICT_RESTORE_SS 4

struct ucontext {
    unsigned long uc_flags;
    struct ucontext *uc_link;
    struct sigaltstack uc_stack;
    struct sigcontext uc_mcontext;
    unsigned long uc_sigmask;
};
_Static_assert(sizeof(struct ucontext) == 304, "struct ucontext");

/* At a handler's first instruction RSP points here; rt_sigreturn finds it 8 bytes below RSP. */
struct rt_sigframe {
    void (*restorer)(void);
    struct ucontext uc;
    struct siginfo info;
};
_Static_assert(sizeof(struct rt_sigframe) == 440, "struct rt_sigframe");

#endif
