/*
 * The engine of printf. It reads the format and hands the text, piece by piece, to a sink.
 *
 * format.c reads the specifications, format_int.c writes integers, format_float.c and
 * format_hex.c floating-point numbers. See `man 3 printf`.
 */
#ifndef LIMEN_LIBC_STDIO_FORMAT_H
#define LIMEN_LIBC_STDIO_FORMAT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the text goes. `put` returns false when it can't take more; then the engine stops. */
struct format_sink {
    bool (*put)(struct format_sink *sink, const char *text, size_t size);
    size_t total; /* what was put so far */
    bool failed;
};

enum {
    FORMAT_LEFT = 1,      /* - */
    FORMAT_PLUS = 2,      /* + */
    FORMAT_SPACE = 4,     /* space */
    FORMAT_ALTERNATE = 8, /* # */
    FORMAT_ZERO = 16,     /* 0 */
};

enum format_length {
    LENGTH_NONE,
    LENGTH_CHAR,
    LENGTH_SHORT,
    LENGTH_LONG,
    LENGTH_LONG_LONG, /* for floating point: long double */
};

/* One specification: %[flags][width][.precision][length]conversion. */
struct format_spec {
    unsigned int flags;
    int width;
    int precision; /* -1 if not given */
    enum format_length length;
    char conversion;
};

/* Text of the format, into the sink; what printf returns: the count, or -1 and errno. */
int __format(struct format_sink *sink, const char *format, va_list args);

/* For the parts of the engine. */
void __format_put(struct format_sink *sink, const char *text, size_t size);
void __format_repeat(struct format_sink *sink, char c, long count);

/*
 * The frame of a number: blanks, prefix (a sign, 0x), zeros, then the caller puts `length`
 * characters of body, then __format_end puts blanks on the right.
 */
void __format_begin(struct format_sink *sink, const struct format_spec *spec, const char *prefix,
                    size_t length);
void __format_end(struct format_sink *sink, const struct format_spec *spec, const char *prefix,
                  size_t length);

/* The sign of a number by value and flags, as text. */
const char *__format_sign(const struct format_spec *spec, bool negative);

void __format_unsigned(struct format_sink *sink, const struct format_spec *spec, uintmax_t value,
                       const char *sign);
void __format_float(struct format_sink *sink, const struct format_spec *spec, long double value);
void __format_hex_float(struct format_sink *sink, const struct format_spec *spec,
                        long double value);

#endif
