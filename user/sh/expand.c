/*
 * sh: what a word stands for (POSIX, "Word Expansions"): $ parameters are replaced, what came from
 * them outside quotes is split at the characters of IFS, and the quotes are removed, in one walk
 * over the word as it was written. The lexer has seen to it that quotes and braces are balanced.
 *
 * Pathname expansion would begin in field_end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/sh/sh.h"

struct field {
    struct field *next;
    char *text;
};

struct expansion {
    struct shell *sh;
    struct field *fields, **place; /* those that are complete */
    size_t count;
    struct text text; /* the field that is being made */
    bool open;        /* there is one, though it may be empty */
    bool after_blank; /* IFS blanks have ended a field; one delimiter may still belong to them */
    bool splitting;   /* not in assignments, nor in targets */
    bool quoted;      /* between double quotes */
    bool none_at;     /* "$@" has stood there for no field */
    const char *ifs;
};

static void field_end(struct expansion *x)
{
    struct field *field = arena_alloc(&x->sh->arena, sizeof(*field));

    field->next = NULL;
    field->text = x->text.bytes;
    *x->place = field;
    x->place = &field->next;
    x->count++;
    x->open = x->after_blank = false;
    text_begin(&x->text, &x->sh->arena);
}

static void char_add(struct expansion *x, char c)
{
    text_add_char(&x->text, c);
    x->open = true;
    x->after_blank = false;
}

/*
 * Adds a character of an unquoted parameter. Blanks of IFS separate fields, together with at most
 * one other character of IFS; each further such character ends a field, be it empty.
 */
static void char_split(struct expansion *x, char c)
{
    if (!strchr(x->ifs, c)) {
        char_add(x, c);
    } else if (c == ' ' || c == '\t' || c == '\n') {
        if (x->open) {
            field_end(x);
            x->after_blank = true;
        }
    } else if (x->after_blank && !x->open) {
        x->after_blank = false;
    } else {
        field_end(x);
    }
}

static void value_add(struct expansion *x, const char *value)
{
    for (; *value; value++) {
        if (x->quoted || !x->splitting)
            char_add(x, *value);
        else
            char_split(x, *value);
    }
}

/* $* between quotes is one field; $@ there, and both outside, are one for each parameter. */
static void parameters_add(struct expansion *x, char which)
{
    char **parameters = x->sh->parameters;
    bool joined = !x->splitting || (x->quoted && which == '*');

    if (x->quoted && which == '@' && x->sh->parameter_count == 0)
        x->none_at = true;
    for (int i = 0; i < x->sh->parameter_count; i++) {
        if (i > 0 && joined && which == '@')
            char_add(x, ' ');
        else if (i > 0 && joined && *x->ifs)
            char_add(x, *x->ifs);
        else if (i > 0 && !joined && (x->open || x->quoted))
            field_end(x);
        value_add(x, parameters[i]);
        x->open |= x->quoted;
    }
}

static void number_add(struct expansion *x, long number)
{
    char digits[24];

    snprintf(digits, sizeof(digits), "%ld", number);
    value_add(x, digits);
}

static void positional_add(struct expansion *x, const char *name)
{
    unsigned long number = strtoul(name, NULL, 10);

    if (number == 0)
        value_add(x, x->sh->name);
    else if (number <= (unsigned long)x->sh->parameter_count)
        value_add(x, x->sh->parameters[number - 1]);
}

/* Adds what the parameter NAME stands for. One that isn't set is nothing. */
static void parameter_add(struct expansion *x, const char *name)
{
    const char *value;

    switch (name[0]) {
    case '?':
        return number_add(x, x->sh->status);
    case '$':
        return number_add(x, x->sh->pid);
    case '#':
        return number_add(x, x->sh->parameter_count);
    case '!':
        if (x->sh->background)
            number_add(x, x->sh->background);
        return;
    case '@':
    case '*':
        return parameters_add(x, name[0]);
    default:
        if (name[0] >= '0' && name[0] <= '9')
            return positional_add(x, name);
        value = variable_get(x->sh, name);
        if (value)
            value_add(x, value);
    }
}

/*
 * Expands the parameter after the '$' before TEXT: ${NAME}, $NAME, or $ and one special character.
 * A '$' before anything else is just that. Returns what follows.
 */
static const char *dollar_expand(struct expansion *x, const char *text)
{
    size_t length = name_length(text);
    const char *from = text;

    if (*text == '{') {
        from = text + 1;
        length = strcspn(from, "}");
    } else if (length == 0 && *text && strchr("@*#?$!0123456789", *text)) {
        length = 1;
    } else if (length == 0) {
        char_add(x, '$');
        return text;
    }
    parameter_add(x, arena_copy(&x->sh->arena, from, length));
    return from + length + (*text == '{');
}

/* Inside double quotes a backslash quotes only these; elsewhere, whatever follows it. */
static const char *backslash_expand(struct expansion *x, const char *text)
{
    if (*text == '\0' || (x->quoted && !strchr("$`\"\\", *text))) {
        char_add(x, '\\');
        return text;
    }
    char_add(x, *text);
    return text + 1;
}

/* A pair of quotes makes a field, even an empty one; unless all that it held was an empty "$@". */
static void quote_toggle(struct expansion *x)
{
    x->quoted = !x->quoted;
    if (x->quoted)
        x->none_at = false;
    else if (!x->none_at)
        x->open = true;
}

static void word_expand(struct expansion *x, const char *text)
{
    while (*text) {
        char c = *text++;

        if (c == '$') {
            text = dollar_expand(x, text);
        } else if (c == '\\') {
            text = backslash_expand(x, text);
        } else if (c == '"') {
            quote_toggle(x);
        } else if (c == '\'' && !x->quoted) {
            for (x->open = true; *text != '\''; text++)
                char_add(x, *text);
            text++;
        } else {
            char_add(x, c);
        }
    }
}

static void expansion_begin(struct expansion *x, struct shell *sh, bool splitting)
{
    const char *ifs = variable_get(sh, "IFS");

    *x = (struct expansion){.sh = sh, .splitting = splitting, .ifs = ifs ? ifs : " \t\n"};
    x->place = &x->fields;
    text_begin(&x->text, &sh->arena);
}

char **words_expand(struct shell *sh, const struct word *words)
{
    struct expansion x;
    char **arguments, **argument;

    expansion_begin(&x, sh, true);
    for (; words; words = words->next) {
        word_expand(&x, words->text);
        if (x.open)
            field_end(&x);
        x.after_blank = false;
    }
    argument = arguments = arena_alloc(&sh->arena, (x.count + 1) * sizeof(*arguments));
    for (const struct field *field = x.fields; field; field = field->next)
        *argument++ = field->text;
    *argument = NULL;
    return arguments;
}

char *text_expand(struct shell *sh, const char *text)
{
    struct expansion x;

    expansion_begin(&x, sh, false);
    word_expand(&x, text);
    return x.text.bytes;
}
