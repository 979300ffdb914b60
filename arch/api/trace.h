/*
 * The CPU's side of watching a thread: single steps, a look at each of its system calls, its
 * registers by name. The thread is off its CPU, stopped in the kernel by which it came from user
 * mode, or it is the running one.
 */
#ifndef LIMEN_ARCH_API_TRACE_H
#define LIMEN_ARCH_API_TRACE_H

#include "kernel/abi/ptrace.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct thread;

/* True: each system call of the thread goes by way of syscall_watched (kernel/syscall/dispatch.c).
 */
void thread_watch_calls(struct thread *thread, bool is_watched);

/* True: those of every thread go that way, on every CPU from when this returns on. Not by two at
 * once; may sleep. */
void all_calls_watch(bool are_watched);

/* True: the CPU traps after each instruction of the thread, SIGTRAP with TRAP_TRACE. The program
 * doesn't see the flag that does it. */
void thread_step(struct thread *thread, bool steps);

/* The thread, which may run, is stepped no more: a trap that comes yet is dropped. */
void thread_step_forget(struct thread *thread);

/* The word of struct user_regs_struct at this offset (a multiple of 8). Setting gives -EIO for what
 * would hurt: other selectors than the user's, bases that aren't canonical. Of the flags, what user
 * code may set is taken. */
unsigned long user_register_get(const struct thread *thread, size_t offset);
int user_register_set(struct thread *thread, size_t offset, unsigned long value);

/* x87 and SSE state as FXSAVE has it (NT_PRFPREG, 512 bytes), and all of it as XSAVE has it
 * (NT_X86_XSTATE, 0 bytes on CPUs without). Setting: -EINVAL for what the CPU would not load. */
#define USER_FPREGS_SIZE 512u
size_t user_xstate_size(void);
void user_fpregs_get(const struct thread *thread, void *fpregs);
int user_fpregs_set(struct thread *thread, const void *fpregs);
void user_xstate_get(const struct thread *thread, void *xstate);
int user_xstate_set(struct thread *thread, const void *xstate);

#endif
