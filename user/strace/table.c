/*
 * What strace knows of each call: the tables that tools/gen_strace makes from
 * kernel/abi/syscalls.tbl and decoders.tbl, and the way to them.
 */
#include <stdlib.h>
#include <string.h>

#include "user/strace/strace.h"

#define FIELD_SIZE(type, field) sizeof(((type *)0)->field)
#define IS_SIGNED(type, field) ((__typeof__(((type *)0)->field))-1 < 0)

struct named {
    const char *name;
    const void *what;
};

/* Names are patterns of bits: where one is negative, it is so in 64 bits. */
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wtype-limits"
#include "gen/strace_calls.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct call *call_find(long number)
{
    if (number < 0 || (size_t)number >= COUNT(calls) || !calls[number].name)
        return NULL;
    return &calls[number];
}

long call_number(const char *name)
{
    for (size_t i = 0; i < COUNT(calls); i++)
        if (calls[i].name && strcmp(calls[i].name, name) == 0)
            return (long)i;
    return -1;
}

const char *error_name(int error)
{
    size_t index = (size_t)error; /* of no error, 0, there is no name */

    return index < COUNT(error_names) ? error_names[index] : NULL;
}

static const void *named_find(const struct named *all, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].what;
    abort();
}

/* Both must be in decoders.tbl. */
const struct set *set_named(const char *name)
{
    return named_find(all_sets, COUNT(all_sets), name);
}

const struct layout *layout_named(const char *name)
{
    return named_find(all_layouts, COUNT(all_layouts), name);
}
