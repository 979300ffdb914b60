/* <math.h>: what is exact to the bit, special values, and errno. accuracy.c judges the rest. */
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double values[] = {
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    1.5,
    -2.5,
    2.0,
    3.0,
    -3.0,
    1e-300,
    -1e-300,
    1e300,
    -1e300,
    DBL_MAX,
    -DBL_MAX,
    DBL_MIN,
    5e-324,
    -5e-324,
    INFINITY,
    NAN,
    0x1.8p52,
    0x1p53,
    1e15,
    0.1,
    1e22,
    100.25,
    -7.75,
    710.5,
    -750.0,
    4503599627370495.5,
    0.49999999999999994,
    1 / 3.0,
    -INFINITY,
    2147483647.5,
    1e-5,
};
#define COUNT (sizeof(values) / sizeof(values[0]))

/* The sign of a NaN is nobody's promise. */
static void show(double value)
{
    if (isnan(value))
        printf(" nan");
    else
        printf(" %a", value);
}

static void show_about(double value)
{
    if (isnan(value))
        printf(" nan");
    else
        printf(" %.12g", value);
}

static void show_about_float(float value)
{
    if (isnan(value))
        printf(" nan");
    else
        printf(" %.5g", (double)value);
}

/* Underflow to a subnormal sets errno in some libraries. */
static void show_error(double value)
{
    if (fpclassify(value) == FP_SUBNORMAL)
        errno = 0;
    printf(" %s", errno == EDOM ? "EDOM" : errno == ERANGE ? "ERANGE" : "-");
    errno = 0;
}

#define EXACT(function)                    \
    printf(#function "\n");                \
    for (size_t i = 0; i < COUNT; i++) {   \
        show(values[i]);                   \
        show((double)function(values[i])); \
        printf("\n");                      \
    }

static void exact(void)
{
    EXACT(ceil)
    EXACT(floor)
    EXACT(trunc)
    EXACT(round)
    EXACT(rint)
    EXACT(nearbyint)
    EXACT(fabs)
    EXACT(sqrt)
    EXACT(logb)
    EXACT(ceilf)
    EXACT(roundf)
    EXACT(sqrtf)
    EXACT(isnan)
    EXACT(isfinite)
    EXACT(signbit)
    EXACT(fpclassify)
}

#define EXACT_OF_TWO(function)                            \
    printf(#function "\n");                               \
    for (size_t i = 0; i < COUNT; i++) {                  \
        for (size_t k = 0; k < COUNT; k++)                \
            show((double)function(values[i], values[k])); \
        printf("\n");                                     \
    }

static void exact_of_two(void)
{
    EXACT_OF_TWO(fmod)
    EXACT_OF_TWO(remainder)
    EXACT_OF_TWO(fdim)
    EXACT_OF_TWO(copysign)
    EXACT_OF_TWO(nextafter)
    EXACT_OF_TWO(nextafterf)
}

/* Of two zeros either is the greater. */
static void extremes(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < COUNT; k++) {
            show(fmax(values[i], values[k]) + 0.0);
            show(fmin(values[i], values[k]) + 0.0);
        }
        printf("\n");
    }
}

static void parts(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        int exponent = 0;
        double whole, fraction;

        fraction = frexp(values[i], &exponent);
        show(fraction);
        printf(" %d", isfinite(values[i]) ? exponent : 0);
        fraction = modf(values[i], &whole);
        show(whole);
        show(fraction);
        if (values[i] != 0 && isfinite(values[i]))
            printf(" %d", ilogb(values[i]));
        if (fabs(values[i]) < 1e18)
            printf(" %ld %ld", lround(values[i]), lrint(values[i]));
        for (int power = -2200; power <= 2200; power += 275) {
            errno = 0;
            show(ldexp(values[i], power));
            show(scalbnf((float)values[i], power / 10));
        }
        printf("\n");
    }
    show(ldexp(1, 2147483647));
    show(ldexp(1, -2147483647 - 1));
    show(scalbln(5e-324, 9223372036854775807L));
    printf("\n");
}

#define ABOUT(function)                                  \
    printf(#function "\n");                              \
    for (size_t i = 0; i < COUNT; i++) {                 \
        double value;                                    \
        errno = 0;                                       \
        value = function(values[i]);                     \
        show_about(values[i]);                           \
        show_about(value);                               \
        show_error(value);                               \
        show_about_float(function##f((float)values[i])); \
        printf("\n");                                    \
    }

static void about(void)
{
    ABOUT(acos)
    ABOUT(acosh)
    ABOUT(asin)
    ABOUT(asinh)
    ABOUT(atan)
    ABOUT(atanh)
    ABOUT(cbrt)
    ABOUT(cos)
    ABOUT(cosh)
    ABOUT(exp)
    ABOUT(exp2)
    ABOUT(expm1)
    ABOUT(log)
    ABOUT(log10)
    ABOUT(log1p)
    ABOUT(log2)
    ABOUT(sin)
    ABOUT(sinh)
    ABOUT(tan)
    ABOUT(tanh)
}

#define ABOUT_OF_TWO(function)                      \
    printf(#function "\n");                         \
    for (size_t i = 0; i < COUNT; i++) {            \
        for (size_t k = 0; k < COUNT; k++) {        \
            double value;                           \
            errno = 0;                              \
            value = function(values[i], values[k]); \
            show_about(value);                      \
            show_error(value);                      \
        }                                           \
        printf("\n");                               \
    }

static void about_of_two(void)
{
    ABOUT_OF_TWO(atan2)
    ABOUT_OF_TWO(hypot)
    ABOUT_OF_TWO(pow)
}

/* Powers of small numbers are exact. */
static void powers(void)
{
    for (int base = -12; base <= 12; base++) {
        for (int exponent = -5; exponent <= 15; exponent++)
            show(pow(base, exponent));
        printf("\n");
    }
    for (int i = -20; i <= 22; i++)
        printf(" %g %g %g", log10(pow(10, i)), log2(ldexp(1, i)), exp2(i));
    printf("\n");
}

int main(void)
{
    exact();
    exact_of_two();
    extremes();
    parts();
    about();
    about_of_two();
    powers();
    return 0;
}
