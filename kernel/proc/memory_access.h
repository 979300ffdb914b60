/*
 * The memory of another process: process_vm_readv(2), process_vm_writev(2), /proc/PID/mem
 * (proc(5)).
 */
#ifndef LIMEN_PROC_MEMORY_ACCESS_H
#define LIMEN_PROC_MEMORY_ACCESS_H

#include "kernel/abi/types.h"
#include "kernel/abi/uio.h"
#include "kernel/lib/types.h"

struct iter;

/* Moves bytes between `count` pieces of a process's memory and an iter: how many, if only some
 * could be; else -ESRCH, -EPERM, -EFAULT, -ENOMEM. */
ssize_t process_memory_move(pid_t pid, const struct iovec *pieces, size_t count, struct iter *iter,
                            bool is_write);

#endif
