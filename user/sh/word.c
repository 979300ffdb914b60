/*
 * sh: a word to its parts (POSIX, "Quoting" and "Word Expansions"). What is between quotes, braces
 * and parentheses is read by the same few functions, each calling the next further in; the text
 * between $( and ) is read by the parser itself, so that any quotes and parentheses in it are its
 * own.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "user/sh/syntax.h"

/* Where characters stand decides which of them are special. */
enum place {
    PLACE_WORD,
    PLACE_QUOTES,       /* "..." */
    PLACE_BRACE,        /* ${x-...}, and ${x#...} also between quotes */
    PLACE_BRACE_QUOTED, /* "${x-...}" */
    PLACE_ARITHMETIC,   /* $((...)) */
    PLACE_DOCUMENT,     /* a here-document */
};

/* The parts that are being made, and the text that will be the next one. */
struct builder {
    struct lexer *lexer;
    struct part *first, **end;
    struct text text;
    bool quoted; /* the text is */
};

struct part *part_make(struct lexer *lexer, enum part_kind kind, bool quoted)
{
    struct part *part = arena_alloc(&lexer->tree->arena, sizeof(*part));

    *part = (struct part){.kind = kind, .quoted = quoted};
    return part;
}

static void builder_begin(struct builder *builder, struct lexer *lexer)
{
    *builder = (struct builder){.lexer = lexer};
    builder->end = &builder->first;
    text_begin(&builder->text, &lexer->tree->arena);
}

static void part_add(struct builder *builder, struct part *part)
{
    *builder->end = part;
    builder->end = &part->next;
}

static void text_flush(struct builder *builder)
{
    struct part *part;

    if (builder->text.length == 0)
        return;
    part = part_make(builder->lexer, PART_TEXT, builder->quoted);
    part->text = builder->text.bytes;
    part_add(builder, part);
    text_begin(&builder->text, &builder->lexer->tree->arena);
}

static void char_add(struct builder *builder, int c, bool quoted)
{
    if (builder->quoted != quoted)
        text_flush(builder);
    builder->quoted = quoted;
    text_add_char(&builder->text, (char)c);
}

/* A pair of quotes without anything between them is an empty field. */
static void empty_quotes_add(struct builder *builder)
{
    struct part *part = part_make(builder->lexer, PART_TEXT, true);

    text_flush(builder);
    part->text = "";
    part_add(builder, part);
}

static bool place_is_quoted(enum place place)
{
    return place != PLACE_WORD && place != PLACE_BRACE;
}

static bool parts_read(struct builder *builder, enum place place);

/* Nothing is special up to the next single quote, not even a backslash. */
static bool single_quotes_read(struct builder *builder)
{
    size_t count = 0;

    for (int c; (c = source_take(builder->lexer->source)) != SOURCE_END; count++) {
        if (c == '\'') {
            if (count == 0)
                empty_quotes_add(builder);
            return true;
        }
        char_add(builder, c, true);
    }
    lexer_error(builder->lexer, "unterminated '");
    return false;
}

static bool double_quotes_read(struct builder *builder)
{
    struct part **end;

    text_flush(builder);
    end = builder->end;
    if (!parts_read(builder, PLACE_QUOTES))
        return false;
    if (lexer_char_take(builder->lexer) != '"') {
        lexer_error(builder->lexer, "unterminated \"");
        return false;
    }
    text_flush(builder);
    if (builder->end == end)
        empty_quotes_add(builder);
    return true;
}

/* Between quotes a backslash quotes only some characters; elsewhere, whatever follows it. */
static bool backslash_read(struct builder *builder, enum place place)
{
    int c = source_peek(builder->lexer->source, 0);
    bool quotes = c == '$' || c == '`' || c == '\\' || (c == '"' && place != PLACE_DOCUMENT) ||
                  (c == '}' && place == PLACE_BRACE_QUOTED);

    if (c == SOURCE_END || (place_is_quoted(place) && !quotes))
        char_add(builder, '\\', true);
    else
        char_add(builder, source_take(builder->lexer->source), true);
    return true;
}

/* $(...): the parser reads what is in it. */
static bool command_read(struct builder *builder, bool quoted)
{
    struct part *part = part_make(builder->lexer, PART_COMMAND, quoted);

    part_add(builder, part);
    return parse_substitution(builder->lexer, true, &part->command);
}

