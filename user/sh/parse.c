/*
 * sh: tokens to a tree (POSIX, "Shell Grammar"), by recursive descent: one function for each rule,
 * from the list down to the simple command; compound.c has if, loops, case and functions. Each
 * returns NULL after an error, which has been reported.
 */
#include <stdlib.h>
#include <string.h>

#include "user/sh/parse.h"

static const char *const reserved_words[] = {"!",    "{",    "}",     "case", "do",  "done",
                                             "elif", "else", "esac",  "fi",   "for", "if",
                                             "in",   "then", "until", "while"};

struct tree *tree_make(void)
{
    struct tree *tree = memory_alloc(sizeof(*tree));

    *tree = (struct tree){.references = 1};
    text_begin(&tree->script, &tree->arena);
    return tree;
}

void tree_release(struct tree *tree)
{
    if (--tree->references > 0)
        return;
    arena_release(&tree->arena, (struct arena_mark){NULL, 0});
    free(tree);
}

struct node *node_make(struct lexer *lexer, enum node_kind kind)
{
    struct node *node = arena_alloc(&lexer->tree->arena, sizeof(*node));

    memset(node, 0, sizeof(*node));
    node->kind = kind;
    node->line = lexer->source->line;
    node->tree = lexer->tree;
    node->begin = lexer->peeked ? lexer->token.begin : lexer->end;
    return node;
}

static struct node *pair_make(struct lexer *lexer, enum node_kind kind, struct node *left,
                              struct node *right)
{
    struct node *node = node_make(lexer, kind);

    node->begin = left->begin;
    node->end = lexer->end;
    node->pair.left = left;
    node->pair.right = right;
    return node;
}

static struct node *single_make(struct lexer *lexer, enum node_kind kind, struct node *body)
{
    struct node *node = node_make(lexer, kind);

    node->begin = body->begin;
    node->end = lexer->end;
    node->single.body = body;
    return node;
}

void *unexpected(struct lexer *lexer)
{
    const struct token *token = lexer_peek(lexer);

    if (token->kind != TOKEN_ERROR)
        lexer_error(lexer, "unexpected %s", token->text);
    return NULL;
}

bool reserved_peek(struct lexer *lexer, const char *word)
{
    const struct token *token = lexer_peek(lexer);
    const char *literal = token->kind == TOKEN_WORD ? word_literal(token->parts) : NULL;

    return literal && strcmp(literal, word) == 0;
}

bool reserved_take(struct lexer *lexer, const char *word)
{
    if (!reserved_peek(lexer, word))
        return false;
    lexer_take(lexer);
    return true;
}

bool is_reserved(const char *text)
{
    for (size_t i = 0; i < sizeof(reserved_words) / sizeof(reserved_words[0]); i++) {
        if (strcmp(text, reserved_words[i]) == 0)
            return true;
    }
    return false;
}

void newlines_skip(struct lexer *lexer)
{
    while (lexer_peek(lexer)->kind == TOKEN_NEWLINE)
        lexer_take(lexer);
}

struct word *word_make(struct lexer *lexer, struct part *parts)
{
    struct word *word = arena_alloc(&lexer->tree->arena, sizeof(*word));

    word->next = NULL;
    word->parts = parts;
    return word;
}

/* Is the word at hand an alias? Then its meaning is what is read next. */
static bool alias_replace(struct lexer *lexer)
{
    const struct token *token = lexer_peek(lexer);
    const char *literal = token->kind == TOKEN_WORD ? word_literal(token->parts) : NULL;
    struct alias *alias = literal ? alias_find(lexer->source->sh, literal) : NULL;

    if (!alias || alias->in_use)
        return false;
    lexer->peeked = false;
    lexer->tree->script.length = token->begin;
    source_inset(lexer->source, arena_alloc(&lexer->tree->arena, sizeof(struct inset)), alias);
    return true;
}

void aliases_replace(struct lexer *lexer)
{
    while (alias_replace(lexer))
        ;
}

static bool is_redirection(enum token_kind kind)
{
    return kind == TOKEN_NUMBER || (kind >= TOKEN_LESS && kind <= TOKEN_DOCUMENT_TABS);
}

static enum redirection_kind redirection_kind(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_LESS:
        return REDIRECT_READ;
    case TOKEN_GREAT:
        return REDIRECT_WRITE;
    case TOKEN_APPEND:
        return REDIRECT_APPEND;
    case TOKEN_READ_WRITE:
        return REDIRECT_READ_WRITE;
    case TOKEN_CLOBBER:
        return REDIRECT_CLOBBER;
    case TOKEN_DOCUMENT:
    case TOKEN_DOCUMENT_TABS:
        return REDIRECT_DOCUMENT;
    default:
        return REDIRECT_COPY;
    }
}

