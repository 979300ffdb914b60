/*
 * How the functions are computed: in the x87's format, whose 64 bits are 11 more than a double's,
 * by a reduction of the argument and the first terms of a series. The result is a unit or two of
 * that format wrong, so that rounded to double it is the nearest in all but about one case in 500,
 * and never farther than 0.502 units of the last place (pow: 0.51; tests/libc/accuracy.c measures
 * it).
 */
#ifndef LIMEN_LIBC_MATH_WIDE_H
#define LIMEN_LIBC_MATH_WIDE_H

#include <stdbool.h>
#include <stddef.h>

/* The number high + low, of which high alone is an approximation. */
struct wide_pair {
    long double high;
    long double low;
};

/* The exact sum, if a is 0 or not less than b (apart from signs); low is less than high's last bit.
 */
static inline struct wide_pair wide_sum(long double a, long double b)
{
    long double high = a + b;

    return (struct wide_pair){high, b - (high - a)};
}

/* x * 2^exponent, which the wide format has room for if |exponent| < 5000. */
long double __wide_scale(long double x, int exponent);
/* x is the result times 2^*exponent, the result between sqrt(1/2) and sqrt(2). x > 0, finite. */
long double __wide_split(long double x, int *exponent);
long double __wide_sqrt(long double x);

/* e^(x.high + x.low), where low is small; beyond +-11000 as there, which no double is near. */
long double __wide_exp(struct wide_pair x);
long double __wide_expm1(long double x);
/* For x > 0, finite. */
struct wide_pair __wide_log(long double x);
long double __wide_log1p(long double x);

/* Which quarter of the circle x is in, counted from the one around 0, and where in it. */
struct wide_angle {
    unsigned int quarter; /* modulo 4 */
    long double rest;     /* between -pi/4 and pi/4 */
};
struct wide_angle __wide_reduce(double x);
long double __wide_sin(struct wide_angle angle);
long double __wide_cos(struct wide_angle angle);

/* For finite numbers; the angle of the point (x, y). */
long double __wide_atan2(long double y, long double x);

/* x less whole times y: the nearest number of them, or as many as fit. */
double __wide_rest(double x, double y, bool nearest);

/* c[0] + c[1] x + c[2] x^2 ... */
static inline long double wide_series(const long double *c, size_t count, long double x)
{
    long double sum = 0;

    while (count-- > 0)
        sum = sum * x + c[count];
    return sum;
}
#define WIDE_SERIES(c, x) wide_series((c), sizeof(c) / sizeof((c)[0]), (x))

/* The double next to x; errno is ERANGE if it is infinite or 0 and x is not. */
double __narrow(long double x);
/* NaN and EDOM; infinity with that sign and ERANGE. */
double __math_invalid(void);
double __math_pole(bool negative);
/* Is x no number whose logarithm can be computed? Then that is in *result. */
bool __log_is_special(double x, double *result);

#endif
