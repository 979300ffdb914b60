/*
 * kernel/mm/radix.c against a plain array, with every allocation failing once, and without leaks.
 */
#include "tests/unit/unit.h"

#include "kernel/mm/radix.c"

static size_t nodes;
static unsigned fail_after = ~0u; /* so many more allocations succeed */

void *slab_alloc(struct slab_cache *cache)
{
    if (fail_after != ~0u && fail_after-- == 0)
        return NULL;
    nodes++;
    return calloc(1, cache->object_size);
}

void slab_free(struct slab_cache *cache, void *object)
{
    (void)cache;
    nodes--;
    free(object);
}

#define KEYS 400

static uint64_t keys[KEYS];
static int items[KEYS];
static bool present[KEYS];

static bool key_is_new(size_t count, uint64_t key)
{
    for (size_t i = 0; i < count; i++)
        if (keys[i] == key)
            return false;
    return true;
}

/* Small, medium and huge indexes, with 0 and the largest among them. */
static void make_keys(void)
{
    for (size_t i = 0; i < KEYS;) {
        unsigned shift = (unsigned)(unit_random() % 44);
        uint64_t key = i == 0 ? 0 : i == 1 ? UINT64_MAX : unit_random() >> shift << (shift / 2);

        if (key_is_new(i, key))
            keys[i++] = key;
    }
}

/* The first key at or after `index`, as the model knows it: KEYS if there is none. */
static size_t model_find_from(uint64_t index)
{
    size_t best = KEYS;

    for (size_t i = 0; i < KEYS; i++)
        if (present[i] && keys[i] >= index && (best == KEYS || keys[i] < keys[best]))
            best = i;
    return best;
}

static void check_find_from(struct radix_tree *tree, uint64_t index)
{
    size_t expected = model_find_from(index);
    uint64_t at = index;
    void *found = radix_find_from(tree, &at);

    CHECK(found == (expected == KEYS ? NULL : &items[expected]));
    CHECK(at == (expected == KEYS ? index : keys[expected]));
}

static void test_random(void)
{
    struct radix_tree tree = {0};

    for (int round = 0; round < 100000; round++) {
        size_t i = unit_random() % (round / 10000 % 2 ? KEYS : 10);

        if (present[i]) {
            CHECK(radix_remove(&tree, keys[i]) == &items[i]);
            present[i] = false;
        } else {
            CHECK(!radix_find(&tree, keys[i]));
            CHECK(!radix_remove(&tree, keys[i]));
            CHECK(radix_insert(&tree, keys[i], &items[i]) == 0);
            present[i] = true;
        }
        i = unit_random() % KEYS;
        CHECK(radix_find(&tree, keys[i]) == (present[i] ? &items[i] : NULL));
        if (round % 16 == 0)
            check_find_from(&tree, keys[i] + unit_random() % 3);
    }
    for (size_t i = 0; i < KEYS; i++) {
        CHECK(radix_remove(&tree, keys[i]) == (present[i] ? &items[i] : NULL));
        present[i] = false;
    }
    CHECK(nodes == 0 && !tree.top && tree.height == 0);
}

/* Each insertion is tried with 0, 1, 2 ... allocations until it succeeds. */
static void test_out_of_memory(void)
{
    struct radix_tree tree = {0};

    for (size_t i = 0; i < KEYS; i++) {
        unsigned allowed = 0;
        size_t before = nodes;
        int error;

        do {
            CHECK(nodes == before);
            fail_after = allowed++;
            error = radix_insert(&tree, keys[i], &items[i]);
            fail_after = ~0u;
            CHECK(error == 0 || error == -ENOMEM);
            for (size_t j = 0; j < i; j++)
                CHECK(radix_find(&tree, keys[j]) == &items[j]);
        } while (error != 0);
    }
    for (size_t i = 0; i < KEYS; i++)
        CHECK(radix_remove(&tree, keys[i]) == &items[i]);
    CHECK(nodes == 0 && !tree.top && tree.height == 0);
}

static void test_small(void)
{
    struct radix_tree tree = {0};

    CHECK(radix_insert(&tree, 0, &items[0]) == 0);
    CHECK(nodes == 0);
    CHECK(radix_remove(&tree, 0) == &items[0]);
}

int main(void)
{
    make_keys();
    UNIT_RUN(test_small);
    UNIT_RUN(test_random);
    UNIT_RUN(test_out_of_memory);
    return unit_result();
}
