/* The files of lines with fields between colons: /etc/passwd and /etc/group. */
#ifndef LIMEN_LIBC_MISC_DATABASE_H
#define LIMEN_LIBC_MISC_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define DATABASE_FIELDS 7

/* A file, and the line that was read last. */
struct database {
    const char *path;
    int field_count; /* a line that has fewer is passed by */
    FILE *file;      /* that __database_next reads, if it is open */
    char *text;      /* the line; allocated, and (re)used for the next one */
    size_t size;
    char *fields[DATABASE_FIELDS]; /* cut apart, in the text */
};

/* A number as it stands in a field. */
struct number_key {
    char text[12];
};

struct number_key __number_key(unsigned number);

/* The next line, the first at first. False if there is none. */
bool __database_next(struct database *database);
/* Begins anew with the first line. */
void __database_rewind(struct database *database);
void __database_close(struct database *database);
/*
 * Finds the line whose field number `key_field` is `key`, whatever has been read. False if there is
 * none, or no such file; errno tells why it couldn't be read, and stays where it could.
 */
bool __database_find(struct database *database, int key_field, const char *key);
/*
 * Finds a line, and moves it into a caller's buffer, whose free part that leaves in *buf and *size:
 * nothing else has to be freed. 0, and fields[0] is NULL if there is no such line; or an error,
 * ERANGE if there is no room. Errno stays.
 */
int __database_take(struct database *database, int key_field, const char *key, char **buf,
                    size_t *size);

#endif
