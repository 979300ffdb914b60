/* The engine of printf: reads the format, fetches the arguments. See format.h. */
#include "libc/stdio/format.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Counts what is to come; false, before a byte of it is put, if that is more than an int. */
static bool sink_count(struct format_sink *sink, size_t size)
{
    if (size > INT_MAX - sink->total) {
        errno = EOVERFLOW;
        sink->failed = true;
    }
    if (!sink->failed)
        sink->total += size;
    return !sink->failed;
}

void __format_put(struct format_sink *sink, const char *text, size_t size)
{
    if (sink_count(sink, size) && !sink->put(sink, text, size))
        sink->failed = true;
}

void __format_repeat(struct format_sink *sink, char c, long count)
{
    char block[32];

    if (count <= 0 || !sink_count(sink, (size_t)count))
        return;
    memset(block, c, sizeof(block));
    while (count > 0 && !sink->failed) {
        size_t size = count < (long)sizeof(block) ? (size_t)count : sizeof(block);

        sink->failed = !sink->put(sink, block, size);
        count -= (long)size;
    }
}

void __format_begin(struct format_sink *sink, const struct format_spec *spec, const char *prefix,
                    size_t length)
{
    size_t prefix_length = strlen(prefix);
    long fill = (long)spec->width - (long)(prefix_length + length);
    bool zeros = (spec->flags & FORMAT_ZERO) != 0;

    if (!(spec->flags & FORMAT_LEFT) && !zeros)
        __format_repeat(sink, ' ', fill);
    __format_put(sink, prefix, prefix_length);
    if (!(spec->flags & FORMAT_LEFT) && zeros)
        __format_repeat(sink, '0', fill);
}

void __format_end(struct format_sink *sink, const struct format_spec *spec, const char *prefix,
                  size_t length)
{
    if (spec->flags & FORMAT_LEFT)
        __format_repeat(sink, ' ', (long)spec->width - (long)(strlen(prefix) + length));
}

const char *__format_sign(const struct format_spec *spec, bool negative)
{
    if (negative)
        return "-";
    if (spec->flags & FORMAT_PLUS)
        return "+";
    return spec->flags & FORMAT_SPACE ? " " : "";
}

/* Text is never filled up with zeros. */
static void put_text(struct format_sink *sink, struct format_spec *spec, const char *text,
                     size_t length)
{
    spec->flags &= ~FORMAT_ZERO;
    __format_begin(sink, spec, "", length);
    __format_put(sink, text, length);
    __format_end(sink, spec, "", length);
}

static void put_string(struct format_sink *sink, struct format_spec *spec, const char *text)
{
    size_t most = spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision;

    /* glibc shows a null pointer whole or not at all. */
    if (!text)
        text = most >= strlen("(null)") ? "(null)" : "";
    put_text(sink, spec, text, spec->precision < 0 ? strlen(text) : strnlen(text, most));
}

static void put_pointer(struct format_sink *sink, struct format_spec *spec, const void *pointer)
{
    if (!pointer) {
        put_text(sink, spec, "(nil)", strlen("(nil)"));
        return;
    }
    spec->conversion = 'x';
    spec->flags |= FORMAT_ALTERNATE;
    __format_unsigned(sink, spec, (uintptr_t)pointer, __format_sign(spec, false));
}

/* The argument list travels by pointer: a va_list parameter is of array type. */
struct format_args {
    va_list list;
};

static intmax_t fetch_signed(const struct format_spec *spec, struct format_args *args)
{
    switch (spec->length) {
    case LENGTH_CHAR:
        return (signed char)va_arg(args->list, int);
    case LENGTH_SHORT:
        return (short)va_arg(args->list, int);
    case LENGTH_NONE:
        return va_arg(args->list, int);
    default:
        return va_arg(args->list, long);
    }
}

static uintmax_t fetch_unsigned(const struct format_spec *spec, struct format_args *args)
{
    switch (spec->length) {
    case LENGTH_CHAR:
        return (unsigned char)va_arg(args->list, int);
    case LENGTH_SHORT:
        return (unsigned short)va_arg(args->list, int);
    case LENGTH_NONE:
        return va_arg(args->list, unsigned int);
    default:
        return va_arg(args->list, unsigned long);
    }
}

static void put_signed(struct format_sink *sink, const struct format_spec *spec, intmax_t value)
{
    uintmax_t magnitude = value < 0 ? -(uintmax_t)value : (uintmax_t)value;

    __format_unsigned(sink, spec, magnitude, __format_sign(spec, value < 0));
}

static void put_float(struct format_sink *sink, const struct format_spec *spec,
                      struct format_args *args)
{
    long double value = spec->length == LENGTH_LONG_LONG ? va_arg(args->list, long double)
                                                         : (long double)va_arg(args->list, double);

    if (spec->conversion == 'a' || spec->conversion == 'A')
        __format_hex_float(sink, spec, value);
    else
        __format_float(sink, spec, value);
}

