/* Sine and cosine of an angle within a quarter of the circle, by their series. See wide.h. */
#include "libc/math/wide.h"

/* -1/3!, 1/5!, -1/7! ... */
static const long double sine[] = {
    -1.0L / 6,
    1.0L / 120,
    -1.0L / 5040,
    1.0L / 362880,
    -1.0L / 39916800,
    1.0L / 6227020800,
    -1.0L / 1307674368000,
    1.0L / 355687428096000,
    -1.0L / 121645100408832000,
    1.0L / 51090942171709440000.0L,
};

/* -1/2!, 1/4!, -1/6! ... */
static const long double cosine[] = {
    -1.0L / 2,
    1.0L / 24,
    -1.0L / 720,
    1.0L / 40320,
    -1.0L / 3628800,
    1.0L / 479001600,
    -1.0L / 87178291200,
    1.0L / 20922789888000,
    -1.0L / 6402373705728000,
    1.0L / 2432902008176640000,
};

static long double sine_near_zero(long double x)
{
    long double square = x * x;

    return x + x * square * WIDE_SERIES(sine, square);
}

static long double cosine_near_zero(long double x)
{
    long double square = x * x;

    return 1 + square * WIDE_SERIES(cosine, square);
}

long double __wide_sin(struct wide_angle angle)
{
    long double value =
        angle.quarter % 2 ? cosine_near_zero(angle.rest) : sine_near_zero(angle.rest);

    return angle.quarter & 2 ? -value : value;
}

long double __wide_cos(struct wide_angle angle)
{
    angle.quarter++;
    return __wide_sin(angle);
}
