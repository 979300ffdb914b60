/* tdestroy: frees a whole tree, its keys by the caller's function (GNU). */
#include <stdlib.h>

#include "libc/search/tree.h"

void tdestroy(void *root, void (*drop)(void *key))
{
    struct tree_node *node = root;

    if (!node)
        return;
    tdestroy(node->child[0], drop);
    tdestroy(node->child[1], drop);
    drop((void *)node->key);
    free(node);
}
