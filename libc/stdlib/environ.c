/* Changing the environment. See environ.h. */
#include "libc/stdlib/environ.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char **array;
static size_t array_size;

/* Entries that setenv allocated; in no order. */
static char **owned_entries;
static size_t owned_count;

static int owned_add(char *entry)
{
    char **larger = realloc(owned_entries, (owned_count + 1) * sizeof(*larger));

    if (!larger)
        return -1;
    owned_entries = larger;
    owned_entries[owned_count++] = entry;
    return 0;
}

void __environ_forget(char *entry)
{
    for (size_t i = 0; i < owned_count; i++) {
        if (owned_entries[i] == entry) {
            owned_entries[i] = owned_entries[--owned_count];
            free(entry);
            return;
        }
    }
}

static size_t environ_count(void)
{
    size_t count = 0;

    while (environ && environ[count])
        count++;
    return count;
}

/* Makes environ an array of ours with room for one entry more. */
static int environ_grow(size_t count)
{
    char **larger;

    if (environ == array && array && count + 2 <= array_size)
        return 0;
    larger = realloc(array, (count + 16) * sizeof(*larger));
    if (!larger)
        return -1;
    if (environ != array && environ)
        memcpy(larger, environ, count * sizeof(*larger));
    larger[count] = NULL;
    array = environ = larger;
    array_size = count + 16;
    return 0;
}

int __environ_put(char *assignment, size_t name_length, bool owned)
{
    size_t count = environ_count();
    size_t i = 0;

    while (i < count && (strncmp(environ[i], assignment, name_length + 1) != 0))
        i++;
    if (i == count && environ_grow(count) < 0)
        return -1;
    if (owned && owned_add(assignment) < 0)
        return -1;
    if (i == count)
        environ[count + 1] = NULL;
    else if (environ[i] != assignment)
        __environ_forget(environ[i]);
    environ[i] = assignment;
    return 0;
}
