/* fnmatch, glob, basename, dirname. */
#include <fnmatch.h>
#include <glob.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void matches(void)
{
    static const char *const patterns[] = {
        "*",
        "?",
        "a*",
        "*a",
        "a*b*c",
        "*.c",
        "[abc]",
        "[!abc]",
        "[a-c]x",
        "[^a-c]x",
        "[]a]",
        "[!]a]",
        "[a-]",
        "\\*",
        "a\\",
        "[",
        "[a",
        "[[:digit:]]*",
        "[[:alpha:][:digit:]]",
        "*/b",
        "a/*",
        "a?b",
        "a[/]b",
        ".*",
        "[.]a",
        "\\.a",
        "?a",
        "",
        "***",
        "a**b",
        "[a\\]]",
        "[\\]]x",
        "x[a-c",
        "*/.b",
        "a/?b",
        "A*",
    };
    static const char *const texts[] = {
        "",   "a", "b",  "abc", "a/b",  "a.c",   "ax",    "-",      "]",  "*",     "a\\", "[",
        "[a", "5", "5x", ".a",  "a/.b", "a/b/c", "aXbXc", "abcabc", "]x", "x[a-c", "AB"};
    static const int flags[] = {0,
                                FNM_PATHNAME,
                                FNM_PERIOD,
                                FNM_PATHNAME | FNM_PERIOD,
                                FNM_NOESCAPE,
                                FNM_CASEFOLD,
                                FNM_LEADING_DIR};

    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
            printf("%s %s:", patterns[i], texts[k]);
            for (size_t f = 0; f < sizeof(flags) / sizeof(flags[0]); f++)
                printf(" %d", fnmatch(patterns[i], texts[k], flags[f]));
            printf("\n");
        }
    }
    printf("%d\n", fnmatch("*a*a*a*a*a*a*a*a*b",
                           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0));
}

static void touch(const char *path)
{
    FILE *file = fopen(path, "w");

    if (file)
        fclose(file);
}

static void paths(void)
{
    static const char *const patterns[] = {"*",    "*.c",   "d*/*",   "d?/x*",     "none*",
                                           "none", ".h*",   "[a-c]*", "d1/*.[ch]", "./*.c",
                                           "*//*", "\\a.c", "d1/..",  "d1/../*.c", "*/*"};
    static const int flags[] = {0, GLOB_MARK, GLOB_NOCHECK, GLOB_NOESCAPE, GLOB_PERIOD, GLOB_ERR};

    mkdir("d1", 0755);
    mkdir("d2", 0755);
    touch("a.c");
    touch("b.c");
    touch("c.h");
    touch(".hidden");
    touch("d1/x.c");
    touch("d1/y.h");
    touch("d2/x");
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        for (size_t f = 0; f < sizeof(flags) / sizeof(flags[0]); f++) {
            glob_t found = {0};
            int result = glob(patterns[i], flags[f], NULL, &found);

            printf("%s %d: %d", patterns[i], flags[f], result);
            for (size_t k = 0; result == 0 && k < found.gl_pathc; k++)
                printf(" %s", found.gl_pathv[k]);
            printf("\n");
            globfree(&found);
        }
    }
}

static void parts(void)
{
    static const char *const texts[] = {"",     "/",     "a",    "/a", "a/", "a/b", "/a/b",
                                        "a//b", "a/b//", "///a", ".",  "..", "a/."};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char one[16], two[16];

        strcpy(one, texts[i]);
        strcpy(two, texts[i]);
        printf("<%s> <%s> <%s>\n", texts[i], dirname(one), basename(two));
    }
    printf("%s %s\n", dirname(NULL), basename(NULL));
}

int main(void)
{
    matches();
    paths();
    parts();
    return 0;
}
