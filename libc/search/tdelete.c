/*
 * tdelete: takes the node with this key out of the tree. What was its parent is returned; for the
 * root, which had none, some other address that isn't NULL. NULL: there is no such node.
 */
#include <stdlib.h>

#include "libc/search/tree.h"

/* The node that follows the last one of the way takes its place. It has both children. */
static void heir_put(struct tree_way *way)
{
    struct tree_node **place = way->links[way->length], *node = *place, *heir;
    int below = ++way->length;

    way->links[below] = &node->child[1];
    while ((*way->links[way->length])->child[0]) {
        way->links[way->length + 1] = &(*way->links[way->length])->child[0];
        way->length++;
    }
    heir = *way->links[way->length];
    *way->links[way->length] = heir->child[1];
    heir->child[0] = node->child[0];
    heir->child[1] = node->child[1];
    *place = heir;
    way->links[below] = &heir->child[1];
}

void *tdelete(const void *restrict key, void **restrict root,
              int (*compare)(const void *, const void *))
{
    struct tree_node *node;
    struct tree_way way;
    void *parent = root;

    node = root ? __tree_find(&way, key, (struct tree_node **)root, compare) : NULL;
    if (!node)
        return NULL;
    if (way.length > 0)
        parent = *way.links[way.length - 1];
    if (node->child[0] && node->child[1])
        heir_put(&way);
    else
        *way.links[way.length] = node->child[!node->child[0]];
    free(node);
    __tree_balance(&way);
    return parent;
}
