/*
 * Formatted text; see format.h. format_emit reads the format string: text between conversions goes
 * straight to the output, each conversion is parsed into a `struct spec` and then printed by the
 * function for its kind.
 */
#include "kernel/lib/format.h"

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/string.h"

/* Digits of the largest number in the smallest base: 64 bits in octal. */
#define DIGITS_MAX 22

struct output {
    void (*emit)(void *context, const char *text, size_t size);
    void *context;
    size_t length;
};

enum length {
    LENGTH_INT,
    LENGTH_CHAR,
    LENGTH_SHORT,
    LENGTH_LONG
};

/* One conversion: %[flags][width][.precision][length]conversion. */
struct spec {
    bool left;      /* - */
    bool plus;      /* + */
    bool space;     /* blank */
    bool alternate; /* # */
    bool zero;      /* 0 */
    size_t width;
    bool has_precision;
    size_t precision;
    enum length length;
    char conversion; /* 0 when the format ends too early */
};

static void put(struct output *out, const char *text, size_t size)
{
    if (size)
        out->emit(out->context, text, size);
    out->length += size;
}

static void put_repeated(struct output *out, char character, size_t count)
{
    char piece[32];

    memset(piece, character, sizeof(piece));
    for (; count > sizeof(piece); count -= sizeof(piece))
        put(out, piece, sizeof(piece));
    put(out, piece, count);
}

/* Moves *fmt over decimal digits; a number above INT_MAX, which C can't express, counts as that. */
static size_t parse_number(const char **fmt)
{
    size_t number = 0;

    for (; **fmt >= '0' && **fmt <= '9'; ++*fmt)
        number = min_t(size_t, number * 10 + (size_t)(**fmt - '0'), INT32_MAX);
    return number;
}

static const char *parse_flags(const char *fmt, struct spec *spec)
{
    for (;; fmt++) {
        if (*fmt == '-')
            spec->left = true;
        else if (*fmt == '+')
            spec->plus = true;
        else if (*fmt == ' ')
            spec->space = true;
        else if (*fmt == '#')
            spec->alternate = true;
        else if (*fmt == '0')
            spec->zero = true;
        else
            return fmt;
    }
}

/* A negative width means left-justified, a negative precision none at all (C99 7.19.6.1, 5). */
static const char *parse_width(const char *fmt, struct spec *spec, va_list *args)
{
    int given;

    if (*fmt == '*') {
        fmt++;
        given = va_arg(*args, int);
        spec->left |= given < 0;
        spec->width = given < 0 ? 0u - (unsigned)given : (unsigned)given;
    } else {
        spec->width = parse_number(&fmt);
    }
    if (*fmt != '.')
        return fmt;
    fmt++;
    if (*fmt == '*') {
        fmt++;
        given = va_arg(*args, int);
        spec->has_precision = given >= 0;
        spec->precision = given >= 0 ? (size_t)given : 0;
    } else {
        spec->has_precision = true;
        spec->precision = parse_number(&fmt);
    }
    return fmt;
}

/* size_t, ptrdiff_t, intmax_t and long long are all as long as long here. */
static_assert(sizeof(long long) == sizeof(long) && sizeof(size_t) == sizeof(long), "LP64");

static const char *parse_length(const char *fmt, struct spec *spec)
{
    char first = *fmt;

    switch (first) {
    case 'h':
    case 'l':
        fmt++;
        spec->length = first == 'l' ? LENGTH_LONG : LENGTH_SHORT;
        if (*fmt == first) {
            fmt++;
            spec->length = first == 'l' ? LENGTH_LONG : LENGTH_CHAR;
        }
        break;
    case 'z':
    case 't':
    case 'j':
        fmt++;
        spec->length = LENGTH_LONG;
        break;
    default:
        break;
    }
    return fmt;
}

static const char *parse_spec(const char *fmt, struct spec *spec, va_list *args)
{
    *spec = (struct spec){.length = LENGTH_INT};
    fmt = parse_flags(fmt, spec);
    fmt = parse_width(fmt, spec, args);
    fmt = parse_length(fmt, spec);
    spec->conversion = *fmt;
    return *fmt ? fmt + 1 : fmt;
}

static int64_t signed_argument(const struct spec *spec, va_list *args)
{
    if (spec->length == LENGTH_LONG)
        return va_arg(*args, long);

    int value = va_arg(*args, int);

    if (spec->length == LENGTH_CHAR)
        return (signed char)value;
    return spec->length == LENGTH_SHORT ? (short)value : value;
}

static uint64_t unsigned_argument(const struct spec *spec, va_list *args)
{
    if (spec->length == LENGTH_LONG)
        return va_arg(*args, unsigned long);

    unsigned value = va_arg(*args, unsigned);

    if (spec->length == LENGTH_CHAR)
        return (unsigned char)value;
    return spec->length == LENGTH_SHORT ? (unsigned short)value : value;
}

/* Writes the digits at the end of the buffer and returns how many there are; none for 0. */
static size_t digits_write(char buffer[DIGITS_MAX], uint64_t value, unsigned base, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    size_t count = 0;

    for (; value; value /= base)
        buffer[DIGITS_MAX - ++count] = digits[value % base];
    return count;
}

