/*
 * The functions of float: those of double, rounded. A program gets only those that it calls, for
 * each lies in a section of its own.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>

#define OF_ONE(name)            \
    float name##f(float x)      \
    {                           \
        return narrow(name(x)); \
    }
#define OF_TWO(name, x, y)          \
    float name##f(float x, float y) \
    {                               \
        return narrow(name(x, y));  \
    }
#define TO_INTEGER(type, name) \
    type name##f(float x)      \
    {                          \
        return name(x);        \
    }

static float narrow(double x)
{
    float result = (float)x;

    if ((isinf(result) && !isinf(x)) || (result == 0 && x != 0))
        errno = ERANGE;
    return result;
}

OF_ONE(acos)
OF_ONE(acosh)
OF_ONE(asin)
OF_ONE(asinh)
OF_ONE(atan)
OF_ONE(atanh)
OF_ONE(cbrt)
OF_ONE(ceil)
OF_ONE(cos)
OF_ONE(cosh)
OF_ONE(exp)
OF_ONE(exp2)
OF_ONE(expm1)
OF_ONE(fabs)
OF_ONE(floor)
OF_ONE(log)
OF_ONE(log10)
OF_ONE(log1p)
OF_ONE(log2)
OF_ONE(logb)
OF_ONE(nearbyint)
OF_ONE(rint)
OF_ONE(round)
OF_ONE(sin)
OF_ONE(sinh)
OF_ONE(sqrt)
OF_ONE(tan)
OF_ONE(tanh)
OF_ONE(trunc)

OF_TWO(atan2, y, x)
OF_TWO(copysign, x, y)
OF_TWO(fdim, x, y)
OF_TWO(fmax, x, y)
OF_TWO(fmin, x, y)
OF_TWO(fmod, x, y)
OF_TWO(hypot, x, y)
OF_TWO(pow, x, y)
OF_TWO(remainder, x, y)

TO_INTEGER(int, ilogb)
TO_INTEGER(long, lrint)
TO_INTEGER(long, lround)
TO_INTEGER(long long, llrint)
TO_INTEGER(long long, llround)

float frexpf(float x, int *exponent)
{
    return (float)frexp(x, exponent);
}

float modff(float x, float *whole)
{
    double whole_double;
    float fraction = (float)modf(x, &whole_double);

    *whole = (float)whole_double;
    return fraction;
}

float nanf(const char *tag)
{
    return (float)nan(tag);
}

float ldexpf(float x, int exponent)
{
    return scalblnf(x, exponent);
}

float scalbnf(float x, int exponent)
{
    return scalblnf(x, exponent);
}

/* Beyond a double's range it is beyond a float's: nothing is rounded twice that matters. */
float scalblnf(float x, long exponent)
{
    return narrow(scalbln(x, exponent));
}

union float_bits {
    float value;
    int32_t bits;
};

float nextafterf(float x, float towards)
{
    union float_bits next = {.value = x};

    if (isnan(x) || isnan(towards))
        return x + towards;
    if (x == towards)
        return towards;
    if (x == 0)
        next.value = copysignf(0x1p-149F, towards);
    else
        next.bits += (x < towards) == (x > 0) ? 1 : -1;
    if (isinf(next.value) || fabsf(next.value) < 0x1p-126F)
        errno = ERANGE;
    return next.value;
}
