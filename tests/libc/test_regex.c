/* regcomp, regexec, regerror; iswalpha and its kin. */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

enum {
    GROUPS = 6
};

static void show(const char *pattern, int cflags, const char *text, int eflags)
{
    regex_t regex;
    regmatch_t match[GROUPS];
    int error = regcomp(&regex, pattern, cflags);
    char message[64];

    printf("%s %d: ", pattern, cflags);
    if (error) {
        regerror(error, &regex, message, sizeof(message));
        printf("%d %s\n", error, message);
        return;
    }
    error = regexec(&regex, text, GROUPS, match, eflags);
    printf("%zu <%s> %d:", regex.re_nsub, text, error);
    for (size_t i = 0; !error && i <= regex.re_nsub && i < GROUPS; i++)
        printf(" %d,%d", (int)match[i].rm_so, (int)match[i].rm_eo);
    printf("\n");
    regfree(&regex);
}

static const struct {
    const char *pattern, *text;
} both[] = {
    {"abc", "xabcy"},
    {"a.c", "abc"},
    {"^abc", "abc"},
    {"^abc", "xabc"},
    {"abc$", "xabc"},
    {"a*", "baaac"},
    {"a*b", "aaab"},
    {"[abc]*", "xcabx"},
    {"[^abc]", "abcd"},
    {"[a-c]x", "bx"},
    {"[]a]*", "]a"},
    {"[^]a]", "]ab"},
    {"[a-]*", "a-a"},
    {"[-a]*", "a-a"},
    {"[[:digit:]]*", "12a"},
    {"[[:foo:]]", ""},
    {"[[.a.]-c]", "b"},
    {"[[=a=]]", "a"},
    {"[z-a]", ""},
    {"[a", ""},
    {"[[:alpha:", ""},
    {"\\", ""},
    {"a\\", ""},
    {"\\.", "a."},
    {"", "abc"},
    {"x*", "aaa"},

    {"^*", "*"},
    {"\\<a", "b a"},
    {"a\\>", "ab a"},
    {"\\bab\\b", "xab ab"},
    {"\\Ba", "aab"},
    {"\\w*", "ab_1 c"},
    {"\\W", "ab c"},
    {"\\s\\S", "a b"},
    {"a$b", "a$b"},
    {"a^b", "a^b"},
    {"$", "abc"},
    {"^$", ""},
    {"*a", "*a"},
    {"[a-c-e]", "-"},
    {"[[:digit:]-z]", "-"},
    {"[a-[:digit:]]", ""},
    {"[\\]", "\\"},
    {"\xc3\xa4", "x\xc3\xa4y"},
};

static const struct {
    const char *pattern, *text;
} basic[] = {
    {"\\(a\\)\\(b\\)", "ab"},
    {"\\(a*\\)\\(ab\\)*\\(b*\\)", "abb"},
    {"\\(a", ""},
    {"a\\)", ""},
    {"a\\{2\\}", "aaa"},
    {"a\\{2,\\}", "aaaa"},
    {"a\\{1,2\\}", "aaa"},
    {"a\\{,2\\}", "aaa"},
    {"a\\{0\\}b", "ab"},
    {"a\\{2,1\\}", ""},
    {"a\\{", ""},
    {"a\\{1", ""},
    {"a\\{1,x\\}", ""},
    {"a{2}", "a{2}"},
    {"a\\+", "baa"},
    {"ba\\?", "bb"},
    {"a\\|b", "b"},
    {"\\(a\\|b\\)*c", "abac"},
    {"\\(.*\\)\\1", "abab"},
    {"\\(a*\\)b\\1", "aabaa"},
    {"\\(a\\)\\2", ""},
    {"\\(^a\\)", "a"},
    {"\\(a$\\)", "ba"},
    {"\\(*a\\)", "*a"},
    {"a\\|*b", "*b"},
    {"x\\(^a\\)", "xa"},
    {"\\{1\\}", ""},
    {"a(b)|c+?", "a(b)|c+?"},
    {"\\(ab*\\)*", "abbab"},
    {"^\\(.\\)\\(.\\).\\2\\1$", "radar"},
};

