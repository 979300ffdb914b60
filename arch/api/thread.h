/*
 * The CPU's side of a thread: its kernel stack, the switch, the FPU state.
 */
#ifndef LIMEN_ARCH_API_THREAD_H
#define LIMEN_ARCH_API_THREAD_H

#include "arch/x86_64/arch_thread.h"
#include "kernel/core/percpu.h"

struct thread;

#define KERNEL_STACK_SIZE 16384u

DECLARE_PER_CPU(struct thread *, percpu_current);

/* System calls of the running thread with a number below this are made without another look; 0
 * while they are watched (arch/api/trace.h), else syscall_count. */
DECLARE_PER_CPU(unsigned long, percpu_syscall_limit);

/* The thread that runs this. */
#define current ((struct thread *)this_cpu(percpu_current))

/* Allocates what every thread has: guarded kernel stack, FPU save area. -ENOMEM. */
int arch_thread_init(struct thread *thread);
void arch_thread_destroy(struct thread *thread);

/* Makes the thread begin with entry(argument) in the kernel when first switched to. entry may
 * return only after user_start(): the thread then goes on in user mode. user_clone
 * (arch/api/user.h) is the other way to begin. */
void arch_thread_start_kernel(struct thread *thread, void (*entry)(void *), void *argument);

/* Switches from prev (= current) to next, with interrupts off and the run queue's lock held; loads
 * next's page table if it has one. Returns in prev's context, later, with the thread from which
 * the CPU came then. */
struct thread *arch_switch(struct thread *prev, struct thread *next);

/* Up to `most` return addresses on the kernel stack of a thread that sleeps, the innermost first.
 * If it wakes meanwhile they are any numbers. */
size_t arch_thread_backtrace(const struct thread *thread, uintptr_t *addresses, size_t most);

struct page_table;

/* Which page table a thread that does not run yet will use (NULL: none of its own). */
void arch_thread_set_page_table(struct thread *thread, struct page_table *pt);

/* Makes the running thread use this page table from now on (exec, exit): NULL = the kernel's. */
void arch_use_page_table(struct page_table *pt);

#endif
