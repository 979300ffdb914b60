/*
 * qsort: a heap sort. It needs no memory and n log n comparisons whatever the input, which a quick
 * sort can't promise.
 */
#include <stdlib.h>
#include <string.h>

struct array {
    char *base;
    size_t size;
    int (*compare)(const void *, const void *);
};

static void elements_swap(const struct array *array, size_t a, size_t b)
{
    char *x = array->base + a * array->size;
    char *y = array->base + b * array->size;
    char space[64];

    for (size_t rest = array->size; rest > 0;) {
        size_t piece = rest < sizeof(space) ? rest : sizeof(space);

        memcpy(space, x, piece);
        memcpy(x, y, piece);
        memcpy(y, space, piece);
        x += piece;
        y += piece;
        rest -= piece;
    }
}

static int elements_compare(const struct array *array, size_t a, size_t b)
{
    return array->compare(array->base + a * array->size, array->base + b * array->size);
}

/* Element `parent` may be too small for its place in the heap of `count`: let it sink. */
static void sift_down(const struct array *array, size_t parent, size_t count)
{
    for (;;) {
        size_t child = 2 * parent + 1;

        if (child >= count)
            return;
        if (child + 1 < count && elements_compare(array, child, child + 1) < 0)
            child++;
        if (elements_compare(array, parent, child) >= 0)
            return;
        elements_swap(array, parent, child);
        parent = child;
    }
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    struct array array = {base, size, compare};

    if (size == 0)
        return;
    for (size_t i = count / 2; i > 0; i--)
        sift_down(&array, i - 1, count);
    for (; count > 1; count--) {
        elements_swap(&array, 0, count - 1);
        sift_down(&array, 0, count - 1);
    }
}
