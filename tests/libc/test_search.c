/* <search.h>: hash table, tree, array, lists. */
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEYS = 2000
};

static char names[KEYS][8];

static void table(void)
{
    ENTRY item = {0}, *found;
    int missing = 0, wrong = 0;

    printf("%d", hcreate(KEYS) != 0);
    printf(" %d\n", hcreate(5));
    for (long i = 0; i < KEYS; i++) {
        snprintf(names[i], sizeof(names[i]), "k%ld", i * 7919 % KEYS);
        item = (ENTRY){names[i], (void *)i};
        missing += hsearch(item, ENTER) == NULL;
    }
    for (long i = 0; i < KEYS; i++) {
        item = (ENTRY){names[i], NULL};
        found = hsearch(item, FIND);
        wrong += !found || found->data != (void *)i;
        found = hsearch(item, ENTER);
        wrong += !found || found->data != (void *)i;
    }
    errno = 0;
    item.key = "none";
    found = hsearch(item, FIND);
    printf("%d %d %d %d\n", missing, wrong, found == NULL, errno == ESRCH);
    hdestroy();
    printf("%d\n", hcreate(0) != 0);
    hdestroy();
    errno = 0;
    printf("%d", hcreate((size_t)-1));
    printf(" %d\n", errno == ENOMEM);
}

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static int visited, last, disorder, deepest, leaves;

static void visit(const void *node, VISIT when, int depth)
{
    int key = **(const int *const *)node;

    leaves += when == leaf;
    if (depth > deepest)
        deepest = depth;
    if (when != postorder && when != leaf)
        return;
    disorder += visited > 0 && key <= last;
    last = key;
    visited++;
}

static void show(void *root)
{
    visited = disorder = deepest = leaves = 0;
    twalk(root, visit);
    /* A tree that is balanced has no node deeper than 2 log2(n + 1). */
    printf("%d nodes, %d wrong, last %d, %d %d\n", visited, disorder, last,
           deepest<24, leaves> visited / 8);
}

static int dropped;

static void drop(void *key)
{
    dropped += *(int *)key >= 0;
}

static void tree(void)
{
    static int keys[KEYS];
    void *root = NULL;
    int wrong = 0, other = 5, alone = 1;

    for (int i = 0; i < KEYS; i++) {
        keys[i] = i % 2 ? i : i * 7919 % KEYS;
        void *node = tsearch(&keys[i], &root, compare);

        wrong += !node || **(int **)node != keys[i];
    }
    show(root);
    for (int i = 0; i < KEYS; i++) {
        void *node = tfind(&keys[i], &root, compare);

        wrong += !node || node != tsearch(&keys[i], &root, compare);
    }
    printf("%d", wrong);
    printf(" %d\n", **(int **)tsearch(&other, &root, compare));
    for (int i = 0; i < KEYS; i += 3) {
        int was = tfind(&keys[i], &root, compare) != NULL;

        wrong += (tdelete(&keys[i], &root, compare) != NULL) != was;
        wrong += tfind(&keys[i], &root, compare) != NULL;
    }
    show(root);
    other = KEYS + 1;
    printf("%d %d %d", wrong, tdelete(&other, &root, compare) == NULL,
           tfind(&other, &root, compare) == NULL);
    printf(" %d %d\n", tfind(&other, NULL, compare) == NULL,
           tsearch(&other, NULL, compare) == NULL);
    tdestroy(root, drop);
    printf("%d\n", dropped == visited);
    root = NULL;
    tsearch(&other, &root, compare);
    tsearch(&alone, &root, compare);
    printf("%d", **(int **)tdelete(&alone, &root, compare));
    printf(" %d", tdelete(&other, &root, compare) != NULL);
    printf(" %d\n", root == NULL);
    twalk(NULL, visit);
}

static void array(void)
{
    int numbers[8] = {5, 3, 9}, key = 9;
    size_t count = 3;
    int *found = lfind(&key, numbers, &count, sizeof(int), compare);

    printf("%d", (int)(found - numbers));
    key = 4;
    printf(" %d", lfind(&key, numbers, &count, sizeof(int), compare) == NULL);
    found = lsearch(&key, numbers, &count, sizeof(int), compare);
    printf(" %d %d", (int)(found - numbers), (int)count);
    found = lsearch(&key, numbers, &count, sizeof(int), compare);
    printf(" %d %d %d\n", (int)(found - numbers), (int)count, numbers[3]);
}

struct element {
    struct element *next, *previous;
    char name;
};

static void list_show(const struct element *first, int most)
{
    for (; first && most > 0; first = first->next, most--)
        printf("%c%c ", first->name, first->previous ? first->previous->name : '-');
    printf("\n");
}

static void lists(void)
{
    struct element a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'};

    insque(&a, NULL);
    insque(&c, &a);
    insque(&b, &a);
    list_show(&a, 9);
    remque(&b);
    list_show(&a, 9);
    remque(&c);
    remque(&a);
    list_show(&a, 9);
    a.next = a.previous = &a;
    insque(&b, &a);
    insque(&c, &b);
    list_show(&a, 5);
    remque(&b);
    list_show(&a, 5);
}

int main(void)
{
    table();
    tree();
    array();
    lists();
    return 0;
}
