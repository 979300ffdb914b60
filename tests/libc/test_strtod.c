/*
 * strtod, strtof, strtold: written forms, and rounding of what lies at, just above and just below
 * the middle between two numbers. Bits, end and errno must be glibc's.
 */
#include <errno.h>
#include <float.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_state = 7;

static uint64_t random_bits(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * 0x2545f4914f6cdd1dU;
}

static void show(const char *text)
{
    char *end;
    double d;
    float f;
    long double l;

    errno = 0;
    d = strtod(text, &end);
    printf("%.60s: %a %ld %d", text, d, (long)(end - text), errno);
    errno = 0;
    f = strtof(text, &end);
    printf(" %a %d", f, errno);
    errno = 0;
    l = strtold(text, &end);
    printf(" %La %ld %d\n", l, (long)(end - text), errno);
}

static const char *const texts[] = {
    "0",
    "-0",
    "1",
    "+1.5",
    " \t\n2.25x",
    "",
    "-",
    "+",
    ".",
    ".5",
    "5.",
    "-.5e1",
    "1e",
    "1e+",
    "1e-",
    "1e5",
    "1E5",
    "1e+05x",
    "1e-05",
    "e5",
    "..5",
    "1..5",
    "inf",
    "INFINITY",
    "-infinit",
    "infx",
    "nan",
    "NAN(abc_1)",
    "nan(",
    "nan(-)",
    "-nan",
    "in",
    "0x",
    "0x1",
    "0x1p",
    "0x1p3",
    "0X1.8P-1",
    "0x.8",
    "0x.",
    "0xp3",
    "0x1.fffffffffffff7",
    "0x1.fffffffffffff8",
    "0x1.fffffffffffffffff",
    "0x1.fffffffffffffffe8p3",
    "0x1.ffffffffffffffff00000000000000000000001",
    "0x1.ffffffffffffffff",
    "0x1.0000000000000001000000000000000000000000000000000001",
    "0x1p1024",
    "0x1p-1074",
    "0x1p-1075",
    "0x1.8p-1075",
    "0x1.0000000000000001p-1075",
    "0x0.0000000000000000000001p50",
    "0x1p-16445",
    "0x1p-16446",
    "0x1p16384",
    "0x123456789abcdef0123456789",
    "0x1p99999999999999999999",
    "0x1p-99999999999999999999",
    "1e99999999999999999999",
    "1e-99999999999999999999",
    "0e99999999999999999",
    "1e308",
    "1.7976931348623157e308",
    "1.7976931348623158e308",
    "1.7976931348623159e308",
    "1e309",
    "2.2250738585072014e-308",
    "2.2250738585072011e-308",
    "4.9e-324",
    "2.4703282292062327e-324",
    "2.4703282292062328e-324",
    "2e-324",
    "1e-400",
    "1e4932",
    "1.18973149535723176502e4932",
    "1e4933",
    "3.6e-4951",
    "1e-4960",
    "3.4028235e38",
    "3.4028236e38",
    "1.4e-45",
    "7e-46",
    "7.1e-46",
    "9007199254740993",
    "9007199254740992.5",
    "9007199254740993.00000000000000000000000000000000000000000000001",
    "0.1",
    "0.3",
    "123456789012345678901234567890",
    "1.00000000000000011102230246251565404236316680908203125",
    "1.00000000000000011102230246251565404236316680908203124999999999999999999999999",
    "1.00000000000000011102230246251565404236316680908203125000000000000000000000001",
    "18446744073709551615",
    "18446744073709551615.5",
    "18446744073709551616",
    "9223372036854775807.5",
    "36893488147419103231",
    "0.000000000000000000000000000000000000000000000000000000000000000000000000000001",
    "100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000e-100",
};

static void forms(void)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        show(texts[i]);
}

/* Random doubles in all their digits; and the exact middle to the next one, and around it. */
static void middles(void)
{
    static char text[2000];

    for (int i = 0; i < 1500; i++) {
        uint64_t bits = random_bits() & 0x7fffffffffffffff;
        double value, next;
        size_t length;

        if (i % 5 == 0)
            bits >>= 11;
        memcpy(&value, &bits, sizeof(value));
        bits++;
        memcpy(&next, &bits, sizeof(next));
        if (!(next <= DBL_MAX))
            continue;
        sprintf(text, "%.17g", value);
        show(text);
        sprintf(text, "%.1100Le", ((long double)value + next) / 2);
        show(text);
        length = strcspn(text, "e");
        text[length - 1] = '1';
        show(text);
        sprintf(text, "%.20g", value);
        show(text);
    }
}

static void long_middles(void)
{
    static char text[20000];

    for (int i = 0; i < 60; i++) {
        struct {
            uint64_t mantissa;
            uint64_t exponent;
        } raw = {random_bits() | 1UL << 63, random_bits() & 0x7fff};
        long double value;

        if (raw.exponent == 0x7fff || raw.exponent == 0)
            continue;
        memcpy(&value, &raw, 10);
        sprintf(text, "%.25Lg", value);
        show(text);
        sprintf(text, "%.12000Lg", value);
        show(text);
    }
}

/* More digits than could ever be kept. */
static void endless(void)
{
    static char text[60000];

    memset(text, '0', 50000);
    memcpy(text, "1.5", 3);
    strcpy(text + 49000, "1");
    show(text);
    memset(text, '0', 50000);
    text[1] = '.';
    strcpy(text + 40000, "7e39999");
    show(text);
    memset(text, '9', 50000);
    strcpy(text + 40000, "e-40000");
    show(text);
    /* 2^53 + 1 is a tie that the very last digit breaks. */
    memset(text, '0', 50000);
    memcpy(text, "9007199254740993.", 17);
    strcpy(text + 49000, "1");
    show(text);
}

int main(void)
{
    forms();
    middles();
    long_middles();
    endless();
    return 0;
}
