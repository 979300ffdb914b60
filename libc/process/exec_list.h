/* Arguments of execl and its kin, from a variable list into an array. */
#ifndef LIMEN_LIBC_PROCESS_EXEC_LIST_H
#define LIMEN_LIBC_PROCESS_EXEC_LIST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Elements that argv needs for `first`, the list behind it, and the NULL at its end. */
size_t __exec_list_count(const char *first, va_list args);

/* Fills argv; returns the environment: what comes behind the NULL, or else this process's own. */
char **__exec_list_fill(char **argv, const char *first, va_list args, bool has_environment);

#endif