/* Reads up to the next backquote; a backslash before $ ` or \ goes, and before " in quotes. */
static bool backquotes_text(struct lexer *lexer, bool quoted, struct text *text)
{
    int c;

    while ((c = source_take(lexer->source)) != '`' && c != SOURCE_END) {
        if (c == '\\') {
            int next = source_peek(lexer->source, 0);

            if (next == '$' || next == '`' || next == '\\' || (next == '"' && quoted))
                c = source_take(lexer->source);
        }
        text_add_char(text, (char)c);
    }
    if (c == SOURCE_END)
        lexer_error(lexer, "unterminated `");
    return c != SOURCE_END;
}

static bool backquotes_read(struct builder *builder, bool quoted)
{
    struct lexer *outer = builder->lexer;
    struct part *part = part_make(outer, PART_COMMAND, quoted);
    unsigned line = outer->source->line;
    struct source source;
    struct lexer lexer = {.source = &source, .tree = outer->tree};
    struct text text;

    part_add(builder, part);
    text_begin(&text, &outer->tree->arena);
    if (!backquotes_text(outer, quoted, &text))
        return false;
    source_open_text(&source, outer->source->sh, text.bytes);
    source.line = line;

    bool parsed = parse_substitution(&lexer, false, &part->command);

    source_close(&source);
    return parsed;
}

static bool arithmetic_read(struct builder *builder, bool quoted)
{
    struct part *part = part_make(builder->lexer, PART_ARITHMETIC, quoted);
    struct builder inner;

    builder_begin(&inner, builder->lexer);
    if (!parts_read(&inner, PLACE_ARITHMETIC))
        return false;
    for (int i = 0; i < 2; i++) {
        if (lexer_char_take(builder->lexer) != ')') {
            lexer_error(builder->lexer, "$(( without ))");
            return false;
        }
    }
    text_flush(&inner);
    part->word = inner.first;
    part_add(builder, part);
    return true;
}

static bool is_special_parameter(int c)
{
    return c != SOURCE_END && c != '\0' && strchr("@*#?-$!", c);
}

/* Reads NAME, digits, or one special character. */
static bool parameter_name_read(struct lexer *lexer, struct text *name)
{
    int c = lexer_char_peek(lexer);

    if (is_special_parameter(c)) {
        text_add_char(name, (char)lexer_char_take(lexer));
    } else if (isdigit(c)) {
        while (isdigit(lexer_char_peek(lexer)))
            text_add_char(name, (char)lexer_char_take(lexer));
    } else {
        while ((c = lexer_char_peek(lexer)) == '_' || isalpha(c) || (name->length && isdigit(c)))
            text_add_char(name, (char)lexer_char_take(lexer));
    }
    return name->length > 0;
}

/* Reads the operation after the name in ${NAME...}, up to its word. */
static bool operation_read(struct lexer *lexer, struct part *part)
{
    static const struct {
        char letter;
        enum parameter_operation operation;
    } operations[] = {
        {'-', PARAMETER_DEFAULT},     {'=', PARAMETER_ASSIGN}, {'?', PARAMETER_ERROR},
        {'+', PARAMETER_ALTERNATIVE}, {'#', PARAMETER_PREFIX}, {'%', PARAMETER_SUFFIX},
    };
    int c = lexer_char_take(lexer);

    part->or_null = c == ':';
    if (part->or_null)
        c = lexer_char_take(lexer);
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        if (operations[i].letter == c)
            part->operation = operations[i].operation;
    }
    if ((c == '#' || c == '%') && lexer_char_peek(lexer) == c) {
        lexer_char_take(lexer);
        part->operation++; /* the longest */
    }
    return part->operation != PARAMETER_PLAIN && !(part->or_null && (c == '#' || c == '%'));
}

/* In ${#...} the # is an operation if a name and the brace follow; else it is the name. */
static bool is_length(struct lexer *lexer)
{
    int first = source_peek(lexer->source, 1);

    if (source_peek(lexer->source, 0) != '#' || first == '}')
        return false;
    if (is_special_parameter(first))
        return source_peek(lexer->source, 2) == '}';
    return first == '_' || isalnum(first);
}

