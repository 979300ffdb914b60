/*
 * sh: echo and printf (POSIX). Built in, because scripts call them in every other line; what a
 * program of that name would do is the same.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/sh/run.h"

/* What the letters after a backslash stand for. */
static const char escape_letters[] = "abfnrtv\\";
static const char escape_meanings[] = "\a\b\f\n\r\t\v\\";

/*
 * Adds what the escape after a backslash, at ESCAPE, stands for, and returns what is behind it;
 * NULL for \c, which ends all output. In octal, ZERO_FIRST wants a 0 before up to three digits
 * (echo, %b), and takes it or not.
 */
static const char *escape_add(struct text *text, const char *escape, bool zero_first)
{
    const char *place = *escape ? strchr(escape_letters, *escape) : NULL;
    unsigned value = 0;

    if (place) {
        text_add_char(text, escape_meanings[place - escape_letters]);
        return escape + 1;
    }
    if (*escape == 'c' && zero_first)
        return NULL;
    if (*escape < '0' || *escape > '7') {
        text_add_char(text, '\\');
        return escape;
    }
    escape += zero_first && *escape == '0';
    for (int i = 0; i < 3 && *escape >= '0' && *escape <= '7'; i++)
        value = value * 8 + (unsigned)(*escape++ - '0');
    text_add_char(text, (char)value);
    return escape;
}

/* Adds STRING with its escapes; false after \c. */
static bool escaped_add(struct text *text, const char *string)
{
    while (*string) {
        if (*string != '\\') {
            text_add_char(text, *string++);
            continue;
        }
        string = escape_add(text, string + 1, true);
        if (!string)
            return false;
    }
    return true;
}

/* echo [-n] [STRING]...: backslashes are escapes, as System V has them (dash) */
int run_echo(struct shell *sh, char **arguments)
{
    bool newline = !arguments[1] || strcmp(arguments[1], "-n") != 0;
    struct text text;

    text_begin(&text, &sh->arena);
    for (arguments += newline ? 1 : 2; *arguments; arguments++) {
        if (!escaped_add(&text, *arguments))
            return print_bytes(sh, text.bytes, text.length);
        if (arguments[1])
            text_add_char(&text, ' ');
    }
    if (newline)
        text_add_char(&text, '\n');
    return print_bytes(sh, text.bytes, text.length);
}

/* One run of printf. */
struct printing {
    struct shell *sh;
    struct text text;
    char **arguments; /* those that are left */
    bool used;        /* the format takes some */
    bool ended;       /* by \c */
    int status;
};

static const char *argument_take(struct printing *p)
{
    p->used = true;
    return *p->arguments ? *p->arguments++ : NULL;
}

/* After a number: reports what is wrong with it. */
static void number_check(struct printing *p, const char *text, const char *end)
{
    if (errno == ERANGE)
        shell_error(p->sh, "printf: %s: out of range", text);
    else if (end == text)
        shell_error(p->sh, "printf: %s: a number is expected", text);
    else if (*end)
        shell_error(p->sh, "printf: %s: not all of it is a number", text);
    else
        return;
    p->status = 1;
}

/* The next argument as a number: 'c is the code of c; nothing is 0. */
static intmax_t integer_take(struct printing *p, bool is_signed)
{
    const char *text = argument_take(p);
    intmax_t value;
    char *end;

    if (!text)
        return 0;
    if (*text == '\'' || *text == '"')
        return (unsigned char)text[1];
    errno = 0;
    value = is_signed ? strtoimax(text, &end, 0) : (intmax_t)strtoumax(text, &end, 0);
    number_check(p, text, end);
    return value;
}

static double float_take(struct printing *p)
{
    const char *text = argument_take(p);
    double value;
    char *end;

    if (!text)
        return 0;
    if (*text == '\'' || *text == '"')
        return (unsigned char)text[1];
    errno = 0;
    value = strtod(text, &end);
    number_check(p, text, end);
    return value;
}

