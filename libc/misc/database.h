/* The files of lines with fields between colons: /etc/passwd and /etc/group. */
#ifndef LIMEN_LIBC_MISC_DATABASE_H
#define LIMEN_LIBC_MISC_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define DATABASE_FIELDS 7

/* A line; `text` is allocated and (re)used for the next one. */
struct record {
    char *text;
    size_t size;
    char *fields[DATABASE_FIELDS]; /* cut apart, in the text */
};

/* The next line that has so many fields. False if there is none. */
bool __record_next(FILE *file, int field_count, struct record *record);
/*
 * Finds the line whose field number `key_field` is `key`. False if there is none, or no such file;
 * errno tells why it couldn't be read, and stays where it could.
 */
bool __record_find(const char *path, int key_field, const char *key, int field_count,
                   struct record *record);
/*
 * Moves the line into a caller's buffer, whose free part that leaves in *buf and *size. False if
 * there is no room for it.
 */
bool __record_move(struct record *record, int field_count, char **buf, size_t *size);

#endif
