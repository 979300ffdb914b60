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

void process_memory(struct task *task, struct process_memory *memory);

#endif
