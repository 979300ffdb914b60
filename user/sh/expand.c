/*
 * sh: what a word stands for (POSIX, "Word Expansions"): its parts are put together to fields.
 * What came from a parameter or a command outside quotes is split at the characters of IFS, and a
 * field with * ? or [ outside quotes is replaced by the files that it matches. fnmatch(3), glob(3).
 *
 * Each field is made twice: as text, and as the pattern it may be, in which what was quoted has a
 * backslash before it.
 */
#include <fnmatch.h>
#include <glob.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "user/sh/run.h"

struct field {
    struct field *next;
    const char *text;
};

static void expansion_begin(struct expansion *x, struct shell *sh, bool splitting)
{
    const char *ifs = variable_get(sh, "IFS");

    *x = (struct expansion){.sh = sh, .splitting = splitting, .ifs = ifs ? ifs : " \t\n"};
    x->place = &x->fields;
    text_begin(&x->text, &sh->arena);
    text_begin(&x->pattern, &sh->arena);
}

static void field_add(struct expansion *x, const char *text)
{
    struct field *field = arena_alloc(&x->sh->arena, sizeof(*field));

    *field = (struct field){.text = text};
    *x->place = field;
    x->place = &field->next;
    x->count++;
}

/* Adds the files that the field matches; false if there are none, or it is no pattern. */
static bool matches_add(struct expansion *x)
{
    struct arena *arena = &x->sh->arena;
    glob_t matches;

    if (!x->is_pattern || x->sh->options[OPTION_NOGLOB])
        return false;
    if (glob(x->pattern.bytes, 0, NULL, &matches) != 0)
        return false;
    for (size_t i = 0; i < matches.gl_pathc; i++)
        field_add(x, arena_copy(arena, matches.gl_pathv[i], strlen(matches.gl_pathv[i])));
    globfree(&matches);
    return true;
}

void field_end(struct expansion *x)
{
    if (!x->splitting || !matches_add(x))
        field_add(x, x->text.bytes);
    x->open = x->after_blank = x->is_pattern = false;
    text_begin(&x->text, &x->sh->arena);
    text_begin(&x->pattern, &x->sh->arena);
}

