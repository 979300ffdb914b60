/*
 * Classes of characters by name, for what reads "[:alpha:]" and its kin.
 */
#ifndef LIMEN_LIBC_WCTYPE_CLASS_H
#define LIMEN_LIBC_WCTYPE_CLASS_H

#include <stddef.h>
#include <wctype.h>

/* The highest; the lowest is 1. */
#define WCTYPE_MAX 12

/* As wctype(3), of a name of that length. */
wctype_t __wctype_named(const char *name, size_t length);

#endif