/* io_redirect: [NUMBER] OPERATOR WORD. Without a number < means 0, and > means 1. */
static struct redirection *redirection_parse(struct lexer *lexer)
{
    struct redirection *redirection = arena_alloc(&lexer->tree->arena, sizeof(*redirection));
    struct token token = lexer_take(lexer), target;

    *redirection = (struct redirection){.fd = -1};
    if (token.kind == TOKEN_NUMBER) {
        redirection->fd = token.text[0] - '0';
        token = lexer_take(lexer);
    }
    if (lexer_peek(lexer)->kind != TOKEN_WORD && lexer_peek(lexer)->kind != TOKEN_NUMBER)
        return unexpected(lexer);
    target = lexer_take(lexer);
    if (redirection->fd < 0)
        redirection->fd = token.text[0] == '<' ? 0 : 1;
    redirection->kind = redirection_kind(token.kind);
    redirection->target = target.parts;
    if (redirection->kind == REDIRECT_DOCUMENT &&
        !document_expect(lexer, redirection, target.parts, token.kind == TOKEN_DOCUMENT_TABS))
        return NULL;
    return redirection;
}

/* redirect_list: those that stand here, put at the end of *PLACE. */
static bool redirections_parse(struct lexer *lexer, struct redirection **place)
{
    while (*place)
        place = &(*place)->next;
    while (is_redirection(lexer_peek(lexer)->kind)) {
        *place = redirection_parse(lexer);
        if (!*place)
            return false;
        place = &(*place)->next;
    }
    return lexer_peek(lexer)->kind != TOKEN_ERROR;
}

/* A word NAME=value: what stands before the = is plain. NULL if the word is none. */
static struct assignment *assignment_make(struct lexer *lexer, const struct part *parts)
{
    size_t length =
        parts && parts->kind == PART_TEXT && !parts->quoted ? name_length(parts->text) : 0;
    struct assignment *assignment;
    struct part *rest;

    if (length == 0 || parts->text[length] != '=')
        return NULL;
    assignment = arena_alloc(&lexer->tree->arena, sizeof(*assignment));
    rest = part_make(lexer, PART_TEXT, false);
    rest->text = parts->text + length + 1;
    rest->next = parts->next;
    *assignment = (struct assignment){.value = *rest->text ? rest : rest->next};
    assignment->name = arena_copy(&lexer->tree->arena, parts->text, length);
    return assignment;
}

/* simple_command: assignments, words and redirections; an assignment comes before all words. */
static struct node *simple_parse(struct lexer *lexer)
{
    struct node *node = node_make(lexer, NODE_SIMPLE);
    struct assignment **assignments = &node->simple.assignments;
    struct word **words = &node->simple.words;

    for (;;) {
        struct assignment *assignment = NULL;

        if (!redirections_parse(lexer, &node->redirections))
            return NULL;
        if (!node->simple.words || lexer_peek(lexer)->after_alias)
            aliases_replace(lexer);
        if (is_redirection(lexer_peek(lexer)->kind))
            continue;
        if (lexer_peek(lexer)->kind != TOKEN_WORD)
            break;
        if (!node->simple.words)
            assignment = assignment_make(lexer, lexer_peek(lexer)->parts);
        if (assignment) {
            lexer_take(lexer);
            *assignments = assignment;
            assignments = &assignment->next;
            continue;
        }
        *words = word_make(lexer, lexer_take(lexer).parts);
        if (*words == node->simple.words && lexer_peek(lexer)->kind == TOKEN_OPEN)
            return function_parse(lexer, node);
        words = &(*words)->next;
    }
    if (!node->simple.words && !node->simple.assignments && !node->redirections)
        return unexpected(lexer);
    return lexer_peek(lexer)->kind == TOKEN_ERROR ? NULL : node;
}

/* command: a compound one with its redirections, a function definition, or a simple one. */
struct node *command_parse(struct lexer *lexer)
{
    struct node *node = NULL;

    aliases_replace(lexer);

    const struct token *token = lexer_peek(lexer);
    const char *literal = token->kind == TOKEN_WORD ? word_literal(token->parts) : NULL;
    size_t begin = token->begin;

    if (token->kind == TOKEN_OPEN || (literal && is_reserved(literal))) {
        node = compound_parse(lexer);
        if (node && !redirections_parse(lexer, &node->redirections))
            return NULL;
    } else {
        node = simple_parse(lexer);
    }
    if (node) {
        node->begin = begin;
        node->end = lexer->end;
    }
    return node;
}

