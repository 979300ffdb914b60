/* tsearch: the node with this key, a new one if there is none; NULL without memory for it. */
#include <stdlib.h>

#include "libc/search/tree.h"

void *tsearch(const void *key, void **root, int (*compare)(const void *, const void *))
{
    struct tree_node *node;
    struct tree_way way;

    if (!root)
        return NULL;
    node = __tree_find(&way, key, (struct tree_node **)root, compare);
    if (node)
        return node;
    node = malloc(sizeof(*node));
    if (!node)
        return NULL;
    *node = (struct tree_node){.key = key, .height = 1};
    *way.links[way.length] = node;
    __tree_balance(&way);
    return node;
}
