/* The x87 extended format: 64 bits of mantissa, all explicit; 15 of exponent; one sign. SDM
 * 1, 4.2.2. */
#include "libc/numeric/binary.h"

#include <string.h>

#define EXPONENT_MASK 0x7fff
#define SIGN_MASK 0x8000
/* Of the exponent, when the mantissa is taken as an integer: 16383 + 63. */
#define BIAS 16446

struct extended {
    uint64_t mantissa;
    uint16_t sign_exponent;
};

struct binary __binary_from_long_double(long double value)
{
    struct extended raw;
    struct binary binary = {.kind = BINARY_FINITE};
    int exponent;

    memcpy(&raw, &value, 10);
    exponent = raw.sign_exponent & EXPONENT_MASK;
    binary.negative = (raw.sign_exponent & SIGN_MASK) != 0;
    binary.mantissa = raw.mantissa;
    /* A denormal has the exponent of the smallest normal number. */
    binary.exponent = (exponent ? exponent : 1) - BIAS;
    if (exponent == EXPONENT_MASK)
        binary.kind = raw.mantissa << 1 ? BINARY_NAN : BINARY_INFINITE;
    return binary;
}

long double __binary_to_long_double(struct binary binary)
{
    struct extended raw = {.mantissa = binary.mantissa};
    long double value = 0;
    int exponent = binary.exponent + BIAS;

    if (binary.kind != BINARY_FINITE) {
        exponent = EXPONENT_MASK;
        raw.mantissa = binary.kind == BINARY_NAN ? 3UL << 62 : 1UL << 63;
    } else if (!(raw.mantissa >> 63)) {
        exponent = 0;
    }
    raw.sign_exponent = (uint16_t)(exponent | (binary.negative ? SIGN_MASK : 0));
    memcpy(&value, &raw, 10);
    return value;
}
