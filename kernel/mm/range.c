/*
 * Disjoint sorted ranges: see range.h. A red-black tree by address; gaps are found by walking down
 * from the top, which the hint makes short: a mapping usually goes right below the one before.
 */
#include "kernel/mm/range.h"

#include "kernel/lib/compiler.h"

#define range_of(rb) rb_entry(rb, struct range, node)

static bool range_ends_by(const struct rb_node *node, const void *address)
{
    return range_of(node)->end <= *(const uintptr_t *)address;
}

static bool range_before(const struct rb_node *a, const struct rb_node *b)
{
    return range_of(a)->start < range_of(b)->start;
}

struct range *range_find(const struct range_tree *tree, uintptr_t address)
{
    struct rb_node *node = rb_search(&tree->root, &address, range_ends_by);

    return node ? range_of(node) : NULL;
}

struct range *range_next(const struct range *range)
{
    struct rb_node *node = rb_next(&range->node);

    return node ? range_of(node) : NULL;
}

struct range *range_prev(const struct range *range)
{
    struct rb_node *node = rb_prev(&range->node);

    return node ? range_of(node) : NULL;
}

/* The gap below `next` (NULL: the uppermost) has grown: what was learned ends there. */
static void hint_forget(struct range_tree *tree, const struct range *next)
{
    uintptr_t top = next ? next->start : UINTPTR_MAX;

    tree->hint_top = max(tree->hint_top, top);
}

/* Where a gap below this range has to end. */
static uintptr_t gap_end(const struct range *range)
{
    return range->start > range->guard ? range->start - range->guard : 0;
}

void range_insert(struct range_tree *tree, struct range *range)
{
    const struct range *next;

    rb_insert(&tree->root, &range->node, range_before);
    tree->count++;
    next = range_next(range);
    if (next && gap_end(next) < range->start) /* what was kept free below it is so no more */
        hint_forget(tree, range);
}

void range_remove(struct range_tree *tree, struct range *range)
{
    hint_forget(tree, range_next(range));
    rb_erase(&tree->root, &range->node);
    tree->count--;
}

void range_resize(struct range_tree *tree, struct range *range, uintptr_t start, uintptr_t end)
{
    bool gap_below = start > range->start, gap_above = end < range->end;

    range->start = start;
    range->end = end;
    if (gap_below)
        hint_forget(tree, range);
    if (gap_above)
        hint_forget(tree, range_next(range));
}

/* The end of the highest gap of `size` bytes in [low, high); 0 if there is none. */
static uintptr_t gap_search(const struct range_tree *tree, uintptr_t size, uintptr_t low,
                            uintptr_t high)
{
    struct range *above = range_find(tree, high);
    struct rb_node *node = above ? rb_prev(&above->node) : rb_last(&tree->root);
    uintptr_t end = above ? min(high, gap_end(above)) : high;

    for (;;) {
        const struct range *below = node ? range_of(node) : NULL;
        uintptr_t start = below ? max(low, below->end) : low;

        if (start < end && end - start >= size)
            return end;
        if (!below || below->end <= low)
            return 0;
        end = min(high, gap_end(below));
        node = rb_prev(node);
    }
}

uintptr_t range_find_gap(struct range_tree *tree, uintptr_t size, uintptr_t low, uintptr_t high)
{
    bool hint_holds = tree->hint_size != 0 && size >= tree->hint_size && high <= tree->hint_high;
    uintptr_t end = gap_search(tree, size, low, hint_holds ? min(high, tree->hint_top) : high);

    if (end != 0 &&
        (tree->hint_size == 0 || (size <= tree->hint_size && high >= tree->hint_high))) {
        tree->hint_top = end;
        tree->hint_high = high;
        tree->hint_size = size;
    }
    return end == 0 ? 0 : end - size;
}
