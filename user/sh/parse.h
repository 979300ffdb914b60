/* sh: what parse.c and compound.c share: the two halves of the parser. */
#ifndef LIMEN_USER_SH_PARSE_H
#define LIMEN_USER_SH_PARSE_H

#include "user/sh/syntax.h"

/* ---- parse.c ---- */

struct node *node_make(struct lexer *lexer, enum node_kind kind);
struct word *word_make(struct lexer *lexer, struct part *parts);
/* Reports the token at hand, unless the lexer has done so. Returns NULL. */
void *unexpected(struct lexer *lexer);
/* Is the token at hand this reserved word? */
bool reserved_peek(struct lexer *lexer, const char *word);
/* As above, and then takes it. */
bool reserved_take(struct lexer *lexer, const char *word);
void newlines_skip(struct lexer *lexer);
/* As long as the word at hand is an alias, its meaning takes its place. */
void aliases_replace(struct lexer *lexer);
struct node *command_parse(struct lexer *lexer);
/* The commands up to a word or operator that closes them; there must be one at least. */
struct node *compound_list_parse(struct lexer *lexer);

/* ---- compound.c ---- */

/* A command that begins with a reserved word or a parenthesis. */
struct node *compound_parse(struct lexer *lexer);
/* What stands after NAME, which looks like a simple command so far: the () of a function. */
struct node *function_parse(struct lexer *lexer, const struct node *name);

#endif
