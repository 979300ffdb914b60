/*
 * regcomp: a regular expression, basic or extended, becomes a tree (program.h). POSIX, XBD 9; `man
 * 3 regcomp`.
 *
 * What a recursive-descent parser has just parsed is the last node. As in glibc, \+ \? \| are
 * operators of basic expressions too, \< \> \b \B \w \W \s \S \` \' are in both, and an extended
 * one has back-references.
 */
#include "libc/regex/program.h"

#include <ctype.h>
#include <limits.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

enum {
    WITHOUT_END = -1,
    NO_OPERATOR = -2,
    GROUP_REFERABLE_MAX = 9
};

struct parser {
    struct re_program *program;
    const char *at;
    bool extended;
    bool leads; /* the next piece is the first of its sequence */
    unsigned depth;
    unsigned referable; /* bits of the groups that are closed */
};

static int alternatives_parse(struct parser *parser);

/* Appends a node whose children, if it has any, stand at the end: `left` and the last, or only the
 * last. */
static int node_add(struct re_program *program, enum re_kind kind, size_t first, size_t left,
                    uint32_t value)
{
    struct re_node *grown = program->nodes;
    size_t count = program->node_count;
    bool has_child = first < count;

    if (count == RE_NODES_MAX)
        return REG_ESPACE;
    if ((count & (count - 1)) == 0)
        grown = reallocarray(program->nodes, count ? 2 * count : 1, sizeof(*grown));
    if (!grown)
        return REG_ESPACE;
    program->nodes = grown;
    grown[count] = (struct re_node){
        .kind = kind, .first = (unsigned)first, .left = (unsigned)left, .value = value};
    grown[count].has_group =
        kind == RE_GROUP || (has_child && (grown[left].has_group || grown[count - 1].has_group));
    program->node_count++;
    program->has_anchor = program->has_anchor || kind >= RE_LINE_START;
    program->has_back = program->has_back || kind == RE_BACK;
    return 0;
}

static int leaf_add(struct parser *parser, enum re_kind kind, uint32_t value)
{
    size_t count = parser->program->node_count;

    return node_add(parser->program, kind, count, count, value);
}

/* Puts a node above the last one. */
static int unary_add(struct re_program *program, enum re_kind kind, uint32_t value)
{
    size_t last = program->node_count - 1;

    return node_add(program, kind, program->nodes[last].first, last, value);
}

/* Joins the node at `left` and the last one, which stands just behind it. */
static int binary_add(struct re_program *program, enum re_kind kind, size_t left)
{
    return node_add(program, kind, program->nodes[left].first, left, 0);
}

static int set_add(struct parser *parser, const struct re_set *set)
{
    struct re_program *program = parser->program;
    struct re_set *grown = reallocarray(program->sets, program->set_count + 1, sizeof(*grown));

    if (!grown)
        return REG_ESPACE;
    program->sets = grown;
    grown[program->set_count] = *set;
    return leaf_add(parser, RE_SET, (uint32_t)program->set_count++);
}

/* \w and \s, and what they leave out. */
static int class_add(struct parser *parser, const char *name, bool negated)
{
    struct re_set set = {.negated = negated,
                         .classes = __re_class_bit(name, strlen(name)),
                         .first_range = parser->program->range_count};
    int error = *name == 'a' ? __re_add_range(parser->program, &set, '_', '_') : 0;

    return error ? error : set_add(parser, &set);
}

/* --- Repetition --- */

/* Appends a copy of the nodes from `first` to `last`. */
static int nodes_copy(struct re_program *program, size_t first, size_t last)
{
    size_t shift = program->node_count - first;
    int error = 0;

    for (size_t i = first; i <= last && !error; i++) {
        const struct re_node node = program->nodes[i];

        error = node_add(program, node.kind, node.first + shift, node.left + shift, node.value);
    }
    return error;
}

/*
 * The last node, low to high times: x{2,4} is x(x(x(x)?)?), joined from the right, as all sequences
 * are, so that what stands left takes as much as it can.
 */
static int repeat(struct re_program *program, int low, int high)
{
    size_t last = program->node_count - 1, first = program->nodes[last].first;
    size_t size = last - first + 1;
    int pieces = high == WITHOUT_END ? (low ? low : 1) : high;
    int error = 0;

    if (pieces == 0) {
        program->node_count = first;
        return node_add(program, RE_EMPTY, first, first, 0);
    }
    for (int i = 1; i < pieces && !error; i++)
        error = nodes_copy(program, first, last);
    if (!error && high == WITHOUT_END)
        error = unary_add(program, low ? RE_PLUS : RE_STAR, 0);
    for (int i = pieces - 1; i >= 0 && !error; i--) {
        if (i < pieces - 1)
            error = binary_add(program, RE_CAT, first + size * (size_t)(i + 1) - 1);
        if (!error && high != WITHOUT_END && i >= low)
            error = unary_add(program, RE_OPTION, 0);
    }
    return error;
}