/* Reads what is between the braces of ${...}. */
static bool brace_read(struct lexer *lexer, struct part *part)
{
    struct builder inner;
    struct text name;
    bool is_pattern;

    if (is_length(lexer)) {
        lexer_char_take(lexer);
        part->operation = PARAMETER_LENGTH;
    }
    text_begin(&name, &lexer->tree->arena);
    if (!parameter_name_read(lexer, &name))
        return false;
    part->text = name.bytes;
    if (part->operation == PARAMETER_LENGTH || lexer_char_peek(lexer) == '}')
        return lexer_char_take(lexer) == '}';
    if (!operation_read(lexer, part))
        return false;
    is_pattern = part->operation >= PARAMETER_PREFIX;
    builder_begin(&inner, lexer);
    if (!parts_read(&inner, part->quoted && !is_pattern ? PLACE_BRACE_QUOTED : PLACE_BRACE))
        return false;
    text_flush(&inner);
    part->word = inner.first;
    return lexer_char_take(lexer) == '}';
}

/* $NAME, or a '$' that is just that. */
static bool plain_parameter_read(struct builder *builder, bool quoted)
{
    struct lexer *lexer = builder->lexer;
    struct part *part;
    struct text name;

    text_begin(&name, &lexer->tree->arena);
    if (isdigit(lexer_char_peek(lexer))) {
        text_add_char(&name, (char)lexer_char_take(lexer));
    } else if (!parameter_name_read(lexer, &name)) {
        char_add(builder, '$', quoted);
        return true;
    }
    text_flush(builder);
    part = part_make(lexer, PART_PARAMETER, quoted);
    part->text = name.bytes;
    part_add(builder, part);
    return true;
}

/* Reads what follows a '$'. */
static bool dollar_read(struct builder *builder, bool quoted)
{
    struct lexer *lexer = builder->lexer;
    int c = lexer_char_peek(lexer);
    struct part *part;

    if (c != '(' && c != '{')
        return plain_parameter_read(builder, quoted);
    text_flush(builder);
    lexer_char_take(lexer);
    if (c == '(' && lexer_char_peek(lexer) == '(') {
        lexer_char_take(lexer);
        return arithmetic_read(builder, quoted);
    }
    if (c == '(')
        return command_read(builder, quoted);
    part = part_make(lexer, PART_PARAMETER, quoted);
    part_add(builder, part);
    if (brace_read(lexer, part))
        return true;
    lexer_error(lexer, "${%s: bad substitution", part->text ? part->text : "");
    return false;
}

static bool is_end(int c, enum place place, unsigned parentheses)
{
    switch (place) {
    case PLACE_WORD:
        return strchr(" \t\n|&;<>()", c);
    case PLACE_QUOTES:
        return c == '"';
    case PLACE_BRACE:
    case PLACE_BRACE_QUOTED:
        return c == '}';
    case PLACE_ARITHMETIC:
        return c == ')' && parentheses == 0;
    default:
        return false;
    }
}

/* Reads one character, or all of what it opens. */
static bool part_read(struct builder *builder, enum place place)
{
    bool quoted = place_is_quoted(place);
    int c = lexer_char_take(builder->lexer);

    switch (c) {
    case '\\':
        return backslash_read(builder, place);
    case '$':
        return dollar_read(builder, quoted);
    case '`':
        text_flush(builder);
        return backquotes_read(builder, quoted);
    case '\'':
        if (!quoted)
            return single_quotes_read(builder);
        break;
    case '"':
        if (place != PLACE_DOCUMENT && place != PLACE_ARITHMETIC)
            return double_quotes_read(builder);
        break;
    }
    char_add(builder, c, quoted);
    return true;
}

/* Reads parts up to the character that ends PLACE, which stays, or up to the end of the input. */
static bool parts_read(struct builder *builder, enum place place)
{
    unsigned parentheses = 0;

    for (int c; (c = lexer_char_peek(builder->lexer)) != SOURCE_END;) {
        if (is_end(c, place, parentheses))
            return true;
        parentheses += c == '(';
        parentheses -= c == ')' && parentheses > 0;
        if (!part_read(builder, place))
            return false;
    }
    return true;
}

bool word_read(struct lexer *lexer, struct part **parts)
{
    struct builder builder;

    builder_begin(&builder, lexer);
    if (!parts_read(&builder, PLACE_WORD))
        return false;
    text_flush(&builder);
    *parts = builder.first;
    return true;
}

bool document_parse(struct shell *sh, struct tree *tree, const char *text, unsigned line,
                    struct part **parts)
{
    struct source source;
    struct lexer lexer = {.source = &source, .tree = tree};
    struct builder builder;

    source_open_text(&source, sh, text);
    source.line = line;
    builder_begin(&builder, &lexer);

    bool parsed = parts_read(&builder, PLACE_DOCUMENT);

    text_flush(&builder);
    *parts = builder.first;
    source_close(&source);
    return parsed;
}
