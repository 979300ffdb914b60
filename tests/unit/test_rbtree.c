/* Unit test of kernel/lib/rbtree: all small trees, and long random ones against a sorted array. */
#include "tests/unit/unit.h"

#include "kernel/lib/rbtree.h"

#define ITEMS_MAX 300

struct item {
    int key;
    unsigned sequence; /* of insertion, to tell equals apart */
    struct rb_node node;
};

static struct rb_root tree;
static struct item *sorted[ITEMS_MAX];
static size_t sorted_count;

static struct item *item_of(const struct rb_node *node)
{
    return rb_entry(node, struct item, node);
}

static bool item_before(const struct rb_node *a, const struct rb_node *b)
{
    return item_of(a)->key < item_of(b)->key;
}

static bool item_left_of(const struct rb_node *node, const void *key)
{
    return item_of(node)->key < *(const int *)key;
}

/* Keeps `sorted` as the tree should be: by key, equals in the order of insertion. */
static void insert(struct item *item)
{
    size_t at = sorted_count++;

    for (; at > 0 && sorted[at - 1]->key > item->key; at--)
        sorted[at] = sorted[at - 1];
    sorted[at] = item;
    rb_insert(&tree, &item->node, item_before);
}

static void erase(size_t at)
{
    rb_erase(&tree, &sorted[at]->node);
    memmove(&sorted[at], &sorted[at + 1], (--sorted_count - at) * sizeof(sorted[0]));
}

static void check_tree(void)
{
    struct rb_node *node = rb_first(&tree);
    size_t count;
    const char *error = rb_check(&tree, item_before, &count);

    if (error)
        UNIT_FAIL("%s", error);
    CHECK_EQ(count, sorted_count);
    CHECK_EQ(rb_empty(&tree), sorted_count == 0);
    for (size_t i = 0; i < sorted_count; i++, node = rb_next(node)) {
        CHECK(node == &sorted[i]->node);
        if (!node)
            return;
    }
    CHECK(node == NULL);
    node = rb_last(&tree);
    for (size_t i = sorted_count; i-- > 0; node = rb_prev(node))
        CHECK(node == &sorted[i]->node);
    CHECK(node == NULL);
}

static void check_search(int key)
{
    struct rb_node *node = rb_search(&tree, &key, item_left_of);
    size_t at = 0;

    while (at < sorted_count && sorted[at]->key < key)
        at++;
    CHECK(node == (at < sorted_count ? &sorted[at]->node : NULL));
}

/* Inserts 1 .. count in the order that `order` numbers, then erases in the one of `order` mirrored.
 */
static void run_permutation(unsigned order, int count)
{
    struct item items[8];
    int keys[8];

    for (int i = 0; i < count; i++)
        keys[i] = i;
    for (int i = 0; i < count; i++) {
        int pick = i + (int)(order % (unsigned)(count - i));
        int key = keys[pick];

        order /= (unsigned)(count - i);
        keys[pick] = keys[i];
        items[i].key = key;
        insert(&items[i]);
        check_tree();
    }
    for (int i = 0; i < count; i++) {
        erase((size_t)(items[count - 1 - i].key % (count - i)));
        check_tree();
    }
}

static void test_permutations(void)
{
    unsigned orders = 1;

    for (int count = 1; count <= 6; count++) {
        orders *= (unsigned)count;
        for (unsigned order = 0; order < orders; order++)
            run_permutation(order, count);
    }
}

static void test_random(void)
{
    static struct item items[ITEMS_MAX];
    static struct item *unused[ITEMS_MAX];
    size_t unused_count = 0;
    unsigned sequence = 0;

    for (size_t i = 0; i < ITEMS_MAX; i++)
        unused[unused_count++] = &items[i];
    for (unsigned step = 0; step < 6000; step++) {
        bool growing = step / 600 % 2 == 0;

        if (unused_count && (!sorted_count || unit_below(4) < (growing ? 3 : 1))) {
            struct item *item = unused[--unused_count];

            item->key = (int)unit_below(step < 3000 ? 1000 : 20);
            item->sequence = sequence++;
            insert(item);
        } else {
            size_t at = unit_below(sorted_count);

            unused[unused_count++] = sorted[at];
            erase(at);
        }
        check_tree();
        check_search((int)unit_below(1002) - 1);
    }
    while (sorted_count)
        erase(unit_below(sorted_count));
    check_tree();
}

static void test_monotonous(void)
{
    static struct item items[ITEMS_MAX];

    for (int i = 0; i < ITEMS_MAX; i++) {
        items[i].key = i;
        insert(&items[i]);
        check_tree();
    }
    while (sorted_count) {
        erase(0);
        check_tree();
    }
    for (int i = 0; i < ITEMS_MAX; i++) {
        items[i].key = -i;
        insert(&items[i]);
    }
    check_tree();
    while (sorted_count)
        erase(sorted_count - 1);
    check_tree();
}

/* The checker must see each kind of damage, or the other tests mean nothing. */
static void test_check_finds_damage(void)
{
    struct item items[7];
    size_t count;

    for (int i = 0; i < 7; i++) {
        items[i].key = i;
        insert(&items[i]);
    }
    CHECK(rb_check(&tree, item_before, &count) == NULL);
    tree.top->red = true;
    CHECK(rb_check(&tree, item_before, &count) != NULL);
    tree.top->red = false;
    items[0].node.red = !items[0].node.red;
    CHECK(rb_check(&tree, item_before, &count) != NULL);
    items[0].node.red = !items[0].node.red;
    tree.top->left->parent = NULL;
    CHECK(rb_check(&tree, item_before, &count) != NULL);
    tree.top->left->parent = &items[6].node;
    CHECK(rb_check(&tree, item_before, &count) != NULL);
    tree.top->left->parent = tree.top;
    tree.top->right->parent = &items[0].node;
    CHECK(rb_check(&tree, item_before, &count) != NULL);
    tree.top->right->parent = tree.top;
    items[3].key = 9;
    CHECK(rb_check(&tree, item_before, &count) != NULL);
    items[3].key = 3;
    CHECK(rb_check(&tree, item_before, &count) == NULL);
    while (sorted_count)
        erase(0);
}

int main(void)
{
    UNIT_RUN(test_check_finds_damage);
    UNIT_RUN(test_permutations);
    UNIT_RUN(test_monotonous);
    UNIT_RUN(test_random);
    return unit_result();
}
