/*
 * Radix tree: see radix.h. A node of level n (leaves are level 1) covers 64^n indexes. It counts
 * its occupied slots; an empty node is freed, and the top one is taken off while only its slot 0 is
 * occupied, so a tree is never higher than it has to be.
 */
#include "kernel/mm/radix.h"

#include "kernel/abi/errno.h"
#include "kernel/mm/slab.h"

#define SLOT_BITS 6u
#define SLOTS (1u << SLOT_BITS)
#define HEIGHT_MAX DIV_ROUND_UP(64u, SLOT_BITS)

struct radix_node {
    void *slots[SLOTS];
    unsigned used;
};

static SLAB_CACHE(radix_node_cache, struct radix_node);

/* Which slot of a node of this level leads to index. */
static unsigned slot_of(uint64_t index, unsigned level)
{
    return (unsigned)(index >> ((level - 1) * SLOT_BITS)) & (SLOTS - 1);
}

/* True if a tree of this height reaches up to index. */
static bool height_covers(unsigned height, uint64_t index)
{
    return height >= HEIGHT_MAX || index >> (height * SLOT_BITS) == 0;
}

void *radix_find(const struct radix_tree *tree, uint64_t index)
{
    void *item = tree->top;

    if (!height_covers(tree->height, index))
        return NULL;
    for (unsigned level = tree->height; item && level > 0; level--)
        item = ((struct radix_node *)item)->slots[slot_of(index, level)];
    return item;
}

/*
 * Goes down towards *index. NULL with *index moved to the first one behind the empty subtree that
 * was met (0 if there is none behind).
 */
static void *find_or_skip(const struct radix_tree *tree, uint64_t *index)
{
    void *item = tree->top;

    for (unsigned level = tree->height; level > 0; level--) {
        item = ((struct radix_node *)item)->slots[slot_of(*index, level)];
        if (!item) {
            unsigned shift = (level - 1) * SLOT_BITS;

            *index = ((*index >> shift) + 1) << shift;
            return NULL;
        }
    }
    return item;
}

void *radix_find_from(const struct radix_tree *tree, uint64_t *index)
{
    uint64_t at = *index;

    if (!tree->top)
        return NULL;
    while (height_covers(tree->height, at)) {
        void *item = find_or_skip(tree, &at);

        if (item) {
            *index = at;
            return item;
        }
        if (at == 0)
            break;
    }
    return NULL;
}

/* Adds levels on top until index fits. 0 or -ENOMEM. */
static int grow(struct radix_tree *tree, uint64_t index)
{
    while (!height_covers(tree->height, index)) {
        if (tree->top) {
            struct radix_node *node = slab_alloc(&radix_node_cache);

            if (!node)
                return -ENOMEM;
            node->slots[0] = tree->top;
            node->used = 1;
            tree->top = node;
        }
        tree->height++;
    }
    return 0;
}

/* Takes off what is superfluous: levels of which only slot 0 is used, all of an empty tree. */
static void shrink(struct radix_tree *tree)
{
    while (tree->height > 0 && tree->top) {
        struct radix_node *node = tree->top;

        if (node->used != 1 || !node->slots[0])
            return;
        tree->top = node->slots[0];
        tree->height--;
        slab_free(&radix_node_cache, node);
    }
    if (!tree->top)
        tree->height = 0;
}

/*
 * Clears the place of index, if the way there exists, and frees the nodes on that way that have
 * nothing in them then. Returns what was there.
 */
static void *clear_path(struct radix_tree *tree, uint64_t index)
{
    struct radix_node *path[HEIGHT_MAX + 1] = {NULL};
    unsigned level = tree->height;
    void *gone = tree->top;
    void *item;

    for (; level > 0 && gone; level--) {
        path[level] = gone;
        gone = path[level]->slots[slot_of(index, level)];
    }
    item = gone;
    for (level++; level <= tree->height; level++) {
        struct radix_node *node = path[level];

        if (gone) {
            node->slots[slot_of(index, level)] = NULL;
            node->used--;
        }
        if (node->used > 0)
            return item;
        slab_free(&radix_node_cache, node);
        gone = node;
    }
    if (gone)
        tree->top = NULL;
    return item;
}

/* The node that *slot, a place in `parent` (NULL: the root), points to; made if there is none. */
static struct radix_node *node_below(struct radix_node *parent, void **slot)
{
    if (!*slot) {
        *slot = slab_alloc(&radix_node_cache);
        if (*slot && parent)
            parent->used++;
    }
    return *slot;
}

int radix_insert(struct radix_tree *tree, uint64_t index, void *item)
{
    struct radix_node *parent = NULL;
    void **slot = &tree->top;
    int error = grow(tree, index);

    if (error != 0)
        goto undo_grow;
    for (unsigned level = tree->height; level > 0; level--) {
        struct radix_node *node = node_below(parent, slot);

        if (!node) {
            error = -ENOMEM;
            goto undo_nodes;
        }
        parent = node;
        slot = &node->slots[slot_of(index, level)];
    }
    *slot = item;
    if (parent)
        parent->used++;
    return 0;

undo_nodes:
    clear_path(tree, index);
undo_grow:
    shrink(tree);
    return error;
}

void *radix_remove(struct radix_tree *tree, uint64_t index)
{
    void *item;

    if (!height_covers(tree->height, index))
        return NULL;
    item = clear_path(tree, index);
    shrink(tree);
    return item;
}
