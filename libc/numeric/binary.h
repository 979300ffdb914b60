/* A floating-point number taken apart: (-1)^negative * mantissa * 2^exponent, whatever its type. */
#ifndef LIMEN_LIBC_NUMERIC_BINARY_H
#define LIMEN_LIBC_NUMERIC_BINARY_H

#include <stdbool.h>
#include <stdint.h>

enum binary_kind {
    BINARY_FINITE,
    BINARY_INFINITE,
    BINARY_NAN,
};

struct binary {
    enum binary_kind kind;
    bool negative;
    uint64_t mantissa; /* 64 bits, the top one set unless the number is zero or denormal */
    int exponent;
};

/* Float and double convert to long double without loss. */
struct binary __binary_from_long_double(long double value);
long double __binary_to_long_double(struct binary binary);

#endif
