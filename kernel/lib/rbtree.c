/*
 * Red-black tree; see rbtree.h. What always holds between calls:
 *
 *   1. the top is black, and a red node has no red child;
 *   2. every path from a node down to a missing child passes equally many black nodes.
 *
 * Both together keep the longest path within twice the shortest. A missing child counts as black.
 */
#include "kernel/lib/rbtree.h"

/* A non-canonical address: in a debug build, following an erased node's links faults. */
#define RB_POISON ((struct rb_node *)0xdead4c4953540300UL)

static bool is_red(const struct rb_node *node)
{
    return node && node->red;
}

/* Puts `new` (may be NULL) into the place of `old` below old's parent. */
static void node_replace(struct rb_root *root, struct rb_node *old, struct rb_node *new)
{
    struct rb_node *parent = old->parent;

    if (!parent)
        root->top = new;
    else if (parent->left == old)
        parent->left = new;
    else
        parent->right = new;
    if (new)
        new->parent = parent;
}

/*
 * Turns `node` down to the left: its right child takes its place and it becomes that one's left
 * child. The order stays. rotate_right is the mirror image.
 */
static void rotate_left(struct rb_root *root, struct rb_node *node)
{
    struct rb_node *riser = node->right;

    node_replace(root, node, riser);
    node->right = riser->left;
    if (node->right)
        node->right->parent = node;
    riser->left = node;
    node->parent = riser;
}

static void rotate_right(struct rb_root *root, struct rb_node *node)
{
    struct rb_node *riser = node->left;

    node_replace(root, node, riser);
    node->left = riser->right;
    if (node->left)
        node->left->parent = node;
    riser->right = node;
    node->parent = riser;
}

/*
 * The new node is red, so only rule 1 can be broken, between `node` and its parent. A red uncle
 * lets both take the grandparent's black, and the trouble moves up there; a black one ends it with
 * one or two rotations.
 */
void rb_link(struct rb_root *root, struct rb_node *node, struct rb_node *parent,
             struct rb_node **link)
{
    node->parent = parent;
    node->left = NULL;
    node->right = NULL;
    node->red = true;
    *link = node;

    while ((parent = node->parent) && parent->red) {
        struct rb_node *grandparent = parent->parent; /* exists: a red parent is not the top */
        bool on_left = parent == grandparent->left;
        struct rb_node *uncle = on_left ? grandparent->right : grandparent->left;

        if (is_red(uncle)) {
            parent->red = false;
            uncle->red = false;
            grandparent->red = true;
            node = grandparent;
            continue;
        }
        if (on_left && node == parent->right)
            rotate_left(root, parent);
        else if (!on_left && node == parent->left)
            rotate_right(root, parent);
        grandparent->red = true;
        if (on_left)
            rotate_right(root, grandparent);
        else
            rotate_left(root, grandparent);
        grandparent->parent->red = false;
        break;
    }
    root->top->red = false;
}

/*
 * Repairs rule 2 below `parent`, whose child on the left side (else the right) lacks one black. The
 * child is black or missing. Returns the node that now lacks one itself and has to be looked at
 * next, or NULL when the tree is right.
 */
static struct rb_node *lack_repair(struct rb_root *root, struct rb_node *parent, bool left)
{
    void (*rotate_to_lack)(struct rb_root *, struct rb_node *) = left ? rotate_left : rotate_right;
    void (*rotate_away)(struct rb_root *, struct rb_node *) = left ? rotate_right : rotate_left;
    struct rb_node *sibling = left ? parent->right : parent->left;
    struct rb_node *near, *far;

