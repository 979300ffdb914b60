/*
 * What a regular expression is compiled to: its tree, in postorder. A node's children stand before
 * it, those of a subtree beside each other: from `first` to the node itself. The right or only
 * child is the one just before.
 */
#ifndef LIMEN_LIBC_REGEX_PROGRAM_H
#define LIMEN_LIBC_REGEX_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RE_NODES_MAX = 1 << 18,
    RE_NESTING_MAX = 1000
};

enum re_kind {
    RE_EMPTY,
    RE_CHAR, /* value: the character */
    RE_ANY,
    RE_SET,   /* value: which of the sets */
    RE_BACK,  /* value: the group whose text comes again */
    RE_GROUP, /* value: its number, from 1 */
    RE_CAT,
    RE_ALT,
    RE_OPTION, /* x? */
    RE_STAR,   /* x* */
    RE_PLUS,   /* x+ */
    /* What matches nothing, but not everywhere. */
    RE_LINE_START,
    RE_LINE_END,
    RE_TEXT_START,
    RE_TEXT_END,
    RE_WORD_START,
    RE_WORD_END,
    RE_WORD_EDGE,
    RE_WORD_INSIDE
};

struct re_node {
    enum re_kind kind;
    unsigned first;
    unsigned left; /* the left one of two children */
    uint32_t value;
    bool has_group; /* in the subtree */
};

struct re_range {
    uint32_t low, high;
};

/* [...]: ranges, and classes by their bits. */
struct re_set {
    bool negated;
    unsigned classes;
    size_t first_range, ranges;
};

struct re_program {
    struct re_node *nodes;
    struct re_set *sets;
    struct re_range *ranges;
    size_t node_count, set_count, range_count;
    unsigned groups;
    int flags; /* regcomp's */
    bool has_anchor, has_back;
};

/* A text's characters and where each begins, with the end of the text behind them. */
struct re_text {
    uint32_t *chars;
    int *offsets;
    size_t length, first; /* matches begin at `first` or behind it */
    int flags;            /* regexec's */
};

/* The next character of a text of `size` bytes, at least one, and how many bytes it has. */
uint32_t __re_decode(const char *text, size_t size, size_t *bytes);

/* Is c what the node, a leaf, stands for? */
bool __re_leaf_has(const struct re_program *program, const struct re_node *node, uint32_t c);

/* Does the anchor hold before character `at` of the text? */
bool __re_anchor_holds(const struct re_program *program, enum re_kind kind,
                       const struct re_text *text, size_t at);

bool __re_is_word(uint32_t c);

/* The bit of a class's name, 0 if there is none. */
unsigned __re_class_bit(const char *name, size_t length);

/* Parses [...], behind its '['; moves *pattern behind the ']'. Returns an error of regcomp's. */
int __re_parse_bracket(struct re_program *program, const char **pattern, struct re_set *set);

int __re_add_range(struct re_program *program, struct re_set *set, uint32_t low, uint32_t high);

/*
 * The longest of the leftmost matches, into matches[0] to [count - 1], as numbers of characters.
 * REG_NOMATCH, REG_ESPACE or 0. The second one knows back-references.
 */
struct re_span {
    size_t start, end; /* SIZE_MAX: the group took no part */
};

int __re_search(const struct re_program *program, const struct re_text *text, size_t count,
                struct re_span *matches);
int __re_search_back(const struct re_program *program, const struct re_text *text, size_t count,
                     struct re_span *matches);

#endif