/* Adds what printf(3) makes of FORMAT, which has one conversion. */
static void format_add(struct printing *p, const char *format, ...)
{
    va_list arguments;
    char *bytes;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    bytes = arena_alloc(&p->sh->arena, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(bytes, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text_add(&p->text, bytes);
}

/* Adds a width or a precision to the conversion: digits, or a * that an argument stands for. */
static const char *size_read(struct printing *p, const char *format, struct text *conversion)
{
    char digits[16];

    if (*format != '*') {
        while (isdigit((unsigned char)*format))
            text_add_char(conversion, *format++);
        return format;
    }
    snprintf(digits, sizeof(digits), "%d", (int)integer_take(p, true));
    text_add(conversion, digits);
    return format + 1;
}

/* %b: a string with escapes; width and precision count what these stand for. */
static void escaped_format(struct printing *p, const char *conversion)
{
    const char *argument = argument_take(p);
    struct text text;

    text_begin(&text, &p->sh->arena);
    p->ended = argument && !escaped_add(&text, argument);
    if (strcmp(conversion, "%s") != 0) {
        format_add(p, conversion, text.bytes);
        return;
    }
    for (size_t i = 0; i < text.length; i++) /* there may be NULs among them */
        text_add_char(&p->text, text.bytes[i]);
}

/* Adds the conversion LETTER, whose flags, width and precision are in CONVERSION. */
static bool conversion_add(struct printing *p, struct text *conversion, char letter)
{
    const char *argument;

    if (letter == 'd' || letter == 'i' || (letter && strchr("ouxX", letter))) {
        text_add_char(conversion, 'j');
        text_add_char(conversion, letter);
        format_add(p, conversion->bytes, integer_take(p, letter == 'd' || letter == 'i'));
    } else if (letter && strchr("aAeEfFgG", letter)) {
        text_add_char(conversion, letter);
        format_add(p, conversion->bytes, float_take(p));
    } else if (letter == 'c') {
        argument = argument_take(p);
        text_add_char(conversion, letter);
        if (argument && *argument)
            format_add(p, conversion->bytes, *argument);
    } else if (letter == 's' || letter == 'b') {
        text_add_char(conversion, 's');
        if (letter == 'b') {
            escaped_format(p, conversion->bytes);
        } else {
            argument = argument_take(p);
            format_add(p, conversion->bytes, argument ? argument : "");
        }
    } else {
        shell_error(p->sh, "printf: %%%c: unknown conversion", letter);
        p->status = 1;
        return false;
    }
    return true;
}

/* Adds the conversion at FORMAT, behind its %. Returns what follows; NULL if it is none. */
static const char *conversion_read(struct printing *p, const char *format)
{
    size_t flags = strspn(format, "-+ #0");
    struct text conversion;

    if (*format == '%') {
        text_add_char(&p->text, '%');
        return format + 1;
    }
    text_begin(&conversion, &p->sh->arena);
    text_add_char(&conversion, '%');
    text_add(&conversion, arena_copy(&p->sh->arena, format, flags));
    format = size_read(p, format + flags, &conversion);
    if (*format == '.') {
        text_add_char(&conversion, '.');
        format = size_read(p, format + 1, &conversion);
    }
    return conversion_add(p, &conversion, *format) ? format + 1 : NULL;
}

/* One walk over FORMAT. */
static void format_print(struct printing *p, const char *format)
{
    p->used = false;
    while (format && *format && !p->ended) {
        if (*format == '%')
            format = conversion_read(p, format + 1);
        else if (*format == '\\')
            format = escape_add(&p->text, format + 1, false);
        else
            text_add_char(&p->text, *format++);
    }
    p->ended |= !format;
}

/* printf FORMAT [ARGUMENT]...: the format again and again, as long as there are arguments left */
int run_printf(struct shell *sh, char **arguments)
{
    struct printing p = {.sh = sh};
    const char *format = arguments[1];

    if (format && strcmp(format, "--") == 0)
        format = (++arguments)[1];
    if (!format) {
        shell_error(sh, "usage: printf FORMAT [ARGUMENT]...");
        return STATUS_ERROR;
    }
    p.arguments = arguments + 2;
    text_begin(&p.text, &sh->arena);
    do
        format_print(&p, format);
    while (*p.arguments && p.used && !p.ended);
    return print_bytes(sh, p.text.bytes, p.text.length) | p.status;
}
