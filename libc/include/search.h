/* Tables to look things up in: hash table, sorted tree, array, and lists of the caller's. */
#ifndef LIMEN_LIBC_SEARCH_H
#define LIMEN_LIBC_SEARCH_H

#include <stddef.h>

struct entry {
    char *key;
    void *data;
};
typedef struct entry ENTRY;

enum action {
    FIND,
    ENTER,
};
typedef enum action ACTION;

/* When twalk comes by: before, between and after a node's children; a leaf has none. */
enum visit {
    preorder,
    postorder,
    endorder,
    leaf,
};
typedef enum visit VISIT;

int hcreate(size_t count);
void hdestroy(void);
ENTRY *hsearch(ENTRY item, ACTION action);

void *tsearch(const void *key, void **root, int (*compare)(const void *, const void *));
void *tfind(const void *key, void *const *root, int (*compare)(const void *, const void *));
void *tdelete(const void *restrict key, void **restrict root,
              int (*compare)(const void *, const void *));
void twalk(const void *root, void (*action)(const void *node, VISIT when, int depth));
void tdestroy(void *root, void (*drop)(void *key));

void *lfind(const void *key, const void *base, size_t *count, size_t size,
            int (*compare)(const void *, const void *));
void *lsearch(const void *key, void *base, size_t *count, size_t size,
              int (*compare)(const void *, const void *));

void insque(void *element, void *before);
void remque(void *element);

#endif
