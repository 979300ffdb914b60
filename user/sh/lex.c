/*
 * sh: characters to tokens (POSIX, "Token Recognition"). A word is kept as it was written, quotes
 * and all; what it stands for is worked out when its command runs, by expand.c.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "user/sh/sh.h"

/* Of those that begin alike the longer stand first: the longest that fits counts (rule 2). */
static const struct {
    const char *text;
    enum token_kind kind;
} operators[] = {
    {"&&", TOKEN_AND},     {"&", TOKEN_BACKGROUND}, {"||", TOKEN_OR},
    {"|", TOKEN_PIPE},     {";;", TOKEN_OTHER},     {";", TOKEN_SEMICOLON},
    {"<<", TOKEN_OTHER},   {"<&", TOKEN_LESS_AND},  {"<>", TOKEN_READ_WRITE},
    {"<", TOKEN_LESS},     {">>", TOKEN_APPEND},    {">&", TOKEN_GREAT_AND},
    {">|", TOKEN_CLOBBER}, {">", TOKEN_GREAT},      {"(", TOKEN_OTHER},
    {")", TOKEN_OTHER},
};

void lexer_error(const struct lexer *lexer, const char *format, ...)
{
    const struct source *source = lexer->source;
    va_list arguments;

    if (source->prompting)
        fprintf(stderr, "%s: syntax error: ", source->sh->name);
    else
        fprintf(stderr, "%s: line %u: syntax error: ", source->sh->name, source->line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

/* The next character. A backslash and a newline together are none (POSIX, "Escape Character"). */
static int char_peek(struct lexer *lexer)
{
    struct source *source = lexer->source;

    while (source_peek(source, 0) == '\\' && source_peek(source, 1) == '\n') {
        source->continuing = true;
        source_take(source);
        source_take(source);
    }
    return source_peek(source, 0);
}

static int char_take(struct lexer *lexer)
{
    char_peek(lexer);
    return source_take(lexer->source);
}

static bool is_word_end(int c)
{
    return c == SOURCE_END || strchr(" \t\n|&;<>()", c);
}

/* Is NAME what may stand in ${NAME}? */
static bool is_parameter(const char *name)
{
    size_t length = strlen(name);

    if (length == 1 && strchr("@*#?$!", *name))
        return true;
    return length > 0 && (name_length(name) == length || strspn(name, "0123456789") == length);
}

/* Reads what follows a '$': with braces the parameter is checked here, before anything runs. */
static bool dollar_read(struct lexer *lexer, struct text *text)
{
    struct text name;
    int c = char_peek(lexer);

    if (c == '(') {
        lexer_error(lexer, "$(...) is not known to this shell");
        return false;
    }
    if (c != '{')
        return true;
    text_begin(&name, lexer->arena);
    char_take(lexer);
    while ((c = char_take(lexer)) != '}' && c != SOURCE_END && c != '\n')
        text_add_char(&name, (char)c);
    if (c != '}' || !is_parameter(name.bytes)) {
        lexer_error(lexer, "${%s}: bad substitution", name.bytes);
        return false;
    }
    text_add_char(text, '{');
    text_add(text, name.bytes);
    text_add_char(text, '}');
    return true;
}

/* Nothing is special up to the next single quote, not even a backslash. */
static bool single_quotes_read(struct lexer *lexer, struct text *text)
{
    int c;

    while ((c = source_take(lexer->source)) != SOURCE_END) {
        text_add_char(text, (char)c);
        if (c == '\'')
            return true;
    }
    lexer_error(lexer, "unterminated '");
    return false;
}

static bool word_char_read(struct lexer *lexer, struct text *text);

static bool double_quotes_read(struct lexer *lexer, struct text *text)
{
    for (int c; (c = char_peek(lexer)) != SOURCE_END;) {
        if (c == '"') {
            text_add_char(text, (char)char_take(lexer));
            return true;
        }
        if (c == '\'')
            text_add_char(text, (char)char_take(lexer));
        else if (!word_char_read(lexer, text))
            return false;
    }
    lexer_error(lexer, "unterminated \"");
    return false;
}

/* Reads one character of a word, or all of what it opens, as it is written. */
static bool word_char_read(struct lexer *lexer, struct text *text)
{
    int c = char_take(lexer);

    if (c == '`') {
        lexer_error(lexer, "`...` is not known to this shell");
        return false;
    }
    text_add_char(text, (char)c);
    switch (c) {
    case '\\':
        if (source_peek(lexer->source, 0) != SOURCE_END)
            text_add_char(text, (char)source_take(lexer->source));
        return true;
    case '\'':
        return single_quotes_read(lexer, text);
    case '"':
        return double_quotes_read(lexer, text);
    case '$':
        return dollar_read(lexer, text);
    default:
        return true;
    }
}

/* Reads a word, or the one digit that says which descriptor the redirection after it means. */
static struct token word_read(struct lexer *lexer)
{
    struct text text;
    int c;

    text_begin(&text, lexer->arena);
    while (!is_word_end(c = char_peek(lexer))) {
        if (!word_char_read(lexer, &text))
            return (struct token){TOKEN_ERROR, text.bytes};
    }
    if (text.length == 1 && isdigit((unsigned char)text.bytes[0]) && (c == '<' || c == '>'))
        return (struct token){TOKEN_NUMBER, text.bytes};
    return (struct token){TOKEN_WORD, text.bytes};
}

static struct token operator_read(struct lexer *lexer)
{
    int first = char_take(lexer), second = char_peek(lexer);
    size_t i = 0;

    while (operators[i].text[0] != first ||
           (operators[i].text[1] != '\0' && operators[i].text[1] != second))
        i++;
    if (operators[i].text[1] != '\0')
        char_take(lexer);
    return (struct token){operators[i].kind, operators[i].text};
}

/* Passes over blanks and a comment; returns the character at which the next token begins. */
static int token_seek(struct lexer *lexer)
{
    int c;

    while ((c = char_peek(lexer)) == ' ' || c == '\t')
        char_take(lexer);
    if (c == '#') {
        while ((c = source_peek(lexer->source, 0)) != '\n' && c != SOURCE_END)
            source_take(lexer->source);
    }
    return c;
}

static struct token token_read(struct lexer *lexer)
{
    int c = token_seek(lexer);

    if (c == SOURCE_END)
        return (struct token){TOKEN_END, "end of input"};
    if (c == '\n') {
        source_take(lexer->source);
        return (struct token){TOKEN_NEWLINE, "newline"};
    }
    lexer->source->continuing = true;
    return strchr("|&;<>()", c) ? operator_read(lexer) : word_read(lexer);
}

const struct token *lexer_peek(struct lexer *lexer)
{
    if (!lexer->peeked)
        lexer->token = token_read(lexer);
    lexer->peeked = true;
    return &lexer->token;
}

struct token lexer_take(struct lexer *lexer)
{
    struct token token = *lexer_peek(lexer);

    lexer->peeked = false;
    return token;
}
