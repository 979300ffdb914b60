/*
 * What the files of the futexes share. See futex.h.
 */
#ifndef LIMEN_PROC_FUTEX_INTERNAL_H
#define LIMEN_PROC_FUTEX_INTERNAL_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

/* Changes *word by FUTEX_WAKE_OP's operation: 1 if what it held before compares as wanted, else 0.
 * -EFAULT: not accessible, or not now. -ENOSYS: no such operation, with the word as it was; or no
 * such comparison. */
int futex_op_apply(unsigned int __user *word, uint32_t encoded);

#endif
