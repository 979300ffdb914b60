/* hcreate: makes the table; it holds as many entries as there is memory for. 0: it is there. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "libc/search/table.h"

struct table __search_table;

int hcreate(size_t count)
{
    size_t lists = 8;

    if (__search_table.lists) {
        errno = EEXIST;
        return 0;
    }
    if (count > SIZE_MAX / 2 / sizeof(struct table_entry *)) {
        errno = ENOMEM;
        return 0;
    }
    while (lists < count)
        lists *= 2;
    __search_table.lists = calloc(lists, sizeof(struct table_entry *));
    __search_table.count = lists;
    return __search_table.lists != NULL;
}