/* %n: the count so far, through the pointer. */
static void store_count(const struct format_sink *sink, const struct format_spec *spec, void *place)
{
    switch (spec->length) {
    case LENGTH_CHAR:
        *(signed char *)place = (signed char)sink->total;
        break;
    case LENGTH_SHORT:
        *(short *)place = (short)sink->total;
        break;
    case LENGTH_NONE:
        *(int *)place = (int)sink->total;
        break;
    default:
        *(long *)place = (long)sink->total;
    }
}

/* One conversion; false if there is none of that letter, nor for wide characters (%lc, %ls). */
static bool put_conversion(struct format_sink *sink, struct format_spec *spec,
                           struct format_args *args)
{
    char c;

    if (spec->length == LENGTH_LONG && (spec->conversion == 'c' || spec->conversion == 's'))
        return false;
    switch (spec->conversion) {
    case '%':
        __format_put(sink, "%", 1);
        return true;
    case 'c':
        c = (char)va_arg(args->list, int);
        put_text(sink, spec, &c, 1);
        return true;
    case 's':
        put_string(sink, spec, va_arg(args->list, const char *));
        return true;
    case 'm':
        put_string(sink, spec, strerror(errno));
        return true;
    case 'd':
    case 'i':
        put_signed(sink, spec, fetch_signed(spec, args));
        return true;
    case 'o':
    case 'u':
    case 'x':
    case 'X':
        __format_unsigned(sink, spec, fetch_unsigned(spec, args), "");
        return true;
    case 'p':
        put_pointer(sink, spec, va_arg(args->list, void *));
        return true;
    case 'n':
        store_count(sink, spec, va_arg(args->list, void *));
        return true;
    default:
        if (!spec->conversion || !strchr("aAeEfFgG", spec->conversion))
            return false;
        put_float(sink, spec, args);
        return true;
    }
}

static const char *parse_flags(const char *format, struct format_spec *spec)
{
    static const char letters[] = "-+ #0";

    for (; *format; format++) {
        const char *letter = strchr(letters, *format);

        /* An apostrophe asks for the locale's thousands separator; C has none. */
        if (letter)
            spec->flags |= 1u << (letter - letters);
        else if (*format != '\'')
            break;
    }
    return format;
}

/* Digits, or * for an argument. *value becomes -1 if it would not fit an int. */
static const char *parse_number(const char *format, int *value, struct format_args *args)
{
    long number = 0;

    if (*format == '*') {
        *value = va_arg(args->list, int);
        return format + 1;
    }
    while (*format >= '0' && *format <= '9') {
        if (number <= INT_MAX)
            number = number * 10 + (*format - '0');
        format++;
    }
    *value = number > INT_MAX ? INT_MIN : (int)number;
    return format;
}

static const char *parse_length(const char *format, struct format_spec *spec)
{
    switch (*format) {
    case 'h':
        spec->length = format[1] == 'h' ? LENGTH_CHAR : LENGTH_SHORT;
        return format + (format[1] == 'h' ? 2 : 1);
    case 'l':
        spec->length = format[1] == 'l' ? LENGTH_LONG_LONG : LENGTH_LONG;
        return format + (format[1] == 'l' ? 2 : 1);
    case 'j':
    case 't':
    case 'z':
        spec->length = LENGTH_LONG;
        return format + 1;
    case 'L':
    case 'q':
        spec->length = LENGTH_LONG_LONG;
        return format + 1;
    default:
        return format;
    }
}

/* Reads one specification, behind its percent sign. */
static const char *parse_spec(const char *format, struct format_spec *spec,
                              struct format_args *args)
{
    *spec = (struct format_spec){.precision = -1};
    format = parse_flags(format, spec);
    bool width_given = *format == '*';
    format = parse_number(format, &spec->width, args);
    if (width_given && spec->width < 0 && spec->width > INT_MIN) {
        spec->flags |= FORMAT_LEFT;
        spec->width = -spec->width;
    }
    if (*format == '.') {
        bool from_argument = format[1] == '*';

        format = parse_number(format + 1, &spec->precision, args);
        if (spec->precision < 0)
            spec->precision = from_argument ? -1 : INT_MIN;
    }
    format = parse_length(format, spec);
    spec->conversion = *format;
    return *format ? format + 1 : format;
}

int __format(struct format_sink *sink, const char *format, va_list list)
{
    struct format_args args;
    struct format_spec spec;

    va_copy(args.list, list);
    while (*format && !sink->failed) {
        const char *percent = strchrnul(format, '%');

        __format_put(sink, format, (size_t)(percent - format));
        format = percent;
        if (!*format)
            break;
        format = parse_spec(format + 1, &spec, &args);
        if (spec.width == INT_MIN || spec.precision == INT_MIN) {
            errno = EOVERFLOW;
            sink->failed = true;
        } else if (!put_conversion(sink, &spec, &args)) {
            errno = EINVAL;
            sink->failed = true;
        }
    }
    va_end(args.list);
    return sink->failed ? -1 : (int)sink->total;
}
