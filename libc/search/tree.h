/*
 * The trees of tsearch and its kin. They are AVL trees: the heights of a node's children differ by
 * one at most, so a tree of all nodes that fit into memory is less than TREE_HEIGHT_MAX high.
 */
#ifndef LIMEN_LIBC_SEARCH_TREE_H
#define LIMEN_LIBC_SEARCH_TREE_H

#include <search.h>

#define TREE_HEIGHT_MAX 96

struct tree_node {
    const void *key; /* first: a caller finds it at the node's address (POSIX, tsearch) */
    struct tree_node *child[2];
    int height;
};

/* The way from the root to a node: where the pointers to the nodes on it are. */
struct tree_way {
    struct tree_node **links[TREE_HEIGHT_MAX];
    int length; /* of those before the last one */
};

/* The node with this key, or NULL. The way's last link leads to it, or to where it would be. */
struct tree_node *__tree_find(struct tree_way *way, const void *key, struct tree_node **root,
                              int (*compare)(const void *, const void *));
/* After a change below the way's last link: balances the nodes before it. */
void __tree_balance(struct tree_way *way);

#endif
