/* Characters of a text and of a regular expression: what is one, and which are in [...]. */
#include "libc/regex/program.h"
#include "libc/wctype/class.h"

#include <regex.h>
#include <stdlib.h>
#include <wchar.h>

enum {
    STRAY_BYTE = 0x110000 /* plus the byte, which is part of no character: above all of these */
};

uint32_t __re_decode(const char *text, size_t size, size_t *bytes)
{
    mbstate_t state = {0};
    wchar_t c;

    if ((unsigned char)*text < 0x80) {
        *bytes = 1;
        return (unsigned char)*text;
    }
    *bytes = mbrtowc(&c, text, size, &state);
    if (*bytes <= size)
        return (uint32_t)c;
    *bytes = 1;
    return STRAY_BYTE + (unsigned char)*text;
}

unsigned __re_class_bit(const char *name, size_t length)
{
    wctype_t class = __wctype_named(name, length);

    return class ? 1u << class : 0;
}

bool __re_is_word(uint32_t c)
{
    return c == '_' || iswalnum((wint_t)c);
}

int __re_add_range(struct re_program *program, struct re_set *set, uint32_t low, uint32_t high)
{
    struct re_range *grown =
        reallocarray(program->ranges, program->range_count + 1, sizeof(program->ranges[0]));

    if (!grown)
        return REG_ESPACE;
    program->ranges = grown;
    program->ranges[program->range_count++] = (struct re_range){low, high};
    set->ranges++;
    return 0;
}

static bool set_lists(const struct re_program *program, const struct re_set *set, uint32_t c)
{
    const struct re_range *range = program->ranges + set->first_range;

    for (size_t i = 0; i < set->ranges; i++)
        if (c >= range[i].low && c <= range[i].high)
            return true;
    for (wctype_t class = 1; class <= WCTYPE_MAX; class ++)
        if ((set->classes & 1u << class) && iswctype((wint_t)c, class))
            return true;
    return false;
}

static bool set_has(const struct re_program *program, const struct re_set *set, uint32_t c)
{
    bool listed = set_lists(program, set, c);

    if (!listed && (program->flags & REG_ICASE))
        listed = set_lists(program, set, towlower((wint_t)c)) ||
                 set_lists(program, set, towupper((wint_t)c));
    if (set->negated && c == '\n' && (program->flags & REG_NEWLINE))
        return false;
    return listed != set->negated;
}

bool __re_leaf_has(const struct re_program *program, const struct re_node *node, uint32_t c)
{
    switch (node->kind) {
    case RE_CHAR:
        return c == node->value || ((program->flags & REG_ICASE) &&
                                    towlower((wint_t)c) == towlower((wint_t)node->value));
    case RE_ANY:
        return c != '\n' || !(program->flags & REG_NEWLINE);
    case RE_SET:
        return set_has(program, &program->sets[node->value], c);
    default:
        return false;
    }
}
