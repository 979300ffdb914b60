/*
 * What the files of kernel/proc that procfs shows have in common.
 */
#ifndef LIMEN_PROC_PROCESS_STATUS_H
#define LIMEN_PROC_PROCESS_STATUS_H

#include "kernel/proc/task.h"

/* Bytes and addresses; all 0 when the process has no memory any more. */
struct process_memory {
    size_t size, resident;
    uintptr_t args_start, args_end, environment_end;
};

void process_memory(struct process *process, struct process_memory *memory);

/* May the running thread look into the process? Who it belongs to, if it lets itself be looked
 * into, and who is privileged. */
bool process_may_look(struct process *process);

/* The memory of a process, as long as it has some, to be given back by mm_put; NULL: none. */
struct mm *process_mm_get(struct process *process);

#endif
