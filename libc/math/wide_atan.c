/* The arc tangent, of a quotient that need not be computed where it is great. See wide.h. */

#include "libc/math/wide.h"

#define PI 0xc90fdaa22168c235p-62L

/* -1/3, 1/5, -1/7 ... */
static const long double odd[] = {
    -1.0L / 3,  1.0L / 5,  -1.0L / 7,  1.0L / 9,  -1.0L / 11, 1.0L / 13, -1.0L / 15, 1.0L / 17,
    -1.0L / 19, 1.0L / 21, -1.0L / 23, 1.0L / 25, -1.0L / 27, 1.0L / 29, -1.0L / 31,
};

/* For 0 <= x <= 1: twice that of the half angle's tangent, which is below 0.4142, and again. */
static long double atan_small(long double x)
{
    long double half = x / (1 + __wide_sqrt(1 + x * x));
    long double quarter = half / (1 + __wide_sqrt(1 + half * half));
    long double square = quarter * quarter;

    return 4 * (quarter + quarter * square * WIDE_SERIES(odd, square));
}

long double __wide_atan2(long double y, long double x)
{
    long double width = x < 0 ? -x : x;
    long double height = y < 0 ? -y : y;
    long double angle;

    if (height <= width)
        angle = width == 0 ? 0 : atan_small(height / width);
    else
        angle = PI / 2 - atan_small(width / height);
    if (x < 0)
        angle = PI - angle;
    return y < 0 ? -angle : angle;
}
