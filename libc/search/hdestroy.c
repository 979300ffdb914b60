/* hdestroy: the table goes; keys and data are the caller's. */
#include <stdlib.h>

#include "libc/search/table.h"

void hdestroy(void)
{
    for (size_t i = 0; __search_table.lists && i < __search_table.count; i++) {
        struct table_entry *entry = __search_table.lists[i], *next;

        for (; entry; entry = next) {
            next = entry->next;
            free(entry);
        }
    }
    free(__search_table.lists);
    __search_table.lists = NULL;
}
