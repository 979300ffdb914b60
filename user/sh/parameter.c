/*
 * sh: ${...} (POSIX, "Parameter Expansion"): the value of a parameter, and what an operation makes
 * of it.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/sh/run.h"

static char *number_text(struct shell *sh, long number)
{
    char *digits = arena_alloc(&sh->arena, 24);

    snprintf(digits, 24, "%ld", number);
    return digits;
}

/* $1 and on, ${10}; $0 is the shell's name. NULL if there are not that many. */
static const char *positional_get(const struct shell *sh, const char *name)
{
    unsigned long number = strtoul(name, NULL, 10);

    if (number == 0)
        return sh->name;
    return number <= (unsigned long)sh->parameters.count ? sh->parameters.values[number - 1] : NULL;
}

/* $@ and $* as one string: what "$*" is. NULL if there are no parameters. */
static const char *parameters_join(struct shell *sh, char which, const char *ifs)
{
    struct text text;

    if (sh->parameters.count == 0)
        return NULL;
    text_begin(&text, &sh->arena);
    for (int i = 0; i < sh->parameters.count; i++) {
        if (i > 0 && which == '@')
            text_add_char(&text, ' ');
        else if (i > 0 && *ifs)
            text_add_char(&text, *ifs);
        text_add(&text, sh->parameters.values[i]);
    }
    return text.bytes;
}

static const char *options_get(struct shell *sh)
{
    char *letters = arena_alloc(&sh->arena, OPTIONS + 1);

    options_letters(sh, letters);
    return letters;
}

/* The value of the parameter NAME, or NULL if it has none. */
static const char *parameter_get(struct expansion *x, const char *name)
{
    struct shell *sh = x->sh;

    switch (name[0]) {
    case '?':
        return number_text(sh, sh->status);
    case '$':
        return number_text(sh, sh->pid);
    case '#':
        return number_text(sh, sh->parameters.count);
    case '!':
        return sh->background ? number_text(sh, sh->background) : NULL;
    case '-':
        return options_get(sh);
    case '@':
    case '*':
        return parameters_join(sh, name[0], x->ifs);
    default:
        if (name[0] >= '0' && name[0] <= '9')
            return positional_get(sh, name);
        if (strcmp(name, "LINENO") == 0)
            return number_text(sh, (long)sh->line);
        return variable_get(sh, name);
    }
}

/* "$@", and both $@ and $* outside quotes, are a field for each parameter. */
static void parameters_add(struct expansion *x, bool quoted)
{
    char **values = x->sh->parameters.values;

    for (int i = 0; i < x->sh->parameters.count; i++) {
        if (i > 0 && (x->open || quoted))
            field_end(x);
        value_add(x, values[i], quoted);
    }
}

/* Adds VALUE, which is that of the parameter NAME. */
static void plain_add(struct expansion *x, const struct part *part, const char *value)
{
    bool is_list =
        (part->text[0] == '@' || (part->text[0] == '*' && !part->quoted)) && x->splitting;

    if (is_list)
        parameters_add(x, part->quoted);
    else
        value_add(x, value ? value : "", part->quoted);
}

static void unset_fail(struct expansion *x, const struct part *part)
{
    const char *message = part->or_null ? "parameter not set or null" : "parameter not set";

    if (part->word)
        message = parts_expand(x->sh, part->word);
    if (!x->sh->unwind)
        shell_fail(x->sh, "%s: %s", part->text, message);
}

/* ${NAME=WORD}, where NAME has no value. */
static void assigned_add(struct expansion *x, const struct part *part)
{
    const char *value = parts_expand(x->sh, part->word);

    if (x->sh->unwind)
        return;
    if (!is_name(part->text))
        shell_fail(x->sh, "%s: cannot be assigned to", part->text);
    else if (variable_set(x->sh, part->text, value))
        value_add(x, value, part->quoted);
}

/*
 * VALUE without its shortest or longest part, at the begin or the end, that matches PATTERN; all
 * of VALUE if none does. Each such part is tried, in the order that finds the right one first.
 */
static char *value_trim(struct shell *sh, const char *value, const char *pattern,
                        enum parameter_operation operation)
{
    bool suffix = operation >= PARAMETER_SUFFIX;
    bool longest = operation == PARAMETER_PREFIX_LONGEST || operation == PARAMETER_SUFFIX_LONGEST;
    size_t length = strlen(value);

    for (size_t i = 0; i <= length; i++) {
        size_t part = longest ? length - i : i;
        size_t begin = suffix ? length - part : 0;

        if (fnmatch(pattern, arena_copy(&sh->arena, value + begin, part), 0) != 0)
            continue;
        return suffix ? arena_copy(&sh->arena, value, begin)
                      : arena_copy(&sh->arena, value + part, length - part);
    }
    return arena_copy(&sh->arena, value, length);
}

/* The operations that do something to a value: its length, and what is left of it. */
static void changed_add(struct expansion *x, const struct part *part, const char *value)
{
    struct shell *sh = x->sh;
    const char *pattern;

    if (part->operation == PARAMETER_LENGTH) {
        bool is_list = part->text[0] == '@' || part->text[0] == '*';

        value_add(x, number_text(sh, is_list ? sh->parameters.count : (long)strlen(value)),
                  part->quoted);
        return;
    }
    pattern = pattern_expand(sh, part->word);
    if (!sh->unwind)
        value_add(x, value_trim(sh, value, pattern, part->operation), part->quoted);
}

/* Adds the WORD of ${NAME-WORD} and ${NAME+WORD}. */
static void alternative_add(struct expansion *x, const struct part *part)
{
    bool outer = x->in_parameter;

    x->in_parameter = true;
    word_add(x, part->word, false);
    x->in_parameter = outer;
    x->open |= part->quoted && !part->word;
}

void parameter_add(struct expansion *x, const struct part *part)
{
    const char *value = parameter_get(x, part->text);
    bool missing = !value || (part->or_null && !*value);
    bool is_list = part->text[0] == '@' || part->text[0] == '*';

    switch (part->operation) {
    case PARAMETER_DEFAULT:
        if (!missing)
            break;
        return alternative_add(x, part);
    case PARAMETER_ASSIGN:
        if (!missing)
            break;
        return assigned_add(x, part);
    case PARAMETER_ERROR:
        if (!missing)
            break;
        return unset_fail(x, part);
    case PARAMETER_ALTERNATIVE:
        if (!missing)
            return alternative_add(x, part);
        x->open |= part->quoted;
        return;
    default:
        if (!value && !is_list && x->sh->options[OPTION_NOUNSET])
            return unset_fail(x, &(struct part){.text = part->text});
        if (part->operation != PARAMETER_PLAIN)
            return changed_add(x, part, value ? value : "");
    }
    plain_add(x, part, value);
}
