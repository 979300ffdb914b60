/* twalk: all nodes, each as often as VISIT says. */
#include "libc/search/tree.h"

static void walk(const struct tree_node *node, void (*action)(const void *, VISIT, int), int depth)
{
    if (!node->child[0] && !node->child[1]) {
        action(node, leaf, depth);
        return;
    }
    action(node, preorder, depth);
    if (node->child[0])
        walk(node->child[0], action, depth + 1);
    action(node, postorder, depth);
    if (node->child[1])
        walk(node->child[1], action, depth + 1);
    action(node, endorder, depth);
}

void twalk(const void *root, void (*action)(const void *node, VISIT when, int depth))
{
    if (root)
        walk(root, action, 0);
}
