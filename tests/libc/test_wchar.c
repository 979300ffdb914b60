/* <wchar.h>: wide strings, and characters to and from UTF-8. */
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/*
 * All pairs of a lead and a second byte, with what follows. (glibc takes numbers above U+10FFFF,
 * and sees some wrong beginnings later: of what it is lax with only whole characters are compared.)
 */
static void every_beginning(void)
{
    static const char *const tails[] = {"\x80\x80", "\xbf\xbf", "\x80", "a", ""};

    for (int lead = 0; lead < 0xf4; lead++) {
        int strict = lead == 0xe0 || lead == 0xed || lead == 0xf0;
        unsigned int sum = 0;

        for (int second = 0; second < 256; second++) {
            for (size_t i = 0; i < (strict ? 2 : 5); i++) {
                char text[5] = {(char)lead, (char)second};
                mbstate_t state;
                wchar_t c = 77;
                size_t used;

                strcat(text + 2, tails[i]);
                memset(&state, 0, sizeof(state));
                errno = 0;
                used = mbrtowc(&c, text, 2 + strlen(tails[i]), &state);
                /* Behind what is refused the state is nobody's promise. */
                sum = sum * 31 + (unsigned int)used * 7 + (unsigned int)(errno == EILSEQ);
                if (used != (size_t)-1)
                    sum += (unsigned int)c + (unsigned int)(mbsinit(&state) != 0) * 3;
            }
        }
        printf("%02x %u\n", (unsigned int)lead, sum);
    }
}

static void every_character(void)
{
    unsigned int sum = 0, refused = 0, other = 0;

    for (wchar_t c = 0; c < 0x110000; c += c < 0x3000 ? 1 : 7) {
        char bytes[MB_LEN_MAX + 1] = "";
        mbstate_t state;
        wchar_t back = 0;
        size_t length;

        memset(&state, 0, sizeof(state));
        length = wcrtomb(bytes, c, &state);
        if (length == (size_t)-1) {
            refused++;
            continue;
        }
        for (size_t i = 0; i < length; i++)
            sum = sum * 31 + (unsigned char)bytes[i];
        /* Byte by byte. */
        for (size_t i = 0; i + 1 < length; i++)
            other += mbrtowc(&back, bytes + i, 1, &state) != (size_t)-2;
        mbrtowc(&back, bytes + (length ? length - 1 : 0), 1, &state);
        other += back != c;
    }
    printf("%u %u %u\n", sum, refused, other);
    printf("%d", (int)wcrtomb((char[16]){0}, -1, NULL));
    printf(" %d\n", errno == EILSEQ);
}

static void strings(void)
{
    static const char *const texts[] = {
        "",
        "plain",
        "gr\xc3\xbc\xc3\x9f\x65",
        "\xe2\x82\xac 5",
        "\xf0\x9f\x98\x80!",
        "bad\xff",
        "cut\xe2\x82",
        "\xc0\x80",
        "\xed\xa0\x80",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        wchar_t wide[20];
        char narrow[40];
        size_t length = mbstowcs(wide, texts[i], 20);

        printf("%d %d", (int)length, (int)mbstowcs(NULL, texts[i], 0));
        printf(" %d %d", mblen(texts[i], 8), mbtowc(wide + 19, texts[i], 8));
        if (length != (size_t)-1) {
            for (size_t k = 0; k <= length; k++)
                printf(" %x", (unsigned int)wide[k]);
            printf(" %d", (int)wcstombs(NULL, wide, 0));
            for (size_t size = 0; size < 8; size++) {
                memset(narrow, '#', sizeof(narrow));
                printf(" %d", (int)wcstombs(narrow, wide, size));
                printf("%.*s", 8, narrow);
            }
        }
        printf("\n");
    }
    printf("%d %d %d %d\n", (int)btowc('a'), btowc(0xc3) == WEOF, wctob(L'z'), wctob(0xfc));
    printf("%d %d\n", (int)MB_CUR_MAX >= 4, mbsinit(NULL) != 0);
}

static void in_pieces(void)
{
    const char *from = "a\xc3\xbc\xe2\x82\xac.";
    const wchar_t *wide_from = L"a\x20ac\x10348z";
    const wchar_t *wide;
    const char *text;
    mbstate_t state;
    wchar_t to[10];
    char bytes[20];

    for (size_t count = 0; count < 6; count++) {
        memset(&state, 0, sizeof(state));
        text = from;
        printf("%d", (int)mbsrtowcs(to, &text, count, &state));
        printf(" %d;", text ? (int)(text - from) : -1);
    }
    for (size_t size = 0; size < 10; size++) {
        memset(&state, 0, sizeof(state));
        text = from;
        printf(" %d", (int)mbsnrtowcs(to, &text, size, 10, &state));
        printf(" %d", text ? (int)(text - from) : -1);
    }
    for (size_t size = 0; size < 10; size++) {
        memset(&state, 0, sizeof(state));
        wide = wide_from;
        printf(" %d", (int)wcsrtombs(bytes, &wide, size, &state));
        printf(" %d", wide ? (int)(wide - wide_from) : -1);
    }
    printf("\n");
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void wide_functions(void)
{
    static const wchar_t text[] = L"one two\u20acthree two";
    wchar_t buf[40] = L"start ";
    wchar_t *place, *copy;

    printf("%d %d %d\n", (int)wcslen(text), (int)wcsnlen(text, 5), (int)wcsnlen(text, 50));
    printf("%d %d", (int)(wcschr(text, L't') - text), wcschr(text, L'x') == NULL);
    printf(" %d %d\n", (int)(wcschr(text, 0) - text), (int)(wcsrchr(text, L't') - text));
    printf("%d %d\n", (int)(wcsstr(text, L"two") - text), wcsstr(text, L"owt") == NULL);
    printf("%d %d\n", (int)(wcsstr(text, L"") - text), wcsrchr(text, L'q') == NULL);
    printf("%d %d\n", (int)wcsspn(text, L"enot"), (int)wcscspn(text, L"\u20acx"));
    printf("%d %d\n", (int)(wcspbrk(text, L"\u20acw") - text), wcspbrk(text, L"z") == NULL);
    printf("%d %d %d\n", sign(wcscmp(L"a", L"b")), sign(wcscmp(L"b", L"a")), wcscmp(L"a", L"a"));
    printf("%d %d\n", wcsncmp(L"ab", L"ac", 1), sign(wcsncmp(L"ab", L"ac", 2)));
    printf("%d\n", sign(wcscmp(L"\x7fffffff", L"a")));
    printf("%ld\n", (long)wcslen(wcscat(wcsncat(buf, text, 3), L" end")));
    printf("%d\n", (int)(wcpcpy(buf, L"abc") - buf));
    wcsncpy(buf, L"xy", 6);
    printf("%d %d\n", buf[1], buf[5]);
    wmemset(buf, L'q', 3);
    wmemmove(buf + 1, buf, 5);
    printf("%d %d", wmemcmp(buf, L"qqqq", 4), (int)(wmemchr(buf, L'q', 9) - buf));
    printf(" %d\n", wmemchr(buf, L'#', 9) == NULL);
    copy = wcsdup(text);
    for (wchar_t *word = wcstok(copy, L" \u20ac", &place); word;
         word = wcstok(NULL, L" \u20ac", &place))
        printf("[%d:%d]", (int)wcslen(word), (int)(word - copy));
    printf("\n");
    free(copy);
}

int main(void)
{
    printf("%d\n", setlocale(LC_ALL, "C.UTF-8") != NULL);
    every_beginning();
    every_character();
    strings();
    in_pieces();
    wide_functions();
    return 0;
}
