/*
 * The names of the kernel's code: which function and which source line an address belongs to.
 * Reads a constant table that tools/gen_kallsyms makes and the second link adds. Takes no lock,
 * allocates nothing, trusts no byte of the table: safe in a panic.
 */
#ifndef LIMEN_CORE_KALLSYMS_H
#define LIMEN_CORE_KALLSYMS_H

#include "kernel/lib/types.h"

struct kallsyms_location {
    const char *name; /* the function */
    size_t offset;    /* the address's distance from its start */
    const char *file; /* relative to the source tree; NULL if no line is known */
    unsigned int line;
};

struct kallsyms_function {
    uintptr_t address;
    const char *name;
    bool is_global; /* seen outside its file */
};

/* The functions in the order of their addresses, by number; false: there are no more. */
bool kallsyms_nth(size_t n, struct kallsyms_function *function);

/* False, with *where unspecified, if the address is not in the kernel's code or there is no table.
 */
bool kallsyms_lookup(uintptr_t address, struct kallsyms_location *where);

#endif
