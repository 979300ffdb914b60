/*
 * printf, all of it: every conversion with every flag, widths, precisions and sizes; doubles and
 * long doubles of every magnitude. The output must be glibc's.
 */
#include <float.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t random_state = 42;

static uint64_t random_bits(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * 0x2545f4914f6cdd1dU;
}

/* All subsets of the flags, with some widths and precisions, before the letters of `end`. */
static void each_format(const char *end, void (*show)(const char *format))
{
    static const char flags[] = "-+ #0";
    static const char *const widths[] = {"", "5", "30"};
    static const char *const precisions[] = {"", ".", ".1", ".17"};
    char format[32];

    for (unsigned int set = 0; set < 32; set++) {
        for (size_t w = 0; w < sizeof(widths) / sizeof(widths[0]); w++) {
            for (size_t p = 0; p < sizeof(precisions) / sizeof(precisions[0]); p++) {
                char *place = format;

                *place++ = '%';
                for (int i = 0; i < 5; i++) {
                    if (set & (1U << i))
                        *place++ = flags[i];
                }
                sprintf(place, "%s%s%s", widths[w], precisions[p], end);
                show(format);
            }
        }
    }
}

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

static void show_int(const char *format)
{
    static const int values[] = {0, 1, -1, 42, -1234567, INT_MAX, INT_MIN};

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        char text[128];
        int length = snprintf(text, sizeof(text), format, values[i]);

        printf("%s|%s|%d\n", format + 1, text, length);
    }
}

static void show_long(const char *format)
{
    static const long values[] = {0, 7, -7, LONG_MAX, LONG_MIN};

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        char text[128];
        int length = snprintf(text, sizeof(text), format, values[i]);

        printf("%s|%s|%d\n", format + 1, text, length);
    }
}

static void show_double(const char *format)
{
    static const double values[] = {
        0.0,     -0.0,    1.0,  -1.5,    0.1,      9.995,         99.5,          0.5,     123456,
        1234567, 1e-5,    1e-4, 0.00012, 1e15,     1e16,          123456789.125, 1e300,   5e-324,
        DBL_MAX, DBL_MIN, 2.5,  3.5,     99999.95, 0.00009999995, 1e22,          -1e-300,
    };

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        char text[512];
        int length = snprintf(text, sizeof(text), format, values[i]);

        printf("%s|%s|%d\n", format + 1, text, length);
    }
}

static void show_special(const char *format)
{
    printf(format, __builtin_inf());
    printf(format, -__builtin_inf());
    printf(format, __builtin_nan(""));
    printf(format, -__builtin_nan(""));
    printf("\n");
}

static void show_string(const char *format)
{
    char text[128];
    int length = snprintf(text, sizeof(text), format, "Limen");

    printf("%s|%s|%d\n", format + 1, text, length);
    length = snprintf(text, sizeof(text), format, "");
    printf("%s|%s|%d\n", format + 1, text, length);
}

static void random_doubles(void)
{
    for (int i = 0; i < 1000; i++) {
        uint64_t bits = random_bits();
        double value;

        memcpy(&value, &bits, sizeof(value));
        printf("%a %.17g %g %.3e %e\n", value, value, value, value, value);
        value = (double)(int64_t)random_bits() / 1e9;
        printf("%f %.2f %.10f %.0f %g\n", value, value, value, value, value);
    }
    for (int i = 0; i < 20; i++) {
        uint64_t bits = random_bits();
        double value;

        memcpy(&value, &bits, sizeof(value));
        printf("%.1100f\n%.800e\n%.*g\n", value, value, i * 50, value);
    }
}

static void long_doubles(void)
{
    static const long double values[] = {
        0.0L,
        1.0L,
        -0.1L,
        LDBL_MAX,
        LDBL_MIN,
        LDBL_MIN / 1048576,
        1e4000L,
        1e-4940L,
        3.14159265358979323846264338327950288L,
        LDBL_EPSILON,
        18446744073709551615.0L,
    };

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        printf("%Lf\n%Le\n%Lg\n%La\n", values[i], values[i], values[i], values[i]);
        printf("%.30Lf\n%.30Le\n%.30Lg\n%.5La\n", values[i], values[i], values[i], values[i]);
        printf("%.0La %.1La %LA\n", values[i], values[i], values[i]);
    }
    printf("%.17000Lf\n", LDBL_MIN / 9223372036854775808.0L);
}

