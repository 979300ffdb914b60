/*
 * The libc's mathematical functions, whose names begin with limen_ here, beside the wide ones of
 * glibc: how many units of the last place each is off at most, over inputs of every size.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define COUNT 20000

int *limen___errno_location(void)
{
    return &errno;
}

static uint64_t random_bits(void)
{
    static uint64_t state = 88172645463325252;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Any finite double; or one between -range and range. */
static double any_double(void)
{
    uint64_t bits;
    double x;

    do {
        bits = random_bits();
        memcpy(&x, &bits, sizeof(x));
    } while (!isfinite(x));
    return x;
}

static double double_within(double range)
{
    return ((double)(random_bits() >> 11) * 0x1p-52 - 1) * range;
}

static double input(int i)
{
    static const double ranges[] = {0, 1e-8, 0.5, 1, 1.5, 4, 40, 800, 1e6};
    double range = ranges[(size_t)i % (sizeof(ranges) / sizeof(ranges[0]))];

    return range == 0 ? any_double() : double_within(range);
}

/* In units of the last place of a double beside `right`. */
static long double distance(double got, long double right)
{
    int exponent;

    if (isnan(got) || isnan(right))
        return isnan(got) && isnan(right) ? 0 : INFINITY;
    if (isinf(got) || isinf((double)right))
        return (double)right == got ? 0 : INFINITY;
    frexpl(right, &exponent);
    exponent = right == 0 || exponent < -1021 ? -1021 : exponent;
    return fabsl(got - right) / ldexpl(1, exponent - 53);
}

static int status;

static void judge(const char *name, long double worst, double x, double y)
{
    printf("%-6s %.4Lf\n", name, worst);
    if (worst > (strcmp(name, "pow") == 0 ? 0.51L : 0.502L)) {
        printf("%s(%a, %a)\n", name, x, y);
        status = 1;
    }
}

#define OF_ONE(name)                                                 \
    double limen_##name(double x);                                   \
    static void check_##name(void)                                   \
    {                                                                \
        long double worst = 0;                                       \
        double at = 0;                                               \
                                                                     \
        for (int i = 0; i < COUNT; i++) {                            \
            double x = input(i);                                     \
            long double off = distance(limen_##name(x), name##l(x)); \
                                                                     \
            if (off > worst) {                                       \
                worst = off;                                         \
                at = x;                                              \
            }                                                        \
        }                                                            \
        judge(#name, worst, at, 0);                                  \
    }

#define OF_TWO(name)                                                       \
    double limen_##name(double x, double y);                               \
    static void check_##name(void)                                         \
    {                                                                      \
        long double worst = 0;                                             \
        double at[2] = {0, 0};                                             \
                                                                           \
        for (int i = 0; i < COUNT; i++) {                                  \
            double x = input(i), y = input(i / 9);                         \
            long double off = distance(limen_##name(x, y), name##l(x, y)); \
                                                                           \
            if (off > worst) {                                             \
                worst = off;                                               \
                at[0] = x;                                                 \
                at[1] = y;                                                 \
            }                                                              \
        }                                                                  \
        judge(#name, worst, at[0], at[1]);                                 \
    }

#define ALL(ONE, TWO)                                                                              \
    ONE(acos)                                                                                      \
    ONE(acosh) ONE(asin) ONE(asinh) ONE(atan) ONE(atanh) ONE(cbrt) ONE(cos) ONE(cosh) ONE(exp)     \
        ONE(exp2) ONE(expm1) ONE(log) ONE(log10) ONE(log1p) ONE(log2) ONE(sin) ONE(sinh) ONE(sqrt) \
            ONE(tan) ONE(tanh) TWO(atan2) TWO(fmod) TWO(hypot) TWO(pow) TWO(remainder)
#define CALL(name) check_##name();

ALL(OF_ONE, OF_TWO)

int main(void)
{
    ALL(CALL, CALL)
    return status;
}
