/*
 * Intrusive red-black tree (Guibas and Sedgewick 1978; Cormen et al., "Introduction to Algorithms",
 * ch. 13). Objects embed a `struct rb_node`; the order is a function of the caller's. Insertion,
 * removal and search are O(log n); rb_next and rb_prev need no stack, so a walk may stop at a node
 * and go on later, as long as that node is still in the tree. No locking.
 *
 *     static bool area_before(const struct rb_node *a, const struct rb_node *b);   // the order
 *     static bool area_ends_by(const struct rb_node *node, const void *key);       // "too far
 * left"
 *
 *     rb_insert(&tree, &area->node, area_before);
 *     node = rb_search(&tree, &address, area_ends_by);      // first area that ends above address
 */
#ifndef LIMEN_LIB_RBTREE_H
#define LIMEN_LIB_RBTREE_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/lib/compiler.h"

struct rb_node {
    struct rb_node *parent;
    struct rb_node *left;
    struct rb_node *right;
    bool red;
};

/* All zero is an empty tree. */
struct rb_root {
    struct rb_node *top;
};

#define rb_entry(pointer, type, member) container_of(pointer, type, member)

static inline bool rb_empty(const struct rb_root *root)
{
    return root->top == NULL;
}

/* Hangs `node` into the empty place `*link` below `parent` (NULL: the root) and rebalances. */
void rb_link(struct rb_root *root, struct rb_node *node, struct rb_node *parent,
             struct rb_node **link);

/* Takes `node`, which must be in the tree, out of it. */
void rb_erase(struct rb_root *root, struct rb_node *node);

/* Leftmost, rightmost, successor, predecessor; NULL when there is none. */
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);

/*
 * For tests: NULL when the links, the colours and the order (if `before` is given) are right, else
 * what is wrong. *count gets the number of nodes.
 */
const char *rb_check(const struct rb_root *root,
                     bool (*before)(const struct rb_node *a, const struct rb_node *b),
                     size_t *count);

/* Inserts `node` in the order of `before` (a strict one); among equals it becomes the last. */
static inline void rb_insert(struct rb_root *root, struct rb_node *node,
                             bool (*before)(const struct rb_node *a, const struct rb_node *b))
{
    struct rb_node **link = &root->top;
    struct rb_node *parent = NULL;

    while (*link) {
        parent = *link;
        link = before(node, parent) ? &parent->left : &parent->right;
    }
    rb_link(root, node, parent, link);
}

/*
 * The first node that is not `left_of` the key, or NULL. `left_of` must be true for a prefix of the
 * nodes in their order and false for the rest. (An exact match is for the caller to test.)
 */
static inline struct rb_node *rb_search(const struct rb_root *root, const void *key,
                                        bool (*left_of)(const struct rb_node *node,
                                                        const void *key))
{
    struct rb_node *node = root->top;
    struct rb_node *found = NULL;

    while (node) {
        if (left_of(node, key)) {
            node = node->right;
        } else {
            found = node;
            node = node->left;
        }
    }
    return found;
}

#endif
