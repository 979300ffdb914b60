/* sscanf and fscanf: what is assigned, how much, and where it stops must be glibc's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

static void integers(void)
{
    static const char *const texts[] = {"12", " -34x", "0x1F", "017",         "+5",    "-",
                                        "",   "  ",    "abc",  "99999999999", "1 2 3", "08"};
    static const char *const formats[] = {"%d%n",  "%i%n",  "%u%n",  "%x%n",    "%o%n",
                                          "%1d%n", "%3i%n", "%*d%n", "%d %d%n", "%hd%n"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        for (size_t k = 0; k < sizeof(formats) / sizeof(formats[0]); k++) {
            int a = -7, b = -8, c = -9;
            int count = sscanf(texts[i], formats[k], &a, &b, &c);

            printf("<%s> <%s>: %d %d %d %d\n", texts[i], formats[k], count, a, b, c);
        }
    }
}

static void longs(void)
{
    long l = 0;
    long long ll = 0;
    unsigned char hh = 0;
    short h = 0;
    size_t z = 0;
    void *p = NULL;
    int count;

    count = sscanf("123456789012 -5 300 70000 99 0xbeef", "%ld%lld%hhu%hd%zu%p", &l, &ll, &hh, &h,
                   &z, &p);
    printf("%d %ld %lld %d %d %zu %p\n", count, l, ll, hh, h, z, p);
    count = sscanf("99999999999999999999 -99999999999999999999", "%ld %ld", &l, (long *)&ll);
    printf("%d %ld %lld\n", count, l, ll);
}

static void floats(void)
{
    static const char *const texts[] = {"1.5", "-2e3x",    "inf",  "nan", "0x1.8p1",  ".5",
                                        ".",   "infinite", "5.e2", "-",   "12345.678"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        float f = -1;
        double d = -1;
        long double l = -1;
        int n = -1;

        printf("<%s> %d", texts[i], sscanf(texts[i], "%f%n", &f, &n));
        printf(" %a %d", f, n);
        printf(" %d", sscanf(texts[i], "%4lf", &d));
        printf(" %a", d);
        printf(" %d", sscanf(texts[i], "%Lg", &l));
        printf(" %La\n", l);
    }
}

static void strings(void)
{
    static const char *const formats[] = {
        "%s %s",  "%3s%s",   "%c%c",     "%2c%s",         "%[a-c]%s", "%[^ ]%s", "%*s%s",
        " %c %c", "%[]x]%s", "%[^]x]%s", "%2[a-z]%[a-z]", "%[a-]%s",  "x%s%s"};
    static const char *const texts[] = {"abc def", " abcdef", "abcabcx]y", "ab",   "",
                                        "   ",     "-a-b",    "]x]",       "xyz w"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        for (size_t k = 0; k < sizeof(formats) / sizeof(formats[0]); k++) {
            char a[32] = "........", b[32] = "........";
            int count = sscanf(texts[i], formats[k], a, b);

            printf("<%s> <%s>: %d <%.10s> <%.10s>\n", texts[i], formats[k], count, a, b);
        }
    }
}

static void allocated(void)
{
    char *a = NULL, *b = NULL;
    int count = sscanf("  some-rather-long-word-that-does-not-fit-thirty-two-bytes 12 rest",
                       "%ms %*d %m[a-z]", &a, &b);

    printf("%d %s %s\n", count, a, b);
    free(a);
    free(b);
}

static void mixed(void)
{
    int day = 0, year = 0, n = -1;
    char month[10] = "";

    printf("%d", sscanf("25 December 1995", "%d %9s %d", &day, month, &year));
    printf(" %d %s %d\n", day, month, year);
    printf("%d", sscanf("100%", "%d%%%n", &day, &n));
    printf(" %d %d\n", day, n);
    printf("%d", sscanf("100x", "%d%%%n", &day, &n));
    printf(" %d\n", n);
    printf("%d\n", sscanf("a,b", "a,c%d", &day));
    printf("%d\n", sscanf("", "%d", &day));
    printf("%d\n", sscanf("", "x"));
    printf("%d\n", sscanf("12", "%d %d", &day, &year));
    printf("%d\n", sscanf("12 x", "%d %d", &day, &year));
    printf("%d\n", sscanf("192.168.1.77", "%d.%d.%d.%d", &day, &year, &n, &day));
    printf("%d %d %d\n", day, year, n);
}

static void from_file(void)
{
    FILE *file = tmpfile();
    int value, count;
    char word[20];

    if (!file)
        return;
    fprintf(file, "1 2 3\n4 -x 5 07z word\n");
    rewind(file);
    while ((count = fscanf(file, "%d", &value)) == 1)
        printf("%d at %ld\n", value, ftell(file));
    printf("%d at %ld,", count, ftell(file));
    printf(" next %c\n", fgetc(file));
    printf("%d", fscanf(file, "%d %i", &value, &count));
    printf(" at %ld\n", ftell(file));
    printf("%d", fscanf(file, "%19s%19s", word, word));
    printf(" %s %d\n", word, fscanf(file, "%d", &value));
    fclose(file);
}

/* Wide characters: Limen's libc has none, and says so rather than put bytes in their place. */
static void wide(void)
{
    wchar_t text[8] = {0};
    int count = sscanf("ab", "%ls", text);

#ifdef __GLIBC__
    count = 0;
    text[0] = 0;
#endif
    printf("%d %d\n", count, (int)text[0]);
}

int main(void)
{
    integers();
    longs();
    floats();
    strings();
    allocated();
    mixed();
    from_file();
    wide();
    return 0;
}
