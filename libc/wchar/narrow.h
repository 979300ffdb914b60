/*
 * Numbers of wide characters are read as those of bytes: the characters that a number may have are
 * ASCII's. They are copied as far as they go, and the copy's end is told as one of the original.
 */
#ifndef LIMEN_LIBC_WCHAR_NARROW_H
#define LIMEN_LIBC_WCHAR_NARROW_H

#include <stddef.h>

struct narrow {
    const wchar_t *wide;
    char *bytes; /* the copy: in `few`, or allocated */
    char *end;   /* in it, as strtol and its kin store it */
    char few[64];
};

/* Copies. Without memory for it, the number is none, and errno is ENOMEM. */
void __narrow_begin(struct narrow *narrow, const wchar_t *text);
/* Drops the copy, and stores where the number ended. */
void __narrow_end(struct narrow *narrow, wchar_t **end);

#endif
