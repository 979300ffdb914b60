/* sh: variables, a list in the order of their names. Those that are exported make the environment.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/sh/sh.h"

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

size_t name_length(const char *text)
{
    size_t length = 0;

    while (is_name_char(text[length]) || (length > 0 && text[length] >= '0' && text[length] <= '9'))
        length++;
    return length;
}

bool is_name(const char *text)
{
    return *text && name_length(text) == strlen(text);
}

struct variable *variable_find(const struct shell *sh, const char *name)
{
    struct variable *variable = sh->variables;

    while (variable && strcmp(variable->name, name) != 0)
        variable = variable->next;
    return variable;
}

const char *variable_get(const struct shell *sh, const char *name)
{
    const struct variable *variable = variable_find(sh, name);

    return variable ? variable->value : NULL;
}

struct variable *variable_make(struct shell *sh, const char *name)
{
    struct variable **place = &sh->variables, *variable = variable_find(sh, name);

    if (variable)
        return variable;
    while (*place && strcmp((*place)->name, name) < 0)
        place = &(*place)->next;
    variable = memory_alloc(sizeof(*variable));
    *variable = (struct variable){.next = *place, .name = string_copy(name)};
    *place = variable;
    return variable;
}

static void value_replace(struct variable *variable, const char *value)
{
    char *copy = value ? string_copy(value) : NULL;

    free(variable->value);
    variable->value = copy;
}

bool variable_set(struct shell *sh, const char *name, const char *value)
{
    struct variable *variable = variable_make(sh, name);

    if (variable->read_only) {
        shell_fail(sh, "%s: is read only", name);
        return false;
    }
    value_replace(variable, value);
    if (sh->options[OPTION_ALLEXPORT] && value)
        variable->exported = true;
    if (strcmp(name, "OPTIND") == 0)
        sh->getopts_letter = 0;
    if (strcmp(name, "PATH") == 0)
        hash_forget(sh);
    return true;
}

void variable_set_number(struct shell *sh, const char *name, long number)
{
    char digits[24];

    snprintf(digits, sizeof(digits), "%ld", number);
    variable_set(sh, name, digits);
}

void variable_save(struct shell *sh, const char *name, struct saved_variable **saved)
{
    const struct variable *old = variable_find(sh, name);
    struct saved_variable *entry = memory_alloc(sizeof(*entry));

    *entry = (struct saved_variable){.next = *saved, .name = string_copy(name)};
    entry->exported = old && old->exported;
    entry->read_only = old && old->read_only;
    if (old && old->value)
        entry->value = string_copy(old->value);
    *saved = entry;
}

void variables_restore(struct shell *sh, struct saved_variable *saved)
{
    while (saved) {
        struct variable *variable = variable_make(sh, saved->name);
        struct saved_variable *next = saved->next;

        free(variable->value);
        variable->value = saved->value;
        variable->exported = saved->exported;
        variable->read_only = saved->read_only;
        if (strcmp(saved->name, "PATH") == 0)
            hash_forget(sh);
        free(saved->name);
        free(saved);
        saved = next;
    }
}

/* An entry whose name no shell variable can have is not taken over (POSIX, 2.5.3). */
void variables_import(struct shell *sh, char **environment)
{
    for (; *environment; environment++) {
        struct arena_mark mark = arena_mark(&sh->arena);
        size_t length = name_length(*environment);

        if (length > 0 && (*environment)[length] == '=') {
            const char *name = arena_copy(&sh->arena, *environment, length);

            variable_set(sh, name, *environment + length + 1);
            variable_make(sh, name)->exported = true;
        }
        arena_release(&sh->arena, mark);
    }
}

char **variables_environment(struct shell *sh)
{
    const struct variable *variable;
    size_t count = 0;

    for (variable = sh->variables; variable; variable = variable->next)
        count += variable->exported && variable->value;

    char **environment = arena_alloc(&sh->arena, (count + 1) * sizeof(*environment));

    environment[count] = NULL;
    for (variable = sh->variables; variable; variable = variable->next) {
        if (!variable->exported || !variable->value)
            continue;

        size_t bytes = strlen(variable->name) + strlen(variable->value) + 2;
        char *entry = arena_alloc(&sh->arena, bytes);

        snprintf(entry, bytes, "%s=%s", variable->name, variable->value);
        environment[--count] = entry;
    }
    return environment;
}
