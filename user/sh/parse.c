/*
 * sh: tokens to a tree (POSIX, "Shell Grammar"), by recursive descent: one function for each rule,
 * from the list down to the simple command. Each returns NULL after an error, which has been
 * reported.
 *
 * Compound commands (if, while, for, case, { }, ( ), functions) would begin in command_parse.
 */
#include <stdlib.h>
#include <string.h>

#include "user/sh/sh.h"

static const char *const reserved_words[] = {"!",    "{",    "}",     "case", "do",  "done",
                                             "elif", "else", "esac",  "fi",   "for", "if",
                                             "in",   "then", "until", "while"};

static struct node *node_make(struct lexer *lexer, enum node_kind kind)
{
    struct node *node = arena_alloc(lexer->arena, sizeof(*node));

    memset(node, 0, sizeof(*node));
    node->kind = kind;
    node->line = lexer->source->line;
    return node;
}

static struct node *pair_make(struct lexer *lexer, enum node_kind kind, struct node *left,
                              struct node *right)
{
    struct node *node = node_make(lexer, kind);

    node->pair.left = left;
    node->pair.right = right;
    return node;
}

static struct node *single_make(struct lexer *lexer, enum node_kind kind, struct node *body)
{
    struct node *node = node_make(lexer, kind);

    node->single.body = body;
    return node;
}

/* Reports the token at hand, unless the lexer has done so. */
static void *unexpected(struct lexer *lexer)
{
    const struct token *token = lexer_peek(lexer);

    if (token->kind != TOKEN_ERROR)
        lexer_error(lexer, "unexpected %s", token->text);
    return NULL;
}

static bool is_redirection(enum token_kind kind)
{
    return kind == TOKEN_NUMBER || (kind >= TOKEN_LESS && kind <= TOKEN_GREAT_AND);
}

/* io_redirect: [NUMBER] OPERATOR WORD. Without a number < means 0, and > means 1. */
static struct redirection *redirection_parse(struct lexer *lexer)
{
    struct redirection *redirection = arena_alloc(lexer->arena, sizeof(*redirection));
    struct token token = lexer_take(lexer);

    redirection->next = NULL;
    redirection->fd = -1;
    if (token.kind == TOKEN_NUMBER) {
        redirection->fd = token.text[0] - '0';
        token = lexer_take(lexer);
    }
    redirection->operation = token.kind;
    if (!is_redirection(token.kind) || lexer_peek(lexer)->kind != TOKEN_WORD)
        return unexpected(lexer);
    if (redirection->fd < 0)
        redirection->fd = token.text[0] == '<' ? 0 : 1;
    redirection->target = lexer_take(lexer).text;
    return redirection;
}

static struct word *word_make(struct lexer *lexer, const char *text)
{
    struct word *word = arena_alloc(lexer->arena, sizeof(*word));

    word->next = NULL;
    word->text = text;
    return word;
}

/* simple_command: assignments, words and redirections; an assignment comes before all words. */
static struct node *simple_parse(struct lexer *lexer)
{
    struct node *node = node_make(lexer, NODE_SIMPLE);
    struct word **assignment = &node->simple.assignments, **word = &node->simple.words;
    struct redirection **redirection = &node->simple.redirections;

    for (;;) {
        const struct token *token = lexer_peek(lexer);

        if (is_redirection(token->kind)) {
            *redirection = redirection_parse(lexer);
            if (!*redirection)
                return NULL;
            redirection = &(*redirection)->next;
        } else if (token->kind != TOKEN_WORD) {
            return token->kind == TOKEN_ERROR ? NULL : node;
        } else if (!node->simple.words && is_assignment(token->text)) {
            *assignment = word_make(lexer, lexer_take(lexer).text);
            assignment = &(*assignment)->next;
        } else {
            *word = word_make(lexer, lexer_take(lexer).text);
            word = &(*word)->next;
        }
    }
}

static bool is_reserved(const char *text)
{
    for (size_t i = 0; i < sizeof(reserved_words) / sizeof(reserved_words[0]); i++) {
        if (strcmp(text, reserved_words[i]) == 0)
            return true;
    }
    return false;
}

static struct node *command_parse(struct lexer *lexer)
{
    const struct token *token = lexer_peek(lexer);

    if (token->kind != TOKEN_WORD && !is_redirection(token->kind))
        return unexpected(lexer);
    if (token->kind == TOKEN_WORD && is_reserved(token->text)) {
        lexer_error(lexer, "%s is not known to this shell", token->text);
        return NULL;
    }
    return simple_parse(lexer);
}

static void newlines_skip(struct lexer *lexer)
{
    while (lexer_peek(lexer)->kind == TOKEN_NEWLINE)
        lexer_take(lexer);
}

/* pipeline: [!] command [| command]... A command alone stands for itself. */
static struct node *pipeline_parse(struct lexer *lexer)
{
    const struct token *token = lexer_peek(lexer);
    bool negated = token->kind == TOKEN_WORD && strcmp(token->text, "!") == 0;

    if (negated)
        lexer_take(lexer);

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

/* list: and_ors, each ended by ; or & or, the last one, by nothing. */
static struct node *list_parse(struct lexer *lexer)
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
        if (kind != TOKEN_BACKGROUND && kind != TOKEN_SEMICOLON)
            return list;
        lexer_take(lexer);
        kind = lexer_peek(lexer)->kind;
        if (kind == TOKEN_NEWLINE || kind == TOKEN_END)
            return list;
    }
}

enum parse_result parse_command(struct lexer *lexer, struct node **node)
{
    const struct token *token;

    *node = NULL;
    source_begin_command(lexer->source);
    token = lexer_peek(lexer);
    if (token->kind == TOKEN_END)
        return PARSE_END;
    if (token->kind == TOKEN_NEWLINE) {
        lexer_take(lexer);
        return PARSE_COMMAND;
    }
    *node = list_parse(lexer);
    token = lexer_peek(lexer);
    if (*node && token->kind != TOKEN_NEWLINE && token->kind != TOKEN_END)
        *node = unexpected(lexer);
    lexer_take(lexer);
    return *node ? PARSE_COMMAND : PARSE_ERROR;
}
