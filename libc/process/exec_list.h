/* Arguments of execl and its kin, from a variable list into an array. */
#ifndef LIMEN_LIBC_PROCESS_EXEC_LIST_H
#define LIMEN_LIBC_PROCESS_EXEC_LIST_H

#include <stdarg.h>
#include <stddef.h>

/* By pointer, so that what was taken is known to the caller; a bare va_list is of array type. */
struct exec_list {
    va_list args;
};

/* Elements that argv needs for what precedes the list, the list and its NULL; nothing is taken. */
size_t __exec_list_count(struct exec_list *list);

/* Fills argv with `first` and the list, its NULL included. */
void __exec_list_take(char **argv, const char *first, struct exec_list *list);

#endif
