/*
 * What the files of kernel/proc that procfs shows have in common.
 */
#ifndef LIMEN_PROC_PROCESS_STATUS_H
#define LIMEN_PROC_PROCESS_STATUS_H

#include "kernel/mm/mm.h"
#include "kernel/proc/task.h"

/* Bytes and addresses; all 0 when the task has no memory any more. */
struct process_memory {
    struct mm_measures measures;
    size_t peak; /* the most that ever was in the page table */
    uintptr_t brk_start, args_start, args_end, environment_end;
};

void process_memory(struct task *task, struct process_memory *memory);

#endif
