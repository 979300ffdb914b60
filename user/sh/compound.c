/*
 * sh: the compound commands: ( ), { }, if, while, until, for, case; and function definitions
 * (POSIX, "Compound Commands").
 */
#include <string.h>

#include "user/sh/parse.h"

/* Takes the word that must stand here. */
static bool reserved_expect(struct lexer *lexer, const char *word)
{
    if (reserved_take(lexer, word))
        return true;
    unexpected(lexer);
    return false;
}

/* BEGIN list END */
static struct node *enclosed_parse(struct lexer *lexer, const char *begin, const char *end)
{
    struct node *list;

    if (!reserved_expect(lexer, begin))
        return NULL;
    list = compound_list_parse(lexer);
    return list && reserved_expect(lexer, end) ? list : NULL;
}

static struct node *group_parse(struct lexer *lexer)
{
    struct node *node = node_make(lexer, NODE_GROUP);

    node->single.body = enclosed_parse(lexer, "{", "}");
    return node->single.body ? node : NULL;
}

static struct node *subshell_parse(struct lexer *lexer)
{
    struct node *node = node_make(lexer, NODE_SUBSHELL);

    lexer_take(lexer);
    node->single.body = compound_list_parse(lexer);
    if (!node->single.body)
        return NULL;
    if (lexer_peek(lexer)->kind != TOKEN_CLOSE)
        return unexpected(lexer);
    lexer_take(lexer);
    return node;
}

/* if list then list [elif list then list]... [else list] fi; the word `if` or `elif` is next. */
static struct node *if_parse(struct lexer *lexer)
{
    struct node *node = node_make(lexer, NODE_IF);

    lexer_take(lexer);
    node->branch.condition = compound_list_parse(lexer);
    if (!node->branch.condition || !reserved_expect(lexer, "then"))
        return NULL;
    node->branch.body = compound_list_parse(lexer);
    if (!node->branch.body)
        return NULL;
    if (reserved_peek(lexer, "elif")) {
        node->branch.otherwise = if_parse(lexer);
        return node->branch.otherwise ? node : NULL;
    }
    if (reserved_take(lexer, "else")) {
        node->branch.otherwise = compound_list_parse(lexer);
        if (!node->branch.otherwise)
            return NULL;
    }
    return reserved_expect(lexer, "fi") ? node : NULL;
}

/* while list do list done */
static struct node *while_parse(struct lexer *lexer, enum node_kind kind)
{
    struct node *node = node_make(lexer, kind);

    lexer_take(lexer);
    node->branch.condition = compound_list_parse(lexer);
    if (!node->branch.condition)
        return NULL;
    node->branch.body = enclosed_parse(lexer, "do", "done");
    return node->branch.body ? node : NULL;
}

/* The words after `in`, up to a ; or a newline. */
static bool for_words_parse(struct lexer *lexer, struct word **words)
{
    while (lexer_peek(lexer)->kind == TOKEN_WORD) {
        *words = word_make(lexer, lexer_take(lexer).parts);
        words = &(*words)->next;
    }
    if (lexer_peek(lexer)->kind != TOKEN_SEMICOLON && lexer_peek(lexer)->kind != TOKEN_NEWLINE)
        return unexpected(lexer);
    lexer_take(lexer);
    return true;
}

/* for name [in word...] do list done */
static struct node *for_parse(struct lexer *lexer)
{
    struct node *node = node_make(lexer, NODE_FOR);
    const char *name;

    lexer_take(lexer);
    name = lexer_peek(lexer)->kind == TOKEN_WORD ? word_literal(lexer_peek(lexer)->parts) : NULL;
    if (!name || !is_name(name))
        return unexpected(lexer);
    node->loop.name = name;
    lexer_take(lexer);
    if (lexer_peek(lexer)->kind == TOKEN_SEMICOLON)
        lexer_take(lexer);
    newlines_skip(lexer);
    node->loop.has_words = reserved_take(lexer, "in");
    if (node->loop.has_words && !for_words_parse(lexer, &node->loop.words))
        return NULL;
    newlines_skip(lexer);
    node->loop.body = enclosed_parse(lexer, "do", "done");
    return node->loop.body ? node : NULL;
}