/* A number of {m,n}; -1: there is none. */
static int number_parse(struct parser *parser)
{
    int number = -1;

    while (isdigit((unsigned char)*parser->at)) {
        number = (number < 0 ? 0 : number) * 10 + (*parser->at++ - '0');
        if (number > RE_DUP_MAX)
            number = RE_DUP_MAX + 1;
    }
    return number;
}

/* {m}, {m,}, {,n} or {m,n} behind its brace. */
static int interval_parse(struct parser *parser, int *low, int *high)
{
    const char *close = parser->extended ? "}" : "\\}";

    *low = number_parse(parser);
    *high = *low;
    if (*parser->at == ',') {
        parser->at++;
        *high = number_parse(parser);
        if (*low < 0)
            *low = 0;
    }
    if (!*parser->at)
        return REG_EBRACE;
    if (*low < 0 || strncmp(parser->at, close, strlen(close)) != 0)
        return parser->at[strcspn(parser->at, "}")] ? REG_BADBR : REG_EBRACE;
    parser->at += strlen(close);
    if (*high >= 0 && *low > *high)
        return REG_BADBR;
    return *low > RE_DUP_MAX || *high > RE_DUP_MAX ? REG_BADBR : 0;
}

/* Takes an operator of repetition if there is one, and says how often: *high is NO_OPERATOR
 * otherwise. */
static int operator_parse(struct parser *parser, int *low, int *high)
{
    const char *at = parser->at;
    bool escaped = !parser->extended && at[0] == '\\' && at[1];
    char letter = escaped ? at[1] : at[0];

    *high = NO_OPERATOR;
    if (!letter || !strchr("*+?{", letter) || (!parser->extended && escaped == (letter == '*')))
        return 0;
    parser->at += escaped ? 2 : 1;
    if (letter == '{')
        return interval_parse(parser, low, high);
    *low = letter == '+';
    *high = letter == '?' ? 1 : WITHOUT_END;
    return 0;
}

/*
 * Operators behind an atom, which `refuses` them if it is an anchor. What POSIX leaves undefined is
 * as in glibc: a basic expression has no * or \{ behind another operator.
 */
static int operators_parse(struct parser *parser, bool refuses)
{
    int low = 0, high, error;

    for (;;) {
        const char *at = parser->at;
        bool is_newer = parser->extended || (at[0] == '\\' && (at[1] == '+' || at[1] == '?'));

        error = operator_parse(parser, &low, &high);
        if (error || high == NO_OPERATOR)
            return error;
        if (refuses && (parser->extended || !is_newer))
            return REG_BADRPT;
        error = repeat(parser->program, low, high);
        if (error)
            return error;
        refuses = !parser->extended;
    }
}

/* --- What may be repeated --- */

/* Is this ")" or "\)", "|" or "\|" (what else `letters` has), or the end? */
static bool is_operator(const struct parser *parser, const char *at, const char *letters)
{
    if (!parser->extended && at[0] == '\\')
        return at[1] && strchr(letters, at[1]);
    return parser->extended && *at && strchr(letters, *at);
}

static bool branch_ends(const struct parser *parser, const char *at)
{
    return !*at || is_operator(parser, at, "|") ||
           (parser->depth > 0 && is_operator(parser, at, ")"));
}

/* Behind '('. */
static int group_parse(struct parser *parser)
{
    unsigned number = ++parser->program->groups;
    int error;

    if (++parser->depth > RE_NESTING_MAX)
        return REG_ESPACE;
    error = alternatives_parse(parser);
    if (error)
        return error;
    if (!is_operator(parser, parser->at, ")"))
        return REG_EPAREN;
    parser->at += parser->extended ? 1 : 2;
    parser->depth--;
    if (number <= GROUP_REFERABLE_MAX)
        parser->referable |= 1u << number;
    return unary_add(parser->program, RE_GROUP, number);
}

/* What a backslash makes of the letter behind it, in both kinds of expression. */
static int escape_parse(struct parser *parser)
{
    static const struct {
        char letter;
        enum re_kind kind;
    } anchors[] = {{'<', RE_WORD_START},  {'>', RE_WORD_END},   {'b', RE_WORD_EDGE},
                   {'B', RE_WORD_INSIDE}, {'`', RE_TEXT_START}, {'\'', RE_TEXT_END}};
    char letter = *parser->at;
    size_t bytes;
    uint32_t c;

    if (!letter)
        return REG_EESCAPE;
    if (letter == ')' && !parser->extended)
        return REG_EPAREN;
    for (size_t i = 0; i < sizeof(anchors) / sizeof(anchors[0]); i++) {
        if (anchors[i].letter == letter) {
            parser->at++;
            return leaf_add(parser, anchors[i].kind, 0);
        }
    }
    c = __re_decode(parser->at, strlen(parser->at), &bytes);
    parser->at += bytes;
    if (strchr("wWsS", letter))
        return class_add(parser, tolower(letter) == 'w' ? "alnum" : "space", letter <= 'Z');
    if (letter < '1' || letter > '9')
        return leaf_add(parser, RE_CHAR, c);
    return parser->referable & 1u << (letter - '0')
               ? leaf_add(parser, RE_BACK, (uint32_t)(letter - '0'))
               : REG_ESUBREG;
}

