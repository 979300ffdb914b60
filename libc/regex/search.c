/*
 * Where a regular expression matches: without back-references, in time that grows with the product
 * of both lengths.
 *
 * Each node has a mark: a match of its subtree can end here. Reading a character moves the marks of
 * the leaves that are that character; the tree says how marks come from one node's end to the next
 * one's start (Fischer, Huch, Wilke: "A Play on Regular Expressions"). Read backwards, the marks
 * tell where matches begin.
 *
 * The groups are found in what the whole has matched, from the top: POSIX wants each part, from
 * left to right, as long as it can be. Where a sequence is divided, the left part can end where it
 * has a mark read forwards, and the right part one read backwards.
 */
#include "libc/regex/program.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

struct search {
    const struct re_program *program;
    const struct re_text *text;
    struct re_span *matches;
    size_t count;
    bool *enters, *ends, *empty; /* by nodes: may begin here, ended here, matches nothing here */
    bool *from, *to;             /* by places: what walk() found forwards, and backwards */
};

/* Which of the nodes match nothing before character `at`? */
static void empty_find(struct search *search, size_t node, size_t at)
{
    const struct re_node *nodes = search->program->nodes;
    bool *empty = search->empty;

    for (size_t i = nodes[node].first; i <= node; i++) {
        switch (nodes[i].kind) {
        case RE_EMPTY:
        case RE_OPTION:
        case RE_STAR:
            empty[i] = true;
            break;
        case RE_GROUP:
        case RE_PLUS:
            empty[i] = empty[i - 1];
            break;
        case RE_CAT:
            empty[i] = empty[nodes[i].left] && empty[i - 1];
            break;
        case RE_ALT:
            empty[i] = empty[nodes[i].left] || empty[i - 1];
            break;
        default:
            empty[i] = __re_anchor_holds(search->program, nodes[i].kind, search->text, at);
        }
    }
}

/* Where may a match begin before the next character? Parents stand behind their children. */
static void enters_find(struct search *search, size_t node, bool enter, bool backwards)
{
    const struct re_node *nodes = search->program->nodes;
    bool *enters = search->enters, *ends = search->ends;

    enters[node] = enter;
    for (size_t i = node + 1; i-- > nodes[node].first;) {
        size_t left = nodes[i].left, begins = backwards ? i - 1 : left,
               follows = backwards ? left : i - 1;

        switch (nodes[i].kind) {
        case RE_CAT:
            enters[begins] = enters[i];
            enters[follows] = (enters[i] && search->empty[begins]) || ends[begins];
            break;
        case RE_ALT:
            enters[left] = enters[i - 1] = enters[i];
            break;
        case RE_GROUP:
        case RE_OPTION:
            enters[i - 1] = enters[i];
            break;
        case RE_STAR:
        case RE_PLUS:
            enters[i - 1] = enters[i] || ends[i - 1];
            break;
        default:
            break;
        }
    }
}

/* Where does a match end behind character c? Returns whether any node's does. */
static bool ends_find(struct search *search, size_t node, uint32_t c, bool backwards)
{
    const struct re_node *nodes = search->program->nodes;
    bool *ends = search->ends, any = false;

    for (size_t i = nodes[node].first; i <= node; i++) {
        size_t left = nodes[i].left, begins = backwards ? i - 1 : left,
               follows = backwards ? left : i - 1;

        switch (nodes[i].kind) {
        case RE_CAT:
            ends[i] = ends[follows] || (ends[begins] && search->empty[follows]);
            break;
        case RE_ALT:
            ends[i] = ends[left] || ends[i - 1];
            break;
        case RE_GROUP:
        case RE_OPTION:
        case RE_STAR:
        case RE_PLUS:
            ends[i] = ends[i - 1];
            break;
        default:
            ends[i] = search->enters[i] && __re_leaf_has(search->program, &nodes[i], c);
        }
        any = any || ends[i];
    }
    return any;
}

/*
 * From `start` towards `stop`, in reach[]: where does a match of the node's subtree that begins at
 * `start`, or `everywhere` on the way, end?
 */