/* [(] pattern [| pattern]... ) [list] ;; The last arm may do without the ;; */
static struct arm *arm_parse(struct lexer *lexer)
{
    struct arm *arm = arena_alloc(&lexer->tree->arena, sizeof(*arm));
    struct word **pattern = &arm->patterns;

    memset(arm, 0, sizeof(*arm));
    if (lexer_peek(lexer)->kind == TOKEN_OPEN)
        lexer_take(lexer);
    for (;;) {
        if (lexer_peek(lexer)->kind != TOKEN_WORD)
            return unexpected(lexer);
        *pattern = word_make(lexer, lexer_take(lexer).parts);
        pattern = &(*pattern)->next;
        if (lexer_peek(lexer)->kind != TOKEN_PIPE)
            break;
        lexer_take(lexer);
    }
    if (lexer_peek(lexer)->kind != TOKEN_CLOSE)
        return unexpected(lexer);
    lexer_take(lexer);
    newlines_skip(lexer);
    if (lexer_peek(lexer)->kind != TOKEN_ARM_END && !reserved_peek(lexer, "esac")) {
        arm->body = compound_list_parse(lexer);
        if (!arm->body)
            return NULL;
    }
    if (lexer_peek(lexer)->kind == TOKEN_ARM_END)
        lexer_take(lexer);
    else if (!reserved_peek(lexer, "esac"))
        return unexpected(lexer);
    newlines_skip(lexer);
    return arm;
}

/* case word in [arm]... esac */
static struct node *case_parse(struct lexer *lexer)
{
    struct node *node = node_make(lexer, NODE_CASE);
    struct arm **arm = &node->choice.arms;

    lexer_take(lexer);
    if (lexer_peek(lexer)->kind != TOKEN_WORD)
        return unexpected(lexer);
    node->choice.word = lexer_take(lexer).parts;
    newlines_skip(lexer);
    if (!reserved_expect(lexer, "in"))
        return NULL;
    newlines_skip(lexer);
    while (!reserved_take(lexer, "esac")) {
        *arm = arm_parse(lexer);
        if (!*arm)
            return NULL;
        arm = &(*arm)->next;
    }
    return node;
}

struct node *compound_parse(struct lexer *lexer)
{
    if (lexer_peek(lexer)->kind == TOKEN_OPEN)
        return subshell_parse(lexer);
    if (reserved_peek(lexer, "{"))
        return group_parse(lexer);
    if (reserved_peek(lexer, "if"))
        return if_parse(lexer);
    if (reserved_peek(lexer, "while"))
        return while_parse(lexer, NODE_WHILE);
    if (reserved_peek(lexer, "until"))
        return while_parse(lexer, NODE_UNTIL);
    if (reserved_peek(lexer, "for"))
        return for_parse(lexer);
    if (reserved_peek(lexer, "case"))
        return case_parse(lexer);
    return unexpected(lexer);
}

/* NAME ( ) compound-command [redirection]... The body may be any command, as with dash. */
struct node *function_parse(struct lexer *lexer, const struct node *name)
{
    const char *literal = word_literal(name->simple.words->parts);
    struct node *node = node_make(lexer, NODE_FUNCTION);

    if (!literal || !is_name(literal) || name->simple.assignments || name->redirections)
        return unexpected(lexer);
    lexer_take(lexer);
    if (lexer_peek(lexer)->kind != TOKEN_CLOSE)
        return unexpected(lexer);
    lexer_take(lexer);
    newlines_skip(lexer);
    node->function.name = literal;
    node->function.body = command_parse(lexer);
    return node->function.body ? node : NULL;
}
