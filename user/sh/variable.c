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

bool is_assignment(const char *text)
{
    size_t length = name_length(text);

    return length > 0 && text[length] == '=';
}

char *assignment_name(struct shell *sh, const char *text)
{
    return arena_copy(&sh->arena, text, strcspn(text, "="));
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

/* The variable called NAME: a new one, without value, if there was none. */
static struct variable *variable_make(struct shell *sh, const char *name)
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

void variable_set(struct shell *sh, const char *name, const char *value)
{
    struct variable *variable = variable_make(sh, name);
    char *copy = value ? string_copy(value) : NULL;

    free(variable->value);
    variable->value = copy;
}

void variable_export(struct shell *sh, const char *name, bool exported)
{
    variable_make(sh, name)->exported = exported;
}

/* An entry whose name no shell variable can have is not taken over (POSIX, 2.5.3). */
void variables_import(struct shell *sh, char **environment)
{
    for (; *environment; environment++) {
        struct arena_mark mark = arena_mark(&sh->arena);

        if (is_assignment(*environment)) {
            const char *name = assignment_name(sh, *environment);

            variable_set(sh, name, strchr(*environment, '=') + 1);
            variable_export(sh, name, true);
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
