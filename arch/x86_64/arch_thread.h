/*
 * The CPU's part of struct thread. Included by arch/api/thread.h only.
 */
#ifndef LIMEN_X86_ARCH_THREAD_H
#define LIMEN_X86_ARCH_THREAD_H

#include "kernel/lib/types.h"

struct page_table;

struct arch_thread {
    uintptr_t sp;        /* while it does not run: its kernel stack pointer (switch.asm) */
    uintptr_t stack;     /* lowest address of the kernel stack */
    uintptr_t stack_top; /* where entries from user mode begin to push */
    void *fpu;           /* FPU save area; NULL until the thread goes to user mode */
    void *fpu_block;     /* the allocation in which fpu lies, aligned */
    uintptr_t fs_base;   /* user's FS and GS bases while it does not run */
    uintptr_t gs_base;
    uint16_t ds, es, fs, gs;
    unsigned long syscall_limit;   /* percpu_syscall_limit's value while it runs */
    bool steps, step_flag_is_ours; /* trace.c: it is single-stepped; TF was set for that */
    uint64_t trap_number, trap_error, trap_address; /* the last exception, for signal frames */
    struct page_table *page_table; /* NULL: a kernel thread, runs on whatever is loaded */
};

#endif
