/*
 * sh: characters to tokens (POSIX, "Token Recognition"), and here-documents, whose lines stand
 * between the tokens.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "user/sh/syntax.h"

/* Of those that begin alike the longer stand first: the longest that fits counts (rule 2). */
static const struct {
    const char *text;
    enum token_kind kind;
} operators[] = {
    {"&&", TOKEN_AND},
    {"&", TOKEN_BACKGROUND},
    {"||", TOKEN_OR},
    {"|", TOKEN_PIPE},
    {";;", TOKEN_ARM_END},
    {";", TOKEN_SEMICOLON},
    {"<<-", TOKEN_DOCUMENT_TABS},
    {"<<", TOKEN_DOCUMENT},
    {"<&", TOKEN_LESS_AND},
    {"<>", TOKEN_READ_WRITE},
    {"<", TOKEN_LESS},
    {">>", TOKEN_APPEND},
    {">&", TOKEN_GREAT_AND},
    {">|", TOKEN_CLOBBER},
    {">", TOKEN_GREAT},
    {"(", TOKEN_OPEN},
    {")", TOKEN_CLOSE},
};

void lexer_error(const struct lexer *lexer, const char *format, ...)
{
    const struct source *source = lexer->source;
    va_list arguments;

    if (source->sh->unwind != UNWIND_NONE)
        return; /* ^C has ended the input, which is no fault of the syntax */
    if (source->prompting)
        fprintf(stderr, "%s: syntax error: ", source->sh->name);
    else
        fprintf(stderr, "%s: line %u: syntax error: ", source->sh->name, source->line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

int lexer_char_peek(struct lexer *lexer)
{
    struct source *source = lexer->source;

    while (source_peek(source, 0) == '\\' && source_peek(source, 1) == '\n') {
        source->continuing = true;
        source_take(source);
        source_take(source);
    }
    return source_peek(source, 0);
}

int lexer_char_take(struct lexer *lexer)
{
    lexer_char_peek(lexer);
    return source_take(lexer->source);
}

const char *word_literal(const struct part *parts)
{
    if (!parts || parts->next || parts->kind != PART_TEXT || parts->quoted)
        return NULL;
    return parts->text;
}

/* Reads a word, or the one digit that says which descriptor the redirection after it means. */
static struct token word_token_read(struct lexer *lexer)
{
    struct token token = {.kind = TOKEN_WORD, .text = "word"};
    const char *literal;

    if (!word_read(lexer, &token.parts))
        return (struct token){.kind = TOKEN_ERROR};

    int c = lexer_char_peek(lexer);

    literal = word_literal(token.parts);
    if (literal)
        token.text = literal;
    if (literal && isdigit((unsigned char)literal[0]) && !literal[1] && (c == '<' || c == '>'))
        token.kind = TOKEN_NUMBER;
    return token;
}

/* The longest operator that stands here. */
static struct token operator_read(struct lexer *lexer)
{
    char taken[4] = {(char)lexer_char_take(lexer)};
    size_t length = 1, i = 0;

    for (;;) {
        int c = lexer_char_peek(lexer);

        taken[length] = (char)(c == SOURCE_END ? '\0' : c);
        for (i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
            if (taken[length] && strncmp(operators[i].text, taken, length + 1) == 0)
                break;
        }
        if (i == sizeof(operators) / sizeof(operators[0]))
            break;
        lexer_char_take(lexer);
        length++;
    }
    taken[length] = '\0';
    for (i = 0; strcmp(operators[i].text, taken) != 0; i++)
        ;
    return (struct token){.kind = operators[i].kind, .text = operators[i].text};
}

bool document_expect(struct lexer *lexer, struct redirection *redirection, struct part *delimiter,
                     bool strips_tabs)
{
    struct document *document = arena_alloc(&lexer->tree->arena, sizeof(*document));
    struct document **place = &lexer->documents;
    struct text text;

    text_begin(&text, &lexer->tree->arena);
    *document = (struct document){.redirection = redirection, .strips_tabs = strips_tabs};
    for (const struct part *part = delimiter; part; part = part->next) {
        if (part->kind != PART_TEXT) {
            lexer_error(lexer, "the end of a here-document is a plain word");
            return false;
        }
        document->quoted |= part->quoted;
        text_add(&text, part->text);
    }
    document->delimiter = text.bytes;
    while (*place)
        place = &(*place)->next;
    *place = document;
    return true;
}

/* Adds the next line, with its newline, to TEXT; false at the end of the input. */
static bool line_read(struct lexer *lexer, const struct document *document, struct text *text)
{
    int c;

    while (document->strips_tabs && source_peek(lexer->source, 0) == '\t')
        source_take(lexer->source);
    if (source_peek(lexer->source, 0) == SOURCE_END)
        return false;
    do {
        c = document->quoted ? source_take(lexer->source) : lexer_char_take(lexer);
        if (c == '\\' && !document->quoted && source_peek(lexer->source, 0) != '\n') {
            text_add_char(text, '\\');
            c = source_take(lexer->source);
        }
        if (c != SOURCE_END)
            text_add_char(text, (char)c);
    } while (c != '\n' && c != SOURCE_END);
    return true;
}

static bool is_delimiter(const struct document *document, const char *line)
{
    size_t length = strlen(document->delimiter);

    return strncmp(line, document->delimiter, length) == 0 &&
           (line[length] == '\0' || strcmp(line + length, "\n") == 0);
}

/* Reads the lines of one here-document. One that the input's end cuts short is complete (dash). */
static bool document_read(struct lexer *lexer, const struct document *document)
{
    struct redirection *redirection = document->redirection;
    unsigned line = lexer->source->line;
    struct text text;
    size_t begin = 0;

    text_begin(&text, &lexer->tree->arena);
    while (line_read(lexer, document, &text) && !is_delimiter(document, text.bytes + begin))
        begin = text.length;
    if (is_delimiter(document, text.bytes + begin))
        text.bytes[begin] = '\0';
    if (document->quoted) {
        redirection->target = part_make(lexer, PART_TEXT, true);
        redirection->target->text = text.bytes;
        return true;
    }
    return document_parse(lexer->source->sh, lexer->tree, text.bytes, line, &redirection->target);
}

/* The end of a line, or of all input: here the documents begin that the line has asked for. */
static struct token line_end_read(struct lexer *lexer)
{
    bool is_newline = source_take(lexer->source) == '\n';

    while (lexer->documents) {
        const struct document *document = lexer->documents;

        lexer->documents = document->next;
        if (!document_read(lexer, document))
            return (struct token){.kind = TOKEN_ERROR};
    }
    if (is_newline)
        return (struct token){.kind = TOKEN_NEWLINE, .text = "newline"};
    return (struct token){.kind = TOKEN_END, .text = "end of input"};
}

/* Passes over blanks and a comment; returns the character at which the next token begins. */
static int token_seek(struct lexer *lexer)
{
    int c;

    while ((c = lexer_char_peek(lexer)) == ' ' || c == '\t')
        lexer_char_take(lexer);
    if (c == '#') {
        while ((c = source_peek(lexer->source, 0)) != '\n' && c != SOURCE_END)
            source_take(lexer->source);
    }
    return c;
}

static struct token token_read(struct lexer *lexer)
{
    int c = token_seek(lexer);
    bool alias_blank = source_release_aliases(lexer->source);
    size_t begin = lexer->tree->script.length;
    struct token token;

    if (c == SOURCE_END || c == '\n') {
        token = line_end_read(lexer);
    } else {
        lexer->source->continuing = true;
        token = strchr("|&;<>()", c) ? operator_read(lexer) : word_token_read(lexer);
    }
    token.after_alias = alias_blank;
    token.begin = begin;
    token.end = lexer->tree->script.length;
    return token;
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
    lexer->end = token.end;
    return token;
}
