/*
 * kernel/mm/range.c against an array of bytes, one per unit of address space: contents, neighbours,
 * and the gaps that the search finds with its hints.
 */
#include "tests/unit/unit.h"

#include "kernel/mm/range.c"

#define SPACE 512u
#define RANGES 40u

static struct range_tree tree;
static struct range ranges[RANGES];
static bool used[RANGES];
static uint8_t owner[SPACE]; /* index of the range that covers this address, + 1 */

static void paint(uintptr_t start, uintptr_t end, uint8_t value)
{
    memset(owner + start, value, end - start);
}

static bool is_free(uintptr_t start, uintptr_t end)
{
    for (uintptr_t at = start; at < end; at++)
        if (owner[at])
            return false;
    return true;
}

/* True if [start, end) overlaps no range, nor the guard of the next one above. */
static bool gap_fits(uintptr_t start, uintptr_t end)
{
    uintptr_t next = end;

    while (next < SPACE && !owner[next])
        next++;
    return is_free(start, end) && (next == SPACE || end + ranges[owner[next] - 1].guard <= next);
}

static uintptr_t model_find_gap(uintptr_t size, uintptr_t low, uintptr_t high)
{
    for (uintptr_t start = high - size; high >= size && start >= low && start > 0; start--)
        if (gap_fits(start, start + size))
            return start;
    return 0;
}

static void check_order(void)
{
    size_t count = 0, nodes;
    struct range *last = NULL;

    CHECK(rb_check(&tree.root, range_before, &nodes) == NULL);
    for (uintptr_t at = 0; at < SPACE; at++) {
        struct range *range = range_find(&tree, at);

        if (!owner[at])
            continue;
        CHECK(range == &ranges[owner[at] - 1]);
        if (range->start != at)
            continue;
        CHECK(range_prev(range) == last);
        CHECK(!last || range_next(last) == range);
        last = range;
        count++;
    }
    CHECK(count == tree.count && count == nodes);
    CHECK(!last || !range_next(last));
}

static void add(size_t i)
{
    uintptr_t start = 1 + unit_below(SPACE - 20), end = start + 1 + unit_below(16);

    if (!is_free(start, end))
        return;
    ranges[i] = (struct range){
        .start = start, .end = end, .guard = unit_below(4) == 0 ? unit_below(40) : 0};
    range_insert(&tree, &ranges[i]);
    paint(start, end, (uint8_t)(i + 1));
    used[i] = true;
}

static void resize(size_t i)
{
    uintptr_t start = ranges[i].start, end = ranges[i].end;

    switch (unit_below(4)) {
    case 0:
        start += unit_below(end - start);
        break;
    case 1:
        end -= unit_below(end - start);
        break;
    case 2:
        if (end < SPACE && !owner[end])
            end++;
        break;
    default:
        if (start > 1 && !owner[start - 1])
            start--;
        break;
    }
    paint(ranges[i].start, ranges[i].end, 0);
    paint(start, end, (uint8_t)(i + 1));
    range_resize(&tree, &ranges[i], start, end);
}

static void change(size_t i)
{
    if (!used[i]) {
        add(i);
    } else if (unit_below(2)) {
        resize(i);
    } else {
        range_remove(&tree, &ranges[i]);
        paint(ranges[i].start, ranges[i].end, 0);
        used[i] = false;
    }
}

static void check_gap(void)
{
    uintptr_t size = 1 + unit_below(unit_below(2) ? 8 : 120);
    uintptr_t low = 1 + unit_below(30);
    uintptr_t high = unit_below(4) ? SPACE - 32 : low + unit_below(SPACE - low);

    CHECK(range_find_gap(&tree, size, low, high) == model_find_gap(size, low, high));
}

static void test_random(void)
{
    for (int round = 0; round < 100000; round++) {
        change(unit_below(RANGES));
        check_gap();
        if (round % 16 == 0)
            check_order();
    }
}

int main(void)
{
    UNIT_RUN(test_random);
    return unit_result();
}