static void ties(void)
{
    for (int i = 0; i < 64; i++) {
        double value = i / 8.0;

        printf("%.0f %.1f %.2f %.3f %.0e %.1e %.1g %.2g\n", value, value, value, value, value,
               value, value, value);
        printf("%.0a %.1a %#.0a\n", value, value / 3, value);
    }
}

static void sizes(void)
{
    printf("%hhd %hd %d %ld %lld %jd %zd %td\n", (signed char)-1, (short)-2, -3, -4L, -5LL,
           (intmax_t)-6, (ssize_t)-7, (ptrdiff_t)-8);
    printf("%hhu %hu %u %lu %llu %ju %zu\n", (unsigned char)255, (unsigned short)65535, ~0U, ~0UL,
           ~0ULL, UINTMAX_MAX, SIZE_MAX);
    printf("%hhx %ho %lX %llo\n", (unsigned char)0xab, (unsigned short)0777, 0xdeadbeefcafeUL,
           01234567ULL);
}

static void counts(void)
{
    int count = 0;
    long long_count = 0;
    char small[4] = "xxx";

    printf("abc%ndef%ln\n", &count, &long_count);
    printf("%d %ld\n", count, long_count);
    printf("%d\n", snprintf(small, sizeof(small), "%s", "longer than that"));
    printf("<%s>\n", small);
    printf("%d\n", snprintf(small, 1, "%d", 12345));
    printf("<%s>\n", small);
    printf("%d\n", snprintf(NULL, 0, "%100s", ""));
}

/* Precisions beyond all digits. (glibc makes all of them, in two gigabytes.) */
static void endless(void)
{
    static const char *const texts[] = {
        "0.001000000000000000020816681711721685132943093776702880859375", "1.5", "-1", "-1", "-1",
    };
    char text[80];
    int length;

#ifdef __GLIBC__
    for (int i = 0; i < 5; i++)
        printf("%s\n", texts[i]);
#else
    (void)texts;
    snprintf(text, sizeof(text), "%.2147483647g", 1e-3);
    printf("%s\n", text);
    snprintf(text, sizeof(text), "%.2147483647g", 1.5);
    printf("%s\n", text);
    length = snprintf(text, sizeof(text), "%.2147483647e", 1e-10);
    printf("%d\n", length);
    length = snprintf(text, sizeof(text), "%.2147483647f", 1e-10);
    printf("%d\n", length);
    length = snprintf(text, sizeof(text), "%#.2147483647g", 1e-3);
    printf("%d\n", length);
#endif
}

static void odds(void)
{
    const char *null = NULL;
    int where = 5;

    printf("%%|%c|%-3c|%3c|\n", 'x', 'y', 'z');
    printf("%s|%10s|%.3s|%.8s|%-10s|\n", null, null, null, null, null);
    printf("%*d|%-*d|%*d|%.*d|%.*d|\n", 6, 42, 6, 42, -6, 42, 4, 42, -4, 42);
    printf("%p %p %20p %-20p|\n", NULL, (void *)0x1234, (void *)0xabcdef,
           (void *)&where == NULL ? NULL : (void *)1);
    printf("%5%|%-5%|%05d|%+5d|% 5d|\n", 1, 2, 3);
    printf("%'d %'f\n", 1234567, 1234567.5);
    printf("%.3d|%8.3d|%-8.3d|%08.3d|\n", 7, 7, 7, 7);
    printf("%#o %#x %#X %#o %#x\n", 0, 0, 0, 8, 255);
    printf("%i %u\n", -5, 5U);
    printf("%g %.3g %.1g %G\n", 999999.5, 9995.0, 9.5, 9999995e10);
}

int main(void)
{
    each_format("d", show_int);
    each_format("u", show_int);
    each_format("o", show_int);
    each_format("x", show_int);
    each_format("X", show_int);
    each_format("hhd", show_int);
    each_format("hu", show_int);
    each_format("ld", show_long);
    each_format("lx", show_long);
    each_format("s", show_string);
    each_format("f", show_double);
    each_format("e", show_double);
    each_format("g", show_double);
    each_format("G", show_double);
    each_format("a", show_double);
    each_format("f", show_special);
    each_format("E", show_special);
    each_format("G", show_special);
    each_format("A", show_special);
    sizes();
    counts();
    odds();
    endless();
    ties();
    random_doubles();
    long_doubles();
    return 0;
}
