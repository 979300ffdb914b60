/*
 * vfscanf: the inverse of printf, as far as there is one. See `man 3 scanf`.
 *
 * One character of look-ahead suffices: a number's text is collected as long as another character
 * can continue it, then converted by the engine of strtol or strtod.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libc/numeric/scan.h"
#include "libc/stdio/file.h"

/* The longest number; a longer one doesn't match. */
#define NUMBER_BYTES 4096

enum size {
    SIZE_CHAR,
    SIZE_SHORT,
    SIZE_INT,
    SIZE_LONG,
    SIZE_LONG_DOUBLE,
};

struct input {
    FILE *file;
    long count; /* of characters read */
};

/* One specification: %[*][width][m][size]conversion. */
struct conversion {
    bool discarded;
    bool allocates;
    int width; /* 0 if not given */
    enum size size;
    char letter;
    const char *set; /* of %[, behind '[' and '^' */
    bool set_negated;
    void *target;
};

enum outcome {
    MATCHED,
    NO_MATCH,
    INPUT_ENDED,
};

static int input_get(struct input *input)
{
    int c = file_getc(input->file);

    input->count += c != EOF;
    return c;
}

static void input_unget(struct input *input, int c)
{
    if (c == EOF)
        return;
    __file_ungetc(c, input->file);
    input->count--;
}

/* Skips blanks; the next character stays. EOF at the end. */
static int input_skip_blanks(struct input *input)
{
    int c;

    do
        c = input_get(input);
    while (isspace(c));
    input_unget(input, c);
    return c;
}

static void store_integer(const struct conversion *conversion, uintmax_t value)
{
    if (conversion->discarded)
        return;
    switch (conversion->size) {
    case SIZE_CHAR:
        *(unsigned char *)conversion->target = (unsigned char)value;
        break;
    case SIZE_SHORT:
        *(unsigned short *)conversion->target = (unsigned short)value;
        break;
    case SIZE_INT:
        *(unsigned int *)conversion->target = (unsigned int)value;
        break;
    default:
        *(unsigned long *)conversion->target = value;
    }
}

/* Text of a number being collected. */
struct number_text {
    char text[NUMBER_BYTES];
    int length;
    int width; /* how many more characters are allowed */
};

/* Takes the next character if it is one of `wanted`. */
static bool take(struct input *input, struct number_text *number, const char *wanted)
{
    int c;

    if (number->width == 0 || number->length == NUMBER_BYTES - 1)
        return false;
    c = input_get(input);
    if (c == EOF || c == 0 || !strchr(wanted, c)) {
        input_unget(input, c);
        return false;
    }
    number->text[number->length++] = (char)c;
    number->text[number->length] = '\0';
    number->width--;
    return true;
}

static int take_all(struct input *input, struct number_text *number, const char *wanted)
{
    int count = 0;

    while (take(input, number, wanted))
        count++;
    return count;
}

#define DECIMAL_DIGITS "0123456789"
#define HEX_DIGITS DECIMAL_DIGITS "abcdefABCDEF"

static void number_start(struct number_text *number, const struct conversion *conversion)
{
    number->text[0] = '\0';
    number->length = 0;
    number->width = conversion->width ? conversion->width : INT_MAX;
}

static int base_of(char letter)
{
    switch (letter) {
    case 'i':
        return 0;
    case 'o':
        return 8;
    case 'x':
    case 'X':
    case 'p':
        return 16;
    default:
        return 10;
    }
}

/* Collects [sign][0x]digits; *base 0 becomes what the prefix says. False if it isn't a number. */
static bool collect_integer(struct input *input, struct number_text *number, int *base)
{
    int digits = 0;

    take(input, number, "+-");
    if (*base == 0 || *base == 16) {
        if (take(input, number, "0")) {
            digits = 1;
            if (take(input, number, "xX")) {
                *base = 16;
                return take_all(input, number, HEX_DIGITS) > 0;
            }
            *base = *base ? *base : 8;
        }
        *base = *base ? *base : 10;
    }
    digits += take_all(input, number,
                       *base == 16  ? HEX_DIGITS
                       : *base == 8 ? "01234567"
                                    : DECIMAL_DIGITS);
    return digits > 0;
}

static enum outcome scan_integer(struct input *input, const struct conversion *conversion)
{
    struct number_text number;
    struct scanned_integer value;
    int base = base_of(conversion->letter);

    if (input_skip_blanks(input) == EOF)
        return INPUT_ENDED;
    number_start(&number, conversion);
    if (!collect_integer(input, &number, &base))
        return NO_MATCH;
    if (conversion->letter == 'd' || conversion->letter == 'i') {
        store_integer(conversion, (uintmax_t)strtol(number.text, NULL, base));
        return MATCHED;
    }
    value = __scan_integer(number.text, base);
    store_integer(conversion,
                  value.negative && !value.overflow ? -value.magnitude : value.magnitude);
    return MATCHED;
}

