/* <wchar.h>: numbers and dates of wide characters. */
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <wchar.h>

static const wchar_t *const integers[] = {
    L"",
    L" ",
    L"0",
    L"12",
    L" \t\n-12x",
    L"+7",
    L"0x1f",
    L"0xg",
    L"0X",
    L"017",
    L"08",
    L"zz9",
    L"9223372036854775807",
    L"9223372036854775808",
    L"-9223372036854775808",
    L"-9223372036854775809",
    L"18446744073709551615",
    L"18446744073709551616",
    L"-1",
    L"+-1",
    L"12\u0660",
    L"\u00a012",
    L"\U000109991",
    L"1\u00e91",
    L"\u0131",
    L"1 2",
    L"-0x",
};

static void integer_show(const wchar_t *text, int base)
{
    wchar_t *end;

    errno = 0;
    printf("%ld", wcstol(text, &end, base));
    printf(" %d %d", (int)(end - text), errno == ERANGE);
    errno = 0;
    printf(" %lu", wcstoul(text, &end, base));
    printf(" %d %d", (int)(end - text), errno == ERANGE);
    printf(" %lld", wcstoll(text, &end, base));
    printf(" %llu", wcstoull(text, NULL, base));
    printf(" %" PRIdMAX, wcstoimax(text, NULL, base));
    printf(" %" PRIuMAX "\n", wcstoumax(text, &end, base));
}

static const wchar_t *const numbers[] = {
    L"",       L" .",     L"1",          L" -1.5e3x", L"1e",        L"1e+",      L"0x1.8p1",
    L"0x",     L"inf",    L"-INFINITYx", L"nan",      L"nan(a_1)",  L"nan(a-1)", L"1e400",
    L"-1e400", L"1e-400", L"4.9e-324",   L"3.5e38",   L"1.5\u0665", L"\u20071",  L"0.1",
    L"1,5",    L"..5",    L".5.",        L"+.5e-1",
};

static void number_show(const wchar_t *text)
{
    wchar_t *end;

    errno = 0;
    printf("%a", wcstod(text, &end));
    printf(" %d %d", (int)(end - text), errno == ERANGE);
    errno = 0;
    printf(" %a", wcstof(text, &end));
    printf(" %d %d", (int)(end - text), errno == ERANGE);
    printf(" %.20Lg", wcstold(text, &end));
    printf(" %d\n", (int)(end - text));
}

/* More characters than fit anywhere but into allocated memory. */
static void long_ones(void)
{
    static wchar_t text[5002];
    wchar_t *end;

    wmemset(text, L'0', 5000);
    text[4999] = L'7';
    printf("%ld", wcstol(text, &end, 10));
    printf(" %d", (int)(end - text));
    text[0] = L'.';
    text[4998] = L'e';
    text[4997] = L'1';
    printf(" %g", wcstod(text, &end));
    printf(" %d", (int)(end - text));
    wmemset(text, L' ', 4000);
    printf(" %ld", wcstol(text, &end, 10));
    printf(" %d", (int)(end - text));
    wmemset(text, L'(', 5000);
    printf(" %ld", wcstol(text, &end, 10));
    printf(" %d\n", (int)(end - text));
}

static void strings(void)
{
    wchar_t buf[8];
    struct tm tm = {.tm_year = 126, .tm_mon = 10, .tm_mday = 22, .tm_wday = 0};

    wmemset(buf, L'x', 8);
    printf("%d", (int)(wcpncpy(buf, L"ab", 5) - buf));
    printf(" %d %c", (int)buf[4], (char)buf[5]);
    printf(" %d", (int)(wcpncpy(buf, L"abcdef", 3) - buf));
    printf(" %c", buf[3] ? (char)buf[3] : '0');
    printf(" %d", (int)wcsxfrm(buf, L"xyz", 8));
    printf(" %d", wcscmp(buf, L"xyz"));
    printf(" %d\n", (int)wcsxfrm(NULL, L"xyz", 0));
    for (size_t count = 0; count < 8; count++) {
        size_t length = wcsftime(buf, count, L"\u00e9%d\u20ac%y", &tm);

        printf("%d ", (int)length);
        if (length)
            printf("%x %c%c %x", (unsigned int)buf[0], (char)buf[1], (char)buf[2],
                   (unsigned int)buf[3]);
        printf("\n");
    }
    wmemset(buf, L'x', 8);
    printf("%d", (int)wcsftime(buf, 8, L"", &tm));
    printf(" %d\n", (int)buf[0]);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
        integer_show(integers[i], 10);
        integer_show(integers[i], 0);
        integer_show(integers[i], 16);
        integer_show(integers[i], 36);
    }
    errno = 0;
    printf("%ld", wcstol(L"1", NULL, 1));
    printf(" %d\n", errno == EINVAL);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        number_show(numbers[i]);
    long_ones();
    strings();
    return 0;
}
