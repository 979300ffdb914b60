/* [...] of a regular expression. POSIX, XBD 9.3.5. */
#include "libc/regex/program.h"

#include <regex.h>
#include <string.h>

/* "[:name:]", "[.x.]", "[=x=]": its letter, and in *name and *length what is inside; 0 if `at`
 * begins none. */
static int named_parse(const char **at, char *letter, const char **name, size_t *length)
{
    char end[3] = {0};
    const char *close;

    *letter = 0;
    if ((*at)[0] != '[' || !(*at)[1] || !strchr(":.=", (*at)[1]))
        return 0;
    end[0] = *letter = (*at)[1];
    end[1] = ']';
    *name = *at + 2;
    close = strstr(*name, end);
    if (!close)
        return REG_EBRACK;
    *length = (size_t)(close - *name);
    *at = close + 2;
    return 0;
}

/* One end of a range, or a character alone. */
static int element_parse(const char **at, uint32_t *c)
{
    const char *name;
    size_t length = 0, bytes;
    char letter;
    int error = named_parse(at, &letter, &name, &length);

    if (error)
        return error;
    if (letter == ':')
        return REG_ERANGE;
    if (letter) {
        if (length == 0)
            return REG_ECOLLATE;
        *c = __re_decode(name, length, &bytes);
        return bytes == length ? 0 : REG_ECOLLATE;
    }
    if (!**at)
        return REG_EBRACK;
    *c = __re_decode(*at, strlen(*at), &bytes);
    *at += bytes;
    return 0;
}

/* A class if there is one; *found tells. */
static int class_parse(const char **at, struct re_set *set, bool *found)
{
    const char *behind = *at, *name;
    size_t length = 0;
    unsigned bit;
    char letter;
    int error = named_parse(&behind, &letter, &name, &length);

    *found = letter == ':';
    if (!*found)
        return 0;
    if (error)
        return error;
    bit = __re_class_bit(name, length);
    if (!bit)
        return REG_ECTYPE;
    set->classes |= bit;
    *at = behind;
    return 0;
}

int __re_parse_bracket(struct re_program *program, const char **pattern, struct re_set *set)
{
    const char *at = *pattern;
    bool found;
    int error = 0;

    *set = (struct re_set){.negated = *at == '^', .first_range = program->range_count};
    if (set->negated)
        at++;
    for (const char *first = at; !error && (*at != ']' || at == first);) {
        uint32_t low = 0, high;

        error = class_parse(&at, set, &found);
        if (error || found) {
            if (!error && at[0] == '-' && at[1] && at[1] != ']')
                error = REG_ERANGE;
            continue;
        }
        error = element_parse(&at, &low);
        high = low;
        if (!error && at[0] == '-' && at[1] && at[1] != ']') {
            at++;
            error = element_parse(&at, &high);
            if (!error && at[0] == '-' && at[1] != ']')
                error = REG_ERANGE;
        }
        if (!error)
            error = low > high ? REG_ERANGE : __re_add_range(program, set, low, high);
    }
    *pattern = at + 1;
    return error;
}
