/*
 * A sparse array of pointers by 64-bit index: a radix tree with 64 slots a node, only as high as
 * the largest index needs; an array with nothing but index 0 has no node at all. Pure; no locking.
 */
#ifndef LIMEN_MM_RADIX_H
#define LIMEN_MM_RADIX_H

#include "kernel/lib/types.h"

/* All zero is an empty tree. */
struct radix_tree {
    void *top;       /* height 0: the item at index 0; else a node */
    unsigned height; /* levels of nodes */
};

/* The item at index, or NULL. */
void *radix_find(const struct radix_tree *tree, uint64_t index);

/* The first item at *index or later, and its index into *index. NULL: there is none. */
void *radix_find_from(const struct radix_tree *tree, uint64_t *index);

/* Puts an item where there is none. 0 or -ENOMEM. */
int radix_insert(struct radix_tree *tree, uint64_t index, void *item);

/* Takes out and returns the item at index, NULL if there is none. */
void *radix_remove(struct radix_tree *tree, uint64_t index);

#endif