static void walk(struct search *search, size_t node, size_t start, size_t stop, bool everywhere,
                 bool *reach)
{
    const struct re_node *nodes = search->program->nodes;
    bool backwards = stop < start, alive = true;
    size_t first = nodes[node].first;

    memset(search->ends + first, 0, node - first + 1);
    empty_find(search, node, start);
    reach[start] = search->empty[node];
    for (size_t at = start; at != stop;) {
        uint32_t c = search->text->chars[backwards ? at - 1 : at];

        if (alive || everywhere)
            enters_find(search, node, everywhere || at == start, backwards);
        at = backwards ? at - 1 : at + 1;
        if (search->program->has_anchor)
            empty_find(search, node, at);
        alive = (alive || everywhere) && ends_find(search, node, c, backwards);
        reach[at] = (alive && search->ends[node]) || (everywhere && search->empty[node]);
    }
}

/* Does the node's subtree match just that? */
static bool span_matches(struct search *search, size_t node, struct re_span span)
{
    walk(search, node, span.start, span.end, false, search->from);
    return search->from[span.end];
}

/* The longest that the node can take of the span so that what is marked in to[] takes the rest. */
static size_t longest_end(struct search *search, size_t node, struct re_span span)
{
    size_t end = span.end;

    walk(search, node, span.start, span.end, false, search->from);
    while (end > span.start && !(search->from[end] && search->to[end]))
        end--;
    return end;
}

/* The last turn of a repetition that matches the span. */
static struct re_span last_turn(struct search *search, size_t node, struct re_span span)
{
    struct re_span turn = span;

    walk(search, node, span.end, span.start, false, search->to);
    search->to[span.end] = true;
    while (turn.start < span.end) {
        size_t end = longest_end(search, node - 1, (struct re_span){turn.start, span.end});

        if (end == span.end || end == turn.start)
            break;
        turn.start = end;
    }
    return turn;
}

/* Finds the groups of a node that matches the span. */
static void divide(struct search *search, size_t node, struct re_span span)
{
    const struct re_node *nodes = search->program->nodes;

    while (nodes[node].has_group) {
        size_t left = nodes[node].left, end;

        switch (nodes[node].kind) {
        case RE_GROUP:
            if (nodes[node].value < search->count)
                search->matches[nodes[node].value] = span;
            node--;
            break;
        case RE_CAT:
            walk(search, node - 1, span.end, span.start, false, search->to);
            end = longest_end(search, left, span);
            divide(search, left, (struct re_span){span.start, end});
            span.start = end;
            node--;
            break;
        case RE_ALT:
            node = span_matches(search, left, span) ? left : node - 1;
            break;
        case RE_STAR:
        case RE_PLUS:
            span = last_turn(search, node, span);
            __attribute__((fallthrough));
        default: /* RE_OPTION */
            node--;
            if (!span_matches(search, node, span))
                return;
        }
    }
}

static int places_find(struct search *search)
{
    size_t root = search->program->node_count - 1, length = search->text->length;
    struct re_span span = {search->text->first, length};

    walk(search, root, length, span.start, true, search->to);
    while (span.start <= length && !search->to[span.start])
        span.start++;
    if (span.start > length)
        return REG_NOMATCH;
    if (search->count == 0)
        return 0;
    memset(search->to, true, length + 1);
    span.end = longest_end(search, root, span);
    search->matches[0] = span;
    if (search->count > 1)
        divide(search, root, span);
    return 0;
}

int __re_search(const struct re_program *program, const struct re_text *text, size_t count,
                struct re_span *matches)
{
    size_t nodes = program->node_count, places = text->length + 1;
    bool *memory = calloc(3 * nodes + 2 * places, sizeof(bool));
    struct search search = {.program = program, .text = text, .matches = matches, .count = count};
    int error;

    if (!memory)
        return REG_ESPACE;
    search.enters = memory;
    search.ends = memory + nodes;
    search.empty = memory + 2 * nodes;
    search.from = memory + 3 * nodes;
    search.to = search.from + places;
    error = places_find(&search);
    free(memory);
    return error;
}
