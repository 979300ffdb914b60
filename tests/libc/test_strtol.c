/* strtol and its kin, atoi, and integer scanning: values, ends and errno must be glibc's. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const texts[] = {
    "0",
    "1",
    "-1",
    "+1",
    " \t\n\v\f\r42",
    "42abc",
    "abc",
    "",
    "-",
    "+",
    "+-1",
    "- 1",
    "0x",
    "0x1f",
    "0X1F",
    "0xg",
    "-0x10",
    "010",
    "08",
    "0b11",
    "z",
    "Zz",
    "7fffffffffffffff",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "-18446744073709551615",
    "-18446744073709551616",
    "99999999999999999999999999999",
    "-99999999999999999999999",
    "1777777777777777777777",
    "2000000000000000000000",
    "11111111111111111111111111111111111",
    "0x8000000000000000",
    "0xffffffffffffffff",
    "0x10000000000000000",
    "  ",
    "0 1",
    "00",
    "2147483648",
    "-2147483649",
};

static void show(const char *text, int base)
{
    char *end = NULL;
    long value;
    unsigned long natural;

    errno = 0;
    value = strtol(text, &end, base);
    printf("%s/%d: %ld %ld %d", text, base, value, end ? (long)(end - text) : -1, errno);
    errno = 0;
    natural = strtoul(text, &end, base);
    printf(" %lu %ld %d", natural, end ? (long)(end - text) : -1, errno);
    printf(" %lld %llu %jd %ju\n", strtoll(text, NULL, base), strtoull(text, NULL, base),
           strtoimax(text, NULL, base), strtoumax(text, NULL, base));
}

int main(void)
{
    static const int bases[] = {0, 2, 8, 10, 16, 36, 1, 37, -1};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        for (size_t k = 0; k < sizeof(bases) / sizeof(bases[0]); k++)
            show(texts[i], bases[k]);
        printf("%d %ld %lld %a\n", atoi(texts[i]), atol(texts[i]), atoll(texts[i]), atof(texts[i]));
    }
    return 0;
}
