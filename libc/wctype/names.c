/* wctype, wctrans: classes and mappings by their names. A class is its place in the table, from 1.
 */
#include "libc/wctype/class.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *name;
    int (*test)(wint_t c);
} classes[] = {
    {"alnum", iswalnum}, {"alpha", iswalpha}, {"blank", iswblank}, {"cntrl", iswcntrl},
    {"digit", iswdigit}, {"graph", iswgraph}, {"lower", iswlower}, {"print", iswprint},
    {"punct", iswpunct}, {"space", iswspace}, {"upper", iswupper}, {"xdigit", iswxdigit},
};

static const int to_lower, to_upper; /* only their addresses count */

static_assert(sizeof(classes) / sizeof(classes[0]) == WCTYPE_MAX, "all of them");

wctype_t __wctype_named(const char *name, size_t length)
{
    for (wctype_t i = 0; i < WCTYPE_MAX; i++)
        if (strlen(classes[i].name) == length && memcmp(classes[i].name, name, length) == 0)
            return i + 1;
    return 0;
}

wctype_t wctype(const char *name)
{
    return __wctype_named(name, strlen(name));
}

int iswctype(wint_t c, wctype_t type)
{
    return type > 0 && type <= WCTYPE_MAX && classes[type - 1].test(c);
}

wctrans_t wctrans(const char *name)
{
    if (strcmp(name, "tolower") == 0)
        return &to_lower;
    return strcmp(name, "toupper") == 0 ? &to_upper : NULL;
}

wint_t towctrans(wint_t c, wctrans_t trans)
{
    if (trans == &to_lower)
        return towlower(c);
    return trans == &to_upper ? towupper(c) : c;
}