static const struct {
    const char *pattern, *text;
} extended[] = {
    {"(a)(b)", "ab"},
    {"(a*)(b*)", "aabb"},
    {"(a*)*", "b"},
    {"(a*)+", "aa"},
    {"(a|b)*", "abba"},
    {"a|b|cd", "cd"},
    {"a||b", "b"},
    {"()", "a"},
    {"(|a)b", "ab"},
    {"a+", "baa"},
    {"a?b", "ab"},
    {"a{2}", "aaa"},
    {"a{2,}", "aaaa"},
    {"a{1,2}", "aaa"},
    {"(ab){2,3}", "abababab"},
    {"a{0}b", "ab"},
    {"a{2,1}", ""},
    {"a{1", ""},
    {"(a", ""},
    {"a)", "a)"},
    {"*a", ""},
    {"+a", ""},
    {"?a", ""},
    {"(*a)", ""},
    {"a|*b", ""},
    {"a^b", "a^b"},
    {"(^a|b)c", "bc"},
    {"a$b", "a$b"},
    {"(a)\\1", "aa"},
    {"(.*)(.*)", "abc"},
    {"(a?)((ab)?)", "ab"},
    {"(a?)((ab)?)(b?)", "ab"},
    {"(week|wee)(knights|night)", "weeknights"},
    {"(a|ab|c|bcd)*(d*)", "ababcd"},
    {"(a|ab|c|bcd){2,4}(d*)", "ababcd"},
    {"x(a|b)?y", "xy"},
    {"^(([^!]+!)?([^!]+)|.+!([^!]+!)([^!]+))$", "foo!bar!bas"},
    {"[[:upper:]][[:lower:]]+", "aBcd"},
    {"(a)|b", "b"},
    {"a{1,2}{2}", "aaaa"},
    {"\\(a\\)", "(a)"},
    {"a{,2}b", "aab"},
    {"(()|.)(b)", "ab"},
};

static void tables(void)
{
    for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++) {
        show(both[i].pattern, 0, both[i].text, 0);
        if (strcmp(both[i].pattern, "^*") != 0)
            show(both[i].pattern, REG_EXTENDED, both[i].text, 0);
    }
    for (size_t i = 0; i < sizeof(basic) / sizeof(basic[0]); i++)
        show(basic[i].pattern, 0, basic[i].text, 0);
    for (size_t i = 0; i < sizeof(extended) / sizeof(extended[0]); i++)
        show(extended[i].pattern, REG_EXTENDED, extended[i].text, 0);
}

static void flags(void)
{
    static const char text[] = "One\ntwo\nThree";

    for (int newline = 0; newline <= REG_NEWLINE; newline += REG_NEWLINE) {
        show("^t", newline, text, 0);
        show("^t", newline | REG_ICASE, text, 0);
        show("e$", newline, text, REG_NOTEOL);
        show("o$", newline, text, 0);
        show("^O", newline, text, REG_NOTBOL);
        show("e.t", newline, text, 0);
        show("e[^x]t", newline, text, 0);
        show("[A-Z]WO", newline | REG_ICASE, text, 0);
        show("\\(o\\).*\\1", newline | REG_ICASE, text, 0);
        show("\\`t\\|e\\'", newline, text, 0);
    }
    show("b", REG_NOSUB, "abc", 0);
}

static void start_end(void)
{
    regex_t regex;
    regmatch_t match[1] = {{2, 5}};
    char message[8];
    size_t size;

    regcomp(&regex, "^c.*e$", 0);
    printf("%d", regexec(&regex, "abcdefg", 1, match, REG_STARTEND));
    printf(" %d,%d", (int)match[0].rm_so, (int)match[0].rm_eo);
    printf(" %d\n", regexec(&regex, "abcdefg", 0, NULL, 0));
    regfree(&regex);
    size = regerror(REG_NOMATCH, NULL, message, sizeof(message));
    printf("%zu %s %zu\n", size, message, regerror(REG_BADPAT, NULL, NULL, 0));
}

/* Long texts take time that grows with them, not with the ways there are. */
static void long_texts(void)
{
    enum {
        LENGTH = 3000
    };
    char *text = malloc(LENGTH + 1);

    memset(text, 'a', LENGTH);
    text[LENGTH] = '\0';
    text[LENGTH - 1] = 'b';
    for (int i = 0; i < 3; i++) {
        static const char *const patterns[] = {"(a*)*c", "(a|aa)+b", "(a+a+)+$|b"};
        regex_t regex;
        regmatch_t match[2];
        int error = regcomp(&regex, patterns[i], REG_EXTENDED);

        if (!error)
            error = regexec(&regex, text, i == 0 ? 0 : 2, match, 0);
        printf("%d", error);
        if (!error)
            printf(" %d,%d", (int)match[0].rm_so, (int)match[0].rm_eo);
        printf("\n");
        regfree(&regex);
    }
    free(text);
}

static void wide_classes(void)
{
    static const char *const names[] = {"alnum", "alpha", "blank", "cntrl", "digit", "graph",
                                        "lower", "print", "punct", "space", "upper", "xdigit"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        wctype_t type = wctype(names[i]);

        printf("%s:", names[i]);
        for (wint_t c = 0; c < 300; c++)
            if (iswctype(c, type))
                printf(" %x", c);
        printf("\n");
    }
    for (wint_t c = 0; c < 300; c++)
        printf("%x,%x,%d ", towlower(c), towctrans(c, wctrans("toupper")),
               c < 128 ? wcwidth((wchar_t)c) : -1);
    printf("%d %d %d\n", iswalpha(WEOF) != 0, wctype("none") == 0, wctrans("none") == 0);
    printf("%d %d %d %d\n", iswpunct('!') != 0, wcswidth(L"abc", 2), wcscasecmp(L"aBc", L"AbC"),
           wcsncasecmp(L"ab1", L"AB2", 2));
}

int main(void)
{
    tables();
    flags();
    start_end();
    long_texts();
    wide_classes();
    return 0;
}