/* Prefix, zeros up to the precision, digits; blanks, or with the flag 0 zeros, up to the width. */
static void put_number(struct output *out, const struct spec *spec, const char *prefix,
                       uint64_t value, unsigned base)
{
    char buffer[DIGITS_MAX];
    size_t count = digits_write(buffer, value, base, spec->conversion == 'X');
    size_t prefix_size = strlen(prefix);
    size_t precision = spec->has_precision ? spec->precision : 1;
    size_t zeros, used, padding;

    if (base == 8 && spec->alternate && precision <= count)
        precision = count + 1;
    zeros = precision > count ? precision - count : 0;
    used = prefix_size + zeros + count;
    padding = spec->width > used ? spec->width - used : 0;
    if (spec->zero && !spec->left && !spec->has_precision) {
        zeros += padding;
        padding = 0;
    }
    if (!spec->left)
        put_repeated(out, ' ', padding);
    put(out, prefix, prefix_size);
    put_repeated(out, '0', zeros);
    put(out, buffer + DIGITS_MAX - count, count);
    if (spec->left)
        put_repeated(out, ' ', padding);
}

static void put_signed(struct output *out, const struct spec *spec, va_list *args)
{
    int64_t value = signed_argument(spec, args);
    const char *sign = value < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";

    put_number(out, spec, sign, value < 0 ? 0u - (uint64_t)value : (uint64_t)value, 10);
}

static void put_unsigned(struct output *out, const struct spec *spec, va_list *args)
{
    uint64_t value = unsigned_argument(spec, args);
    const char *prefix = "";

    if (spec->alternate && value && spec->conversion == 'x')
        prefix = "0x";
    if (spec->alternate && value && spec->conversion == 'X')
        prefix = "0X";
    switch (spec->conversion) {
    case 'o':
        put_number(out, spec, prefix, value, 8);
        break;
    case 'u':
        put_number(out, spec, prefix, value, 10);
        break;
    default:
        put_number(out, spec, prefix, value, 16);
        break;
    }
}

static void put_text(struct output *out, const struct spec *spec, const char *text, size_t size)
{
    size_t padding = spec->width > size ? spec->width - size : 0;

    if (!spec->left)
        put_repeated(out, ' ', padding);
    put(out, text, size);
    if (spec->left)
        put_repeated(out, ' ', padding);
}

static void put_string(struct output *out, const struct spec *spec, const char *text)
{
    if (!text)
        text = "(null)";
    put_text(out, spec, text, strnlen(text, spec->has_precision ? spec->precision : SIZE_MAX));
}

/* Prints one conversion; `start` is its percent sign, `end` what follows it. */
static void put_conversion(struct output *out, const struct spec *spec, va_list *args,
                           const char *start, const char *end)
{
    char character;

    switch (spec->conversion) {
    case 'd':
    case 'i':
        put_signed(out, spec, args);
        break;
    case 'u':
    case 'x':
    case 'X':
    case 'o':
        put_unsigned(out, spec, args);
        break;
    case 'c':
        character = (char)va_arg(*args, int);
        put_text(out, spec, &character, 1);
        break;
    case 's':
        put_string(out, spec, va_arg(*args, const char *));
        break;
    case 'p':
        put_number(out, spec, "0x", (uintptr_t)va_arg(*args, void *), 16);
        break;
    case '%':
        put(out, "%", 1);
        break;
    default:
        put(out, start, (size_t)(end - start));
        break;
    }
}

size_t format_emit(void (*emit)(void *context, const char *text, size_t size), void *context,
                   const char *fmt, va_list args)
{
    struct output out = {.emit = emit, .context = context};
    va_list shared; /* a va_list parameter may be a pointer already: no & of that */

    va_copy(shared, args);
    while (*fmt) {
        const char *start = fmt;
        struct spec spec;

        while (*fmt && *fmt != '%')
            fmt++;
        put(&out, start, (size_t)(fmt - start));
        if (!*fmt)
            break;
        start = fmt;
        fmt = parse_spec(fmt + 1, &spec, &shared);
        put_conversion(&out, &spec, &shared, start, fmt);
    }
    va_end(shared);
    return out.length;
}

struct buffer {
    char *next;
    size_t space; /* without the final NUL */
};

static void buffer_emit(void *context, const char *text, size_t size)
{
    struct buffer *buffer = context;

    size = min(size, buffer->space);
    memcpy(buffer->next, text, size);
    buffer->next += size;
    buffer->space -= size;
}

size_t format_va(char *buf, size_t size, const char *fmt, va_list args)
{
    char nothing;
    struct buffer buffer = {size ? buf : &nothing, size ? size - 1 : 0};
    size_t length = format_emit(buffer_emit, &buffer, fmt, args);

    *buffer.next = '\0';
    return length;
}

size_t format_string(char *buf, size_t size, const char *fmt, ...)
{
    va_list args;
    size_t length;

    va_start(args, fmt);
    length = format_va(buf, size, fmt, args);
    va_end(args);
    return length;
}
