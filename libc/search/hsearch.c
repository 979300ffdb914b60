/* hsearch: the entry with this key; ENTER makes one if there is none. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libc/search/table.h"

/* FNV-1a. */
static size_t key_hash(const char *key)
{
    uint64_t hash = 0xcbf29ce484222325;

    while (*key)
        hash = (hash ^ (unsigned char)*key++) * 0x100000001b3;
    return hash ^ hash >> 32;
}

ENTRY *hsearch(ENTRY item, ACTION action)
{
    struct table_entry **list, *entry;

    if (!__search_table.lists) {
        errno = EINVAL;
        return NULL;
    }
    list = &__search_table.lists[key_hash(item.key) & (__search_table.count - 1)];
    for (entry = *list; entry; entry = entry->next) {
        if (strcmp(entry->entry.key, item.key) == 0)
            return &entry->entry;
    }
    if (action == FIND) {
        errno = ESRCH;
        return NULL;
    }
    entry = malloc(sizeof(*entry));
    if (!entry)
        return NULL;
    *entry = (struct table_entry){.entry = item, .next = *list};
    *list = entry;
    return &entry->entry;
}