/* Takes the rest of a word, in any case; all of it or it isn't one. */
static bool take_word(struct input *input, struct number_text *number, const char *word)
{
    for (; *word; word++) {
        const char both[3] = {*word, (char)toupper((unsigned char)*word), '\0'};

        if (!take(input, number, both))
            return false;
    }
    return true;
}

/* Collects what strtod takes; false if it isn't a number. */
static bool collect_float(struct input *input, struct number_text *number)
{
    const char *digits = DECIMAL_DIGITS;
    const char *exponent = "eE";
    int count = 0;

    take(input, number, "+-");
    if (take(input, number, "iI")) {
        if (!take_word(input, number, "nf"))
            return false;
        return !take(input, number, "iI") || take_word(input, number, "nity");
    }
    if (take(input, number, "nN"))
        return take_word(input, number, "an");
    if (take(input, number, "0")) {
        count = 1;
        if (take(input, number, "xX")) {
            digits = HEX_DIGITS;
            exponent = "pP";
            count = 0;
        }
    }
    count += take_all(input, number, digits);
    if (take(input, number, "."))
        count += take_all(input, number, digits);
    if (count == 0)
        return false;
    if (!take(input, number, exponent))
        return true;
    take(input, number, "+-");
    return take_all(input, number, DECIMAL_DIGITS) > 0;
}

static enum outcome scan_float(struct input *input, const struct conversion *conversion)
{
    struct number_text number;

    if (input_skip_blanks(input) == EOF)
        return INPUT_ENDED;
    number_start(&number, conversion);
    if (!collect_float(input, &number))
        return NO_MATCH;
    if (conversion->discarded)
        return MATCHED;
    if (conversion->size == SIZE_LONG_DOUBLE)
        *(long double *)conversion->target = strtold(number.text, NULL);
    else if (conversion->size == SIZE_LONG)
        *(double *)conversion->target = strtod(number.text, NULL);
    else
        *(float *)conversion->target = strtof(number.text, NULL);
    return MATCHED;
}

/* Whether %s, %c or %[ goes on with this character. */
static bool text_continues(const struct conversion *conversion, int c)
{
    bool in = false;

    if (conversion->letter == 'c')
        return true;
    if (conversion->letter == 's')
        return !isspace(c);
    for (const char *set = conversion->set; *set && (*set != ']' || set == conversion->set);) {
        if (set[1] == '-' && set[2] && set[2] != ']') {
            in = in || (c >= (unsigned char)set[0] && c <= (unsigned char)set[2]);
            set += 3;
        } else {
            in = in || c == (unsigned char)*set;
            set++;
        }
    }
    return in != conversion->set_negated;
}

/* Where the text goes: the caller's array, or with 'm' one that grows. */
struct text_target {
    char *text;
    size_t length;
    size_t size; /* of what was allocated; 0 if it is the caller's */
};

static bool text_put(struct text_target *target, bool allocates, char c)
{
    if (allocates && target->length == target->size) {
        size_t size = target->size ? 2 * target->size : 32;
        char *larger = realloc(target->text, size);

        if (!larger)
            return false;
        target->text = larger;
        target->size = size;
    }
    if (target->text)
        target->text[target->length] = c;
    target->length++;
    return true;
}

/* Reads the characters; how many, or -1 when out of memory. */
static int read_text(struct input *input, const struct conversion *conversion,
                     struct text_target *target)
{
    int most = conversion->width ? conversion->width : conversion->letter == 'c' ? 1 : INT_MAX;
    int count = 0;

    while (count < most) {
        int c = input_get(input);

        if (c == EOF || !text_continues(conversion, c)) {
            input_unget(input, c);
            break;
        }
        if (!text_put(target, conversion->allocates, (char)c))
            return -1;
        count++;
    }
    if (count > 0 && conversion->letter != 'c' && !text_put(target, conversion->allocates, '\0'))
        return -1;
    return count;
}

static enum outcome scan_text(struct input *input, const struct conversion *conversion)
{
    bool allocates = conversion->allocates && !conversion->discarded;
    struct text_target target = {0};
    int least = conversion->letter == 'c' && conversion->width ? conversion->width : 1;
    int c, count;

    if (conversion->letter == 's') {
        c = input_skip_blanks(input);
    } else {
        c = input_get(input);
        input_unget(input, c);
    }
    if (c == EOF)
        return INPUT_ENDED;
    if (!conversion->discarded && !conversion->allocates)
        target.text = conversion->target;
    count = read_text(input, conversion, &target);
    if (count < least) {
        if (allocates)
            free(target.text);
        return count < 0 || feof(input->file) ? INPUT_ENDED : NO_MATCH;
    }
    if (allocates)
        *(char **)conversion->target = target.text;
    return MATCHED;
}

