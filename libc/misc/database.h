/* The files of lines with fields between colons: /etc/passwd and /etc/group. */
#ifndef LIMEN_LIBC_MISC_DATABASE_H
#define LIMEN_LIBC_MISC_DATABASE_H

#include <stdbool.h>
#include <stddef.h>

#define DATABASE_FIELDS 7

/*
 * Finds the line whose field number `key_field` is `key`. Its fields, cut apart, lie in *line,
 * which is (re)allocated and stays the caller's. False if there is none, or no such file.
 */
bool __database_find(const char *path, int key_field, const char *key, int field_count, char **line,
                     size_t *size, char *fields[DATABASE_FIELDS]);

#endif
