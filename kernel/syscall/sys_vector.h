/*
 * A caller's vector of buffers (readv(2) and its kin).
 */
#ifndef LIMEN_SYSCALL_SYS_VECTOR_H
#define LIMEN_SYSCALL_SYS_VECTOR_H

#include "kernel/abi/uio.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

#define VECTOR_FEW 8 /* pieces for which no memory is needed */

struct vector {
    struct iovec *pieces; /* `few`, or allocated */
    struct iovec few[VECTOR_FEW];
};

/* The pieces in kernel memory, nothing about them checked: 0, -EINVAL (more than IOV_MAX), -ENOMEM,
 * -EFAULT. vector_put takes any vector back, and one whose pieces are NULL. */
int vector_get(struct vector *vector, const struct iovec __user *user, unsigned long count);
void vector_put(const struct vector *vector);

#endif