/* In a basic expression '^' and '$' are anchors only where an expression begins and ends. */
static bool is_anchor(const struct parser *parser)
{
    const char *at = parser->at;

    if (parser->extended)
        return *at == '^' || *at == '$';
    if (*at == '$')
        return !at[1] || (at[1] == '\\' && (at[2] == '|' || (at[2] == ')' && parser->depth > 0)));
    return *at == '^' && parser->leads;
}

static int atom_parse(struct parser *parser)
{
    struct re_set set;
    const char *at = parser->at;
    size_t bytes;
    int error;

    if (is_anchor(parser)) {
        parser->at++;
        return leaf_add(parser, *at == '^' ? RE_LINE_START : RE_LINE_END, 0);
    }
    if (is_operator(parser, at, "(")) {
        parser->at += parser->extended ? 1 : 2;
        return group_parse(parser);
    }
    if (*at == '\\') {
        parser->at++;
        return escape_parse(parser);
    }
    if (*at == '[') {
        parser->at++;
        error = __re_parse_bracket(parser->program, &parser->at, &set);
        return error ? error : set_add(parser, &set);
    }
    parser->at += 1;
    if (*at == '.')
        return leaf_add(parser, RE_ANY, 0);
    error = leaf_add(parser, RE_CHAR, __re_decode(at, strlen(at), &bytes));
    parser->at = at + bytes;
    return error;
}

/* --- Sequences and alternatives --- */

/* An operator that has nothing to repeat: an error, but for the star of a basic expression, which
 * is a star then. */
static int operator_refuse(struct parser *parser)
{
    bool is_star = *parser->at == '*';

    if (parser->extended)
        return is_operator(parser, parser->at, "*+?{") ? REG_BADRPT : 0;
    if (is_star) {
        parser->at++;
        return leaf_add(parser, RE_CHAR, '*');
    }
    return is_operator(parser, parser->at, "{") ? REG_BADRPT : 0;
}

/* One piece of a sequence: an atom and how often. `bare`: there is nothing before it that could be
 * repeated. */
static int piece_parse(struct parser *parser, bool bare)
{
    size_t before = parser->program->node_count;
    bool was_anchor = is_anchor(parser), was_start = was_anchor && *parser->at == '^';
    int error = bare ? operator_refuse(parser) : 0;

    if (!error && parser->program->node_count == before)
        error = atom_parse(parser);
    if (error || (!parser->extended && was_start))
        return error;
    return operators_parse(parser, was_anchor && parser->extended);
}

/* A sequence. Its pieces are joined from the right: where each ends is found by walking back over
 * them. */
static int branch_parse(struct parser *parser)
{
    struct re_program *program = parser->program;
    size_t first = program->node_count;
    bool bare = true;
    int error = 0;

    if (branch_ends(parser, parser->at))
        return leaf_add(parser, RE_EMPTY, 0);
    while (!error && !branch_ends(parser, parser->at)) {
        parser->leads = program->node_count == first;
        error = piece_parse(parser, bare);
        bare = !error && !parser->extended && program->node_count == first + 1 &&
               program->nodes[first].kind == RE_LINE_START;
    }
    while (!error) {
        size_t right = program->nodes[program->node_count - 1].first;

        if (right == first)
            break;
        error = binary_add(program, RE_CAT, right - 1);
    }
    return error;
}

static int alternatives_parse(struct parser *parser)
{
    int error = branch_parse(parser);

    while (!error && is_operator(parser, parser->at, "|")) {
        size_t left = parser->program->node_count - 1;

        parser->at += parser->extended ? 1 : 2;
        error = branch_parse(parser);
        if (!error)
            error = binary_add(parser->program, RE_ALT, left);
    }
    return error;
}

int regcomp(regex_t *regex, const char *pattern, int flags)
{
    struct re_program *program = calloc(1, sizeof(*program));
    struct parser parser = {
        .program = program, .at = pattern, .extended = (flags & REG_EXTENDED) != 0};
    int error;

    regex->__program = program;
    regex->re_nsub = 0;
    if (!program)
        return REG_ESPACE;
    program->flags = flags;
    error = alternatives_parse(&parser);
    if (!error && *parser.at)
        error = REG_EPAREN;
    regex->re_nsub = program->groups;
    if (error)
        regfree(regex);
    return error;
}