static const char *parse_size(const char *format, struct conversion *conversion)
{
    static const struct {
        const char *text;
        enum size size;
    } sizes[] = {
        {"hh", SIZE_CHAR}, {"h", SIZE_SHORT},       {"ll", SIZE_LONG_DOUBLE},
        {"l", SIZE_LONG},  {"j", SIZE_LONG},        {"z", SIZE_LONG},
        {"t", SIZE_LONG},  {"L", SIZE_LONG_DOUBLE}, {"q", SIZE_LONG},
    };

    conversion->size = SIZE_INT;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        size_t length = strlen(sizes[i].text);

        if (strncmp(format, sizes[i].text, length) == 0) {
            conversion->size = sizes[i].size;
            return format + length;
        }
    }
    return format;
}

/* Reads one specification behind its percent sign; the place behind it. */
static const char *parse_conversion(const char *format, struct conversion *conversion)
{
    *conversion = (struct conversion){0};
    if (*format == '*') {
        conversion->discarded = true;
        format++;
    }
    while (isdigit((unsigned char)*format)) {
        int digit = *format++ - '0';

        if (__builtin_mul_overflow(conversion->width, 10, &conversion->width) ||
            __builtin_add_overflow(conversion->width, digit, &conversion->width))
            conversion->width = INT_MAX;
    }
    if (*format == 'm') {
        conversion->allocates = true;
        format++;
    }
    format = parse_size(format, conversion);
    conversion->letter = *format;
    if (*format != '[')
        return *format ? format + 1 : format;
    format++;
    if (*format == '^') {
        conversion->set_negated = true;
        format++;
    }
    conversion->set = format;
    format = strchr(*format ? format + 1 : format, ']');
    return format ? format + 1 : "";
}

static enum outcome scan_percent(struct input *input)
{
    int c;

    if (input_skip_blanks(input) == EOF)
        return INPUT_ENDED;
    c = input_get(input);
    if (c == '%')
        return MATCHED;
    input_unget(input, c);
    return NO_MATCH;
}

static enum outcome scan_conversion(struct input *input, const struct conversion *conversion)
{
    switch (conversion->letter) {
    case '%':
        return scan_percent(input);
    case 'n':
        store_integer(conversion, (uintmax_t)input->count);
        return MATCHED;
    case 'c':
    case 's':
    case '[':
        /* Wide characters are not there. */
        if (conversion->size == SIZE_INT)
            return scan_text(input, conversion);
        errno = EINVAL;
        return NO_MATCH;
    case 'd':
    case 'i':
    case 'o':
    case 'p':
    case 'u':
    case 'x':
    case 'X':
        return scan_integer(input, conversion);
    default:
        if (conversion->letter && strchr("aAeEfFgG", conversion->letter))
            return scan_float(input, conversion);
        errno = EINVAL;
        return NO_MATCH;
    }
}

/* A character of the format that is no specification: blanks match any blanks, others themselves.
 */
static enum outcome scan_literal(struct input *input, char literal)
{
    int c;

    if (isspace((unsigned char)literal)) {
        input_skip_blanks(input);
        return MATCHED;
    }
    c = input_get(input);
    if (c == (unsigned char)literal)
        return MATCHED;
    input_unget(input, c);
    return c == EOF ? INPUT_ENDED : NO_MATCH;
}

/* Whether the argument list has a target for it. */
static bool has_target(const struct conversion *conversion)
{
    return !conversion->discarded && conversion->letter != '%';
}

static int scan_format(FILE *file, const char *format, va_list args)
{
    struct input input = {.file = file};
    enum outcome outcome = MATCHED;
    int assigned = 0;

    while (*format && outcome == MATCHED) {
        struct conversion conversion;

        if (*format != '%') {
            outcome = scan_literal(&input, *format++);
            continue;
        }
        format = parse_conversion(format + 1, &conversion);
        if (conversion.letter == 'p')
            conversion.size = SIZE_LONG;
        if (has_target(&conversion))
            conversion.target = va_arg(args, void *);
        outcome = scan_conversion(&input, &conversion);
        if (outcome == MATCHED && has_target(&conversion) && conversion.letter != 'n')
            assigned++;
    }
    return outcome == INPUT_ENDED && assigned == 0 ? EOF : assigned;
}

int vfscanf(FILE *restrict file, const char *restrict format, va_list args)
{
    int result;

    __lock(&file->lock);
    result = scan_format(file, format, args);
    __unlock(&file->lock);
    return result;
}
