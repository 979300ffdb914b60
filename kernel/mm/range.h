/*
 * Disjoint ranges of addresses, sorted, and the search for gaps between them. What address spaces
 * (vma.h) and kernel areas (area.h) are made of. Pure; the caller's lock guards a tree.
 */
#ifndef LIMEN_MM_RANGE_H
#define LIMEN_MM_RANGE_H

#include "kernel/lib/rbtree.h"
#include "kernel/lib/types.h"

struct range {
    struct rb_node node;
    uintptr_t start, end; /* end exclusive; start < end */
    uintptr_t guard;      /* bytes of the gap below that range_find_gap leaves alone */
};

struct range_tree {
    struct rb_root root;
    size_t count;
    /* What searches have learned: between hint_top and hint_high no gap has hint_size bytes or
     * more. hint_size 0: nothing learned yet. */
    uintptr_t hint_top, hint_high, hint_size;
};

/* The first range that ends above address: the one that holds it, or the next one up. NULL: none.
 */
struct range *range_find(const struct range_tree *tree, uintptr_t address);

/* Neighbours, NULL at the ends. */
struct range *range_next(const struct range *range);
struct range *range_prev(const struct range *range);

/* Puts in a range that overlaps none. */
void range_insert(struct range_tree *tree, struct range *range);
void range_remove(struct range_tree *tree, struct range *range);

/* Moves the ends of a range that is in the tree, without touching its neighbours. */
void range_resize(struct range_tree *tree, struct range *range, uintptr_t start, uintptr_t end);

/* The highest start of a gap of `size` bytes inside [low, high), 0 if there is none. */
uintptr_t range_find_gap(struct range_tree *tree, uintptr_t size, uintptr_t low, uintptr_t high);

#endif
