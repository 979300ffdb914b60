/* Names that nobody has yet. */
#ifndef LIMEN_LIBC_STDLIB_TEMPORARY_H
#define LIMEN_LIBC_STDLIB_TEMPORARY_H

/*
 * Fills the XXXXXX at the end of the template with random letters until `make` succeeds or fails
 * with something else than EEXIST. Its result; -1 and EINVAL without XXXXXX.
 */
int __temporary_make(char *template, int (*make)(const char *path, int flags), int flags);

#endif
