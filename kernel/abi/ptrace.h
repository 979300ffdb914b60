/*
 * Watching and steering another thread (man 2 ptrace), with the registers as it shows them.
 */
#ifndef LIMEN_ABI_PTRACE_H
#define LIMEN_ABI_PTRACE_H

#include "kernel/abi/types.h"

#define PTRACE_TRACEME 0
#define PTRACE_PEEKTEXT 1
#define PTRACE_PEEKDATA 2
#define PTRACE_PEEKUSER 3
#define PTRACE_POKETEXT 4
#define PTRACE_POKEDATA 5
#define PTRACE_POKEUSER 6
#define PTRACE_CONT 7
#define PTRACE_KILL 8
#define PTRACE_SINGLESTEP 9
#define PTRACE_GETREGS 12
#define PTRACE_SETREGS 13
#define PTRACE_GETFPREGS 14
#define PTRACE_SETFPREGS 15
#define PTRACE_ATTACH 16
#define PTRACE_DETACH 17
#define PTRACE_SYSCALL 24
#define PTRACE_ARCH_PRCTL 30
#define PTRACE_SYSEMU 31
#define PTRACE_SYSEMU_SINGLESTEP 32
#define PTRACE_SETOPTIONS 0x4200
#define PTRACE_GETEVENTMSG 0x4201
#define PTRACE_GETSIGINFO 0x4202
#define PTRACE_SETSIGINFO 0x4203
#define PTRACE_GETREGSET 0x4204
#define PTRACE_SETREGSET 0x4205
#define PTRACE_SEIZE 0x4206
#define PTRACE_INTERRUPT 0x4207
#define PTRACE_LISTEN 0x4208
#define PTRACE_PEEKSIGINFO 0x4209
#define PTRACE_GETSIGMASK 0x420a
#define PTRACE_SETSIGMASK 0x420b
#define PTRACE_GET_SYSCALL_INFO 0x420e

#define PTRACE_EVENT_FORK 1
#define PTRACE_EVENT_VFORK 2
#define PTRACE_EVENT_CLONE 3
#define PTRACE_EVENT_EXEC 4
#define PTRACE_EVENT_VFORK_DONE 5
#define PTRACE_EVENT_EXIT 6
#define PTRACE_EVENT_SECCOMP 7
#define PTRACE_EVENT_STOP 128

/* PTRACE_GETEVENTMSG at a system call's stop. */
#define PTRACE_EVENTMSG_SYSCALL_ENTRY 1
#define PTRACE_EVENTMSG_SYSCALL_EXIT 2

/* Of PTRACE_SETOPTIONS and PTRACE_SEIZE; those of events are 1 << PTRACE_EVENT_*. */
#define PTRACE_O_TRACESYSGOOD 1u
#define PTRACE_O_TRACEFORK (1u << PTRACE_EVENT_FORK)
#define PTRACE_O_TRACEVFORK (1u << PTRACE_EVENT_VFORK)
#define PTRACE_O_TRACECLONE (1u << PTRACE_EVENT_CLONE)
#define PTRACE_O_TRACEEXEC (1u << PTRACE_EVENT_EXEC)
#define PTRACE_O_TRACEVFORKDONE (1u << PTRACE_EVENT_VFORK_DONE)
#define PTRACE_O_TRACEEXIT (1u << PTRACE_EVENT_EXIT)
#define PTRACE_O_TRACESECCOMP (1u << PTRACE_EVENT_SECCOMP)
#define PTRACE_O_EXITKILL (1u << 20)
#define PTRACE_O_SUSPEND_SECCOMP (1u << 21)

/* What PTRACE_GETREGS gives. The first 21 are those of struct pt_regs. */
struct user_regs_struct {
    unsigned long r15, r14, r13, r12, bp, bx;
    unsigned long r11, r10, r9, r8, ax, cx, dx, si, di;
    unsigned long orig_ax, ip, cs, flags, sp, ss;
    unsigned long fs_base, gs_base, ds, es, fs, gs;
};
_Static_assert(sizeof(struct user_regs_struct) == 216, "struct user_regs_struct");

/* The user area begins with the registers; POKEUSER and PEEKUSER name words of it by offset. */
#define PTRACE_USER_SIZE 928
#define PTRACE_USER_DEBUG_REGISTERS 848 /* eight of them */
#define PTRACE_USER_DEBUG_END 912

/* Sets of registers, PTRACE_GETREGSET's addr. */
#define NT_PRSTATUS 1
#define NT_PRFPREG 2
#define NT_X86_XSTATE 0x202

/* PTRACE_GET_SYSCALL_INFO. */
#define PTRACE_SYSCALL_INFO_NONE 0
#define PTRACE_SYSCALL_INFO_ENTRY 1
#define PTRACE_SYSCALL_INFO_EXIT 2
#define PTRACE_SYSCALL_INFO_SECCOMP 3

#define AUDIT_ARCH_X86_64 0xc000003e
#define AUDIT_ARCH_I386 0x40000003 /* by INT 80h */

struct ptrace_syscall_info {
    unsigned char op;
    unsigned char pad[3];
    unsigned int arch;
    unsigned long ip, sp;
    __extension__ union {
        struct {
            unsigned long nr, args[6];
        } entry;
        struct {
            long rval;
            unsigned char is_error;
        } exit;
    };
};
#define PTRACE_SYSCALL_INFO_ENTRY_SIZE 80 /* how much of it counts */
#define PTRACE_SYSCALL_INFO_EXIT_SIZE 33
#define PTRACE_SYSCALL_INFO_NONE_SIZE 24
_Static_assert(__builtin_offsetof(struct ptrace_syscall_info, exit.is_error) == 32, "is_error");

/* PTRACE_PEEKSIGINFO. */
#define PTRACE_PEEKSIGINFO_SHARED 1

struct ptrace_peeksiginfo_args {
    unsigned long off;
    unsigned int flags;
    int nr;
};

#endif
