/* What tsearch and tdelete have in common: tree.h. */
#include "libc/search/tree.h"

struct tree_node *__tree_find(struct tree_way *way, const void *key, struct tree_node **root,
                              int (*compare)(const void *, const void *))
{
    struct tree_node *node;
    int order;

    way->length = 0;
    way->links[0] = root;
    while ((node = *way->links[way->length])) {
        order = compare(key, node->key);
        if (order == 0)
            break;
        way->links[++way->length] = &node->child[order > 0];
    }
    return node;
}

static int height(const struct tree_node *node)
{
    return node ? node->height : 0;
}

static void height_update(struct tree_node *node)
{
    int left = height(node->child[0]), right = height(node->child[1]);

    node->height = 1 + (left > right ? left : right);
}

/* Its child on `side` takes the node's place, and has it as a child. */
static struct tree_node *rotate(struct tree_node *node, int side)
{
    struct tree_node *child = node->child[side];

    node->child[side] = child->child[!side];
    child->child[!side] = node;
    height_update(node);
    height_update(child);
    return child;
}

static struct tree_node *balance(struct tree_node *node)
{
    int lean = height(node->child[1]) - height(node->child[0]);
    int side = lean > 0;
    struct tree_node *child = node->child[side];

    if (lean >= -1 && lean <= 1) {
        height_update(node);
        return node;
    }
    if (height(child->child[!side]) > height(child->child[side]))
        node->child[side] = rotate(child, !side);
    return rotate(node, side);
}

void __tree_balance(struct tree_way *way)
{
    for (int i = way->length - 1; i >= 0; i--)
        *way->links[i] = balance(*way->links[i]);
}