/* A backslash that comes from a parameter quotes in a pattern, and is itself otherwise (dash). */
static void char_add(struct expansion *x, char c, bool quoted)
{
    size_t length = x->pattern.length;
    bool after_backslash = length > 0 && x->pattern.bytes[length - 1] == '\\' &&
                           (length < 2 || x->pattern.bytes[length - 2] != '\\');

    text_add_char(&x->text, c);
    if (quoted && strchr("*?[]\\!-^", c))
        text_add_char(&x->pattern, '\\');
    else if (!after_backslash && strchr("*?[", c))
        x->is_pattern = true;
    text_add_char(&x->pattern, c);
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
        char_add(x, c, false);
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

void value_add(struct expansion *x, const char *value, bool quoted)
{
    for (; *value; value++) {
        if (quoted || !x->splitting)
            char_add(x, *value, quoted);
        else
            char_split(x, *value);
    }
    x->open |= quoted;
}

static void substitution_add(struct expansion *x, const struct part *part)
{
    struct text text;

    text_begin(&text, &x->sh->arena);
    if (part->command)
        substitution_run(x->sh, part->command, &text);
    else
        x->sh->substitution = 0;
    value_add(x, text.bytes, part->quoted);
}

static void arithmetic_add(struct expansion *x, const struct part *part)
{
    const char *expression = parts_expand(x->sh, part->word);
    char digits[24];

    if (x->sh->unwind)
        return;
    snprintf(digits, sizeof(digits), "%jd", arithmetic_evaluate(x->sh, expression));
    value_add(x, digits, part->quoted);
}

/* Text is not split as it stands there; the WORD of ${NAME-WORD} is, like the value it stands for.
 */
static void text_char_add(struct expansion *x, char c, bool quoted)
{
    if (x->in_parameter && x->splitting && !quoted)
        char_split(x, c);
    else
        char_add(x, c, quoted);
}

static void text_part_add(struct expansion *x, const char *text, bool quoted)
{
    for (; *text; text++)
        text_char_add(x, *text, quoted);
    x->open |= quoted;
}

static void parts_add(struct expansion *x, const struct part *part)
{
    for (; part && !x->sh->unwind; part = part->next) {
        switch (part->kind) {
        case PART_TEXT:
            text_part_add(x, part->text, part->quoted);
            break;
        case PART_PARAMETER:
            parameter_add(x, part);
            break;
        case PART_COMMAND:
            substitution_add(x, part);
            break;
        case PART_ARITHMETIC:
            arithmetic_add(x, part);
            break;
        }
    }
}

/* The folder that ~NAME means: HOME without a name. NULL if there is none. */
static const char *home_find(struct shell *sh, const char *name)
{
    const struct passwd *entry;

    if (*name == '\0')
        return variable_get(sh, "HOME");
    entry = getpwnam(name);
    return entry ? entry->pw_dir : NULL;
}

/*
 * Adds the folder that the ~ at TEXT stands for, up to a slash or, in a value, a colon. Returns
 * what is behind it; TEXT if it is no such ~.
 */
static const char *tilde_add(struct expansion *x, const char *text, bool is_last, bool in_value)
{
    size_t length = strcspn(text, in_value ? "/:" : "/");
    const char *home;

    if (text[0] != '~' || (text[length] == '\0' && !is_last))
        return text;
    home = home_find(x->sh, arena_copy(&x->sh->arena, text + 1, length - 1));
    if (!home)
        return text;
    value_add(x, home, true);
    return text + length;
}

void word_add(struct expansion *x, const struct part *part, bool in_value)
{
    bool begins = true;

    for (; part && !x->sh->unwind; part = part->next) {
        struct part alone = *part;
        const char *text = part->text;

        alone.next = NULL;
        if (part->kind != PART_TEXT || part->quoted) {
            parts_add(x, &alone);
            begins = false;
            continue;
        }
        if (begins)
            text = tilde_add(x, text, !part->next, in_value);
        for (; *text; text++) {
            text_char_add(x, *text, false);
            if (in_value && *text == ':')
                text = tilde_add(x, text + 1, !part->next, true) - 1;
        }
        begins = in_value && part->text[0] && text[-1] == ':';
    }
}

char **words_expand(struct shell *sh, const struct word *words, size_t *count)
{
    struct expansion x;
    char **arguments, **argument;

    expansion_begin(&x, sh, true);
    for (; words && !sh->unwind; words = words->next) {
        word_add(&x, words->parts, false);
        if (x.open)
            field_end(&x);
        x.after_blank = false;
    }
    argument = arguments = arena_alloc(&sh->arena, (x.count + 1) * sizeof(*arguments));
    for (const struct field *field = x.fields; field; field = field->next)
        *argument++ = arena_copy(&sh->arena, field->text, strlen(field->text));
    *argument = NULL;
    *count = x.count;
    return arguments;
}

char *parts_expand(struct shell *sh, const struct part *parts)
{
    struct expansion x;

    expansion_begin(&x, sh, false);
    word_add(&x, parts, false);
    return x.text.bytes;
}

char *value_expand(struct shell *sh, const struct part *parts)
{
    struct expansion x;

    expansion_begin(&x, sh, false);
    word_add(&x, parts, true);
    return x.text.bytes;
}

char *pattern_expand(struct shell *sh, const struct part *parts)
{
    struct expansion x;

    expansion_begin(&x, sh, false);
    word_add(&x, parts, false);
    return x.pattern.bytes;
}

/* $? is, after it, what it was before; an error in it leaves the prompt as it is written. */
char *prompt_expand(struct shell *sh, const char *name)
{
    const char *value = variable_get(sh, name);
    char *prompt = arena_copy(&sh->arena, value ? value : "", value ? strlen(value) : 0);
    int status = sh->status;
    struct tree *tree = tree_make();
    struct part *parts;

    if (document_parse(sh, tree, prompt, 1, &parts)) {
        char *expanded = parts_expand(sh, parts);

        if (sh->unwind == UNWIND_NONE)
            prompt = expanded;
    }
    if (sh->unwind == UNWIND_ABANDON)
        sh->unwind = UNWIND_NONE;
    sh->status = status;
    tree_release(tree);
    return prompt;
}