    if (sibling->red) {
        sibling->red = false;
        parent->red = true;
        rotate_to_lack(root, parent);
        sibling = left ? parent->right : parent->left;
    }
    near = left ? sibling->left : sibling->right;
    far = left ? sibling->right : sibling->left;
    if (!is_red(near) && !is_red(far)) {
        sibling->red = true;
        if (!parent->red)
            return parent;
        parent->red = false;
        return NULL;
    }
    if (!is_red(far)) {
        near->red = false;
        sibling->red = true;
        rotate_away(root, sibling);
        far = sibling;
        sibling = near;
    }
    sibling->red = parent->red;
    parent->red = false;
    far->red = false;
    rotate_to_lack(root, parent);
    return NULL;
}

/* Takes out a node that has at most one child. */
static void node_unlink(struct rb_root *root, struct rb_node *node)
{
    struct rb_node *child = node->left ? node->left : node->right;
    struct rb_node *parent = node->parent;
    bool left = parent && parent->left == node;

    node_replace(root, node, child);
    if (node->red)
        return;
    if (is_red(child)) {
        child->red = false;
        return;
    }
    while (parent) {
        struct rb_node *lacking = lack_repair(root, parent, left);

        if (!lacking)
            return;
        parent = lacking->parent;
        left = parent && parent->left == lacking;
    }
}

/* A node with two children first changes places with its successor, which has no left child. */
void rb_erase(struct rb_root *root, struct rb_node *node)
{
    if (node->left && node->right) {
        struct rb_node *successor = rb_next(node);

        node_unlink(root, successor);
        node_replace(root, node, successor);
        successor->left = node->left;
        successor->right = node->right;
        successor->red = node->red;
        if (successor->left)
            successor->left->parent = successor;
        if (successor->right)
            successor->right->parent = successor;
    } else {
        node_unlink(root, node);
    }
#if defined(LIMEN_DEBUG) && LIMEN_DEBUG
    node->parent = node->left = node->right = RB_POISON;
#endif
}

static struct rb_node *leftmost(struct rb_node *node)
{
    while (node && node->left)
        node = node->left;
    return node;
}

static struct rb_node *rightmost(struct rb_node *node)
{
    while (node && node->right)
        node = node->right;
    return node;
}

struct rb_node *rb_first(const struct rb_root *root)
{
    return leftmost(root->top);
}

struct rb_node *rb_last(const struct rb_root *root)
{
    return rightmost(root->top);
}

struct rb_node *rb_next(const struct rb_node *node)
{
    if (node->right)
        return leftmost(node->right);
    while (node->parent && node->parent->right == node)
        node = node->parent;
    return node->parent;
}

struct rb_node *rb_prev(const struct rb_node *node)
{
    if (node->left)
        return rightmost(node->left);
    while (node->parent && node->parent->left == node)
        node = node->parent;
    return node->parent;
}

/* Black nodes from `node` up to the top. */
static unsigned black_depth(const struct rb_node *node)
{
    unsigned depth = 0;

    for (; node; node = node->parent)
        depth += !node->red;
    return depth;
}

static const char *node_check(const struct rb_root *root, const struct rb_node *node)
{
    if (!node->parent && root->top != node)
        return "node without parent is not the top";
    if (node->left && node->left->parent != node)
        return "left child has another parent";
    if (node->right && node->right->parent != node)
        return "right child has another parent";
    if (node->red && (!node->parent || is_red(node->left) || is_red(node->right)))
        return "red top, or red child of a red node";
    return NULL;
}

const char *rb_check(const struct rb_root *root,
                     bool (*before)(const struct rb_node *a, const struct rb_node *b),
                     size_t *count)
{
    const struct rb_node *previous = NULL;
    unsigned depth = 0;

    *count = 0;
    for (const struct rb_node *node = rb_first(root); node; node = rb_next(node)) {
        const char *error = node_check(root, node);

        if (error)
            return error;
        if (before && previous && before(node, previous))
            return "nodes out of order";
        if (!node->left || !node->right) {
            if (depth && black_depth(node) != depth)
                return "paths with different numbers of black nodes";
            depth = black_depth(node);
        }
        previous = node;
        ++*count;
    }
    return NULL;
}
