/*
 * The one table of hcreate, hsearch and hdestroy: lists of entries, by a hash of their keys.
 * Entries stay where they are until the table goes. Like all of these, it has no lock (POSIX: they
 * need not be thread-safe).
 */
#ifndef LIMEN_LIBC_SEARCH_TABLE_H
#define LIMEN_LIBC_SEARCH_TABLE_H

#include <search.h>

struct table_entry {
    ENTRY entry;
    struct table_entry *next;
};

struct table {
    struct table_entry **lists; /* NULL: there is no table */
    size_t count;               /* a power of two */
};
extern struct table __search_table;

#endif
