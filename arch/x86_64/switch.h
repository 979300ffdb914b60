/*
 * Shared by the files that make and switch threads.
 */
#ifndef LIMEN_X86_SWITCH_H
#define LIMEN_X86_SWITCH_H

#include "kernel/lib/types.h"

struct arch_thread;
struct page_table;
struct pt_regs;
struct thread;

/* switch.asm, syscall_entry.asm */
struct thread *switch_stacks(struct thread *prev, struct thread *next);
void thread_begin(void);

/* Lets a new thread begin with entry(argument), or with its user frame if entry is NULL. */
void thread_frame_init(struct thread *thread, void (*entry)(void *), void *argument);

/* Makes a thread one that has FPU state, in its initial form. */
void thread_fpu_start(struct arch_thread *arch);

/* Zero while all threads' calls are watched, else ~0: a mask for percpu_syscall_limit. Atomic. */
extern unsigned long calls_unwatched;

/* FS and GS bases and data selectors of the running user thread, to and from its arch_thread. */
void thread_segments_save(struct arch_thread *arch);
void thread_segments_load(const struct arch_thread *arch);

/* If this CPU has the page table loaded (for a kernel thread), loads the kernel's instead. */
void page_table_leave(void *pt);

#endif
