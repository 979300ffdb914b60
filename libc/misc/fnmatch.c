/*
 * fnmatch: does a name match a pattern of '*', '?', '[...]' and '\'? See `man 7 glob`.
 *
 * A star is tried with ever more characters, and only the last star is ever tried again: what an
 * earlier one took can't matter once a later one has been reached (within one path component). So
 * the time is bounded by the product of both lengths.
 */
#include "libc/wctype/class.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>

static int fold(char c, int flags)
{
    int byte = (unsigned char)c;

    return flags & FNM_CASEFOLD ? tolower(byte) : byte;
}

/* One character of a bracket; a backslash takes the next for itself. */
static const char *bracket_char(const char *pattern, int flags, int *c)
{
    if (*pattern == '\\' && !(flags & FNM_NOESCAPE) && pattern[1])
        pattern++;
    *c = fold(*pattern, flags);
    return pattern + 1;
}

/*
 * A bracket whose '[' lies before `pattern`. Returns the place behind its ']', and in *matches
 * whether c is in it; NULL if there is no ']', and the '[' is an ordinary character.
 */
static const char *match_bracket(const char *pattern, int c, int flags, bool *matches)
{
    bool negated = *pattern == '!' || *pattern == '^';
    bool in = false;
    int low, high;

    if (negated)
        pattern++;
    for (const char *first = pattern; *pattern != ']' || pattern == first;) {
        const char *end;

        if (!*pattern || (*pattern == '/' && (flags & FNM_PATHNAME)))
            return NULL;
        end = pattern[0] == '[' && pattern[1] == ':' ? strstr(pattern + 2, ":]") : NULL;
        if (end) {
            in =
                in || iswctype((wint_t)c, __wctype_named(pattern + 2, (size_t)(end - pattern - 2)));
            pattern = end + 2;
            continue;
        }
        pattern = bracket_char(pattern, flags, &low);
        high = low;
        if (pattern[0] == '-' && pattern[1] && pattern[1] != ']')
            pattern = bracket_char(pattern + 1, flags, &high);
        in = in || (c >= low && c <= high);
    }
    *matches = in != negated;
    return pattern + 1;
}

/* A pattern element other than '*' against one character; the place behind it, NULL if it fails. */
static const char *match_one(const char *pattern, char c, int flags)
{
    bool matches;
    const char *behind;

    if (*pattern == '?')
        return c == '/' && (flags & FNM_PATHNAME) ? NULL : pattern + 1;
    if (*pattern == '[' && !(c == '/' && (flags & FNM_PATHNAME))) {
        behind = match_bracket(pattern + 1, fold(c, flags), flags, &matches);
        if (behind)
            return matches ? behind : NULL;
    }
    if (*pattern == '\\' && !(flags & FNM_NOESCAPE))
        pattern++;
    return *pattern && fold(*pattern, flags) == fold(c, flags) ? pattern + 1 : NULL;
}

/* A period that only a period in the pattern matches: at the start, or behind a slash. */
static bool is_hidden(const char *text, const char *start, int flags)
{
    return *text == '.' && (flags & FNM_PERIOD) &&
           (text == start || ((flags & FNM_PATHNAME) && text[-1] == '/'));
}

int fnmatch(const char *pattern, const char *text, int flags)
{
    const char *start = text;
    const char *star = NULL;   /* behind the last star, */
    const char *resume = NULL; /* and what is tried next with it */

    while (*text) {
        bool hidden = is_hidden(text, start, flags);
        const char *behind = NULL;

        if (*pattern == '*' && !hidden) {
            star = ++pattern;
            resume = text;
            continue;
        }
        if (!*pattern && *text == '/' && (flags & FNM_LEADING_DIR))
            return 0;
        if (!hidden || *pattern == '.' || *pattern == '\\')
            behind = match_one(pattern, *text, flags);
        if (behind) {
            pattern = behind;
            text++;
            continue;
        }
        if (!star || (*resume == '/' && (flags & FNM_PATHNAME)))
            return FNM_NOMATCH;
        pattern = star;
        text = ++resume;
    }
    while (*pattern == '*')
        pattern++;
    return *pattern ? FNM_NOMATCH : 0;
}
