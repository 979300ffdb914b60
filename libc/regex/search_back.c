/*
 * Where a regular expression with back-references matches. There is no quick way: all ways are
 * tried, and the first of the longest counts. What is still to be matched behind a node is a list
 * on the stack.
 */
#include "libc/regex/program.h"

#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEPTH_MAX = 20000
};

struct attempt {
    const struct re_program *program;
    const struct re_text *text;
    struct re_span *now, *best; /* the groups, from 0 */
    size_t groups, depth;
    bool found, too_deep;
};

/* What comes behind: a node, the end of a group, or one more turn of a repetition. */
struct rest {
    enum {
        REST_NODE,
        REST_GROUP_ENDS,
        REST_TURN
    } what;
    size_t node, start;
    const struct rest *next;
};

static void node_try(struct attempt *attempt, size_t node, size_t at, const struct rest *rest);

static void turn_try(struct attempt *attempt, size_t node, size_t at, const struct rest *rest)
{
    struct rest turn = {REST_TURN, node, at, rest};

    node_try(attempt, node - 1, at, &turn);
}

/* All is matched: is it the longest so far? */
static void match_note(struct attempt *attempt, size_t end)
{
    if (attempt->found && end <= attempt->best[0].end)
        return;
    attempt->found = true;
    attempt->now[0].end = end;
    memcpy(attempt->best, attempt->now, attempt->groups * sizeof(attempt->now[0]));
}

static void rest_try(struct attempt *attempt, size_t at, const struct rest *rest)
{
    struct re_span *group, before;

    if (!rest) {
        match_note(attempt, at);
    } else if (rest->what == REST_NODE) {
        node_try(attempt, rest->node, at, rest->next);
    } else if (rest->what == REST_GROUP_ENDS) {
        group = &attempt->now[attempt->program->nodes[rest->node].value];
        before = *group;
        *group = (struct re_span){rest->start, at};
        rest_try(attempt, at, rest->next);
        *group = before;
    } else {
        if (at != rest->start)
            turn_try(attempt, rest->node, at, rest->next);
        rest_try(attempt, at, rest->next);
    }
}

static void back_try(struct attempt *attempt, uint32_t number, size_t at, const struct rest *rest)
{
    const struct re_text *text = attempt->text;
    struct re_span group = attempt->now[number];
    size_t length = group.end - group.start;

    if (group.start == SIZE_MAX || length > text->length - at)
        return;
    for (size_t i = 0; i < length; i++) {
        struct re_node leaf = {.kind = RE_CHAR, .value = text->chars[group.start + i]};

        if (!__re_leaf_has(attempt->program, &leaf, text->chars[at + i]))
            return;
    }
    rest_try(attempt, at + length, rest);
}

static void leaf_try(struct attempt *attempt, const struct re_node *node, size_t at,
                     const struct rest *rest)
{
    const struct re_text *text = attempt->text;

    if (node->kind == RE_EMPTY || __re_anchor_holds(attempt->program, node->kind, text, at))
        rest_try(attempt, at, rest);
    else if (at < text->length && __re_leaf_has(attempt->program, node, text->chars[at]))
        rest_try(attempt, at + 1, rest);
}

static void branches_try(struct attempt *attempt, size_t i, size_t at, const struct rest *rest)
{
    const struct re_node *node = &attempt->program->nodes[i];
    struct rest right = {REST_NODE, i - 1, 0, rest}, end = {REST_GROUP_ENDS, i, at, rest};

    switch (node->kind) {
    case RE_CAT:
        node_try(attempt, node->left, at, &right);
        break;
    case RE_ALT:
        node_try(attempt, node->left, at, rest);
        node_try(attempt, i - 1, at, rest);
        break;
    case RE_OPTION:
        node_try(attempt, i - 1, at, rest);
        rest_try(attempt, at, rest);
        break;
    case RE_GROUP:
        node_try(attempt, i - 1, at, &end);
        break;
    case RE_STAR:
    case RE_PLUS:
        turn_try(attempt, i, at, rest);
        if (node->kind == RE_STAR)
            rest_try(attempt, at, rest);
        break;
    case RE_BACK:
        back_try(attempt, node->value, at, rest);
        break;
    default:
        leaf_try(attempt, node, at, rest);
    }
}

static void node_try(struct attempt *attempt, size_t node, size_t at, const struct rest *rest)
{
    if (++attempt->depth > DEPTH_MAX)
        attempt->too_deep = true;
    else
        branches_try(attempt, node, at, rest);
    attempt->depth--;
}

int __re_search_back(const struct re_program *program, const struct re_text *text, size_t count,
                     struct re_span *matches)
{
    struct attempt attempt = {.program = program, .text = text, .groups = program->groups + 1};
    struct re_span *memory = calloc(2 * attempt.groups, sizeof(*memory));

    if (!memory)
        return REG_ESPACE;
    attempt.now = memory;
    attempt.best = memory + attempt.groups;
    memset(memory, 0xff, 2 * attempt.groups * sizeof(*memory));
    for (size_t at = text->first; at <= text->length && !attempt.found && !attempt.too_deep; at++) {
        attempt.now[0].start = at;
        node_try(&attempt, program->node_count - 1, at, NULL);
    }
    for (size_t i = 0; i < count && i < attempt.groups; i++)
        matches[i] = attempt.best[i];
    free(memory);
    if (attempt.too_deep)
        return REG_ESPACE;
    return attempt.found ? 0 : REG_NOMATCH;
}
