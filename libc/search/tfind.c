/* tfind: the node with this key, or NULL. */
#include "libc/search/tree.h"

void *tfind(const void *key, void *const *root, int (*compare)(const void *, const void *))
{
    struct tree_way way;

    return root ? __tree_find(&way, key, (struct tree_node **)root, compare) : NULL;
}