/* pipeline: [!] command [| command]... A command alone stands for itself. */
static struct node *pipeline_parse(struct lexer *lexer)
{
    bool negated;

    aliases_replace(lexer);
    negated = reserved_take(lexer, "!");

    struct node *first = command_parse(lexer), *last = first, *node = first;

    while (last && lexer_peek(lexer)->kind == TOKEN_PIPE) {
        lexer_take(lexer);
        newlines_skip(lexer);
        last = last->next = command_parse(lexer);
    }
    if (!last)
        return NULL;
    if (first != last) {
        node = node_make(lexer, NODE_PIPELINE);
        node->pipeline.members = first;
        node->line = first->line;
        node->begin = first->begin;
        node->end = lexer->end;
    }
    return negated ? single_make(lexer, NODE_NOT, node) : node;
}

/* and_or: pipelines joined by && and ||, which bind alike and from the left. */
static struct node *and_or_parse(struct lexer *lexer)
{
    struct node *left = pipeline_parse(lexer);

    while (left) {
        enum token_kind kind = lexer_peek(lexer)->kind;

        if (kind != TOKEN_AND && kind != TOKEN_OR)
            break;
        lexer_take(lexer);
        newlines_skip(lexer);

        struct node *right = pipeline_parse(lexer);

        if (!right)
            return NULL;
        left = pair_make(lexer, kind == TOKEN_AND ? NODE_AND : NODE_OR, left, right);
    }
    return left;
}

/* Does a list end here: by what no command can begin with? */
static bool is_list_end(struct lexer *lexer)
{
    static const char *const closing[] = {"then", "do", "done", "elif", "else", "esac", "fi", "}"};
    const struct token *token = lexer_peek(lexer);

    for (size_t i = 0; i < sizeof(closing) / sizeof(closing[0]); i++) {
        if (reserved_peek(lexer, closing[i]))
            return true;
    }
    return token->kind == TOKEN_END || token->kind == TOKEN_CLOSE || token->kind == TOKEN_ARM_END;
}

/*
 * list: and_ors, each ended by ; or & or, the last one, by nothing. In a compound command newlines
 * end them too; elsewhere the first newline is behind the list.
 */
static struct node *list_parse(struct lexer *lexer, bool compound)
{
    struct node *list = NULL, **place = &list;

    for (;;) {
        struct node *node = and_or_parse(lexer);
        enum token_kind kind = lexer_peek(lexer)->kind;

        if (!node)
            return NULL;
        if (kind == TOKEN_BACKGROUND)
            node = single_make(lexer, NODE_BACKGROUND, node);
        *place = pair_make(lexer, NODE_SEQUENCE, node, NULL);
        place = &(*place)->pair.right;
        if (kind == TOKEN_BACKGROUND || kind == TOKEN_SEMICOLON)
            lexer_take(lexer);
        else if (kind != TOKEN_NEWLINE || !compound)
            return list;
        if (compound)
            newlines_skip(lexer);
        if (is_list_end(lexer) || lexer_peek(lexer)->kind == TOKEN_NEWLINE)
            return list;
    }
}

struct node *compound_list_parse(struct lexer *lexer)
{
    newlines_skip(lexer);
    return list_parse(lexer, true);
}

bool parse_substitution(struct lexer *lexer, bool parenthesized, struct node **node)
{
    *node = NULL;
    newlines_skip(lexer);
    if (!is_list_end(lexer)) {
        *node = list_parse(lexer, true);
        if (!*node)
            return false;
    }
    if (lexer_peek(lexer)->kind != (parenthesized ? TOKEN_CLOSE : TOKEN_END)) {
        unexpected(lexer);
        return false;
    }
    lexer_take(lexer);
    return true;
}

enum parse_result parse_command(struct lexer *lexer, struct node **node)
{
    const struct token *token;

    *node = NULL;
    source_begin_command(lexer->source, lexer->tree);
    aliases_replace(lexer); /* the meaning may be nothing but a comment */
    token = lexer_peek(lexer);
    if (token->kind == TOKEN_END)
        return PARSE_END;
    if (token->kind == TOKEN_NEWLINE) {
        lexer_take(lexer);
        return PARSE_COMMAND;
    }
    *node = list_parse(lexer, false);
    if (!*node)
        return PARSE_ERROR;
    token = lexer_peek(lexer);
    if (token->kind != TOKEN_NEWLINE && token->kind != TOKEN_END) {
        *node = unexpected(lexer);
        return PARSE_ERROR;
    }
    return PARSE_COMMAND;
}
