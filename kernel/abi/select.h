/*
 * Sets of descriptors.
 *
 * See `man 2 select`.
 */
#ifndef LIMEN_ABI_SELECT_H
#define LIMEN_ABI_SELECT_H

#include "kernel/abi/types.h"

#define FD_SETSIZE 1024

/* As far as select's count says; a caller's may be longer or shorter than this. */
struct fd_set {
    unsigned long words[FD_SETSIZE / 64];
};
_Static_assert(sizeof(struct fd_set) == FD_SETSIZE / 8, "struct fd_set");

/* pselect6's sixth argument: a mask and its size. */
struct pselect_mask {
    const kernel_sigset_t *set;
    size_t size;
};
_Static_assert(sizeof(struct pselect_mask) == 16, "struct pselect_mask");

#endif
