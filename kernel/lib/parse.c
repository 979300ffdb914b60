/* Numbers, words, and the kernel's command line; see parse.h. */
#include "kernel/lib/parse.h"

#include <stdbool.h>

#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"

/* The value of a digit in any base up to 16; 16 for what is none. */
static unsigned digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return (unsigned)(digit - '0');
    if (digit >= 'a' && digit <= 'f')
        return (unsigned)(digit - 'a') + 10;
    if (digit >= 'A' && digit <= 'F')
        return (unsigned)(digit - 'A') + 10;
    return 16;
}

int parse_digits(const char **cursor, unsigned base, uint64_t *value)
{
    const char *text = *cursor;
    uint64_t number = 0;

    if (digit_value(*text) >= base)
        return -EINVAL;
    for (; digit_value(*text) < base; text++) {
        if (check_mul_overflow(number, base, &number) ||
            check_add_overflow(number, digit_value(*text), &number))
            return -ERANGE;
    }
    *cursor = text;
    *value = number;
    return 0;
}

/* Moves *text over the prefix that `base` allows and returns the base to read digits in. */
static unsigned base_resolve(const char **text, unsigned base)
{
    bool prefixed = (*text)[0] == '0' && ((*text)[1] == 'x' || (*text)[1] == 'X');

    if (prefixed && (base == 0 || base == 16)) {
        *text += 2;
        return 16;
    }
    if (base == 0)
        return (*text)[0] == '0' ? 8 : 10;
    return base;
}

int parse_u64(const char *text, unsigned base, uint64_t *value)
{
    uint64_t number;
    int result;

    base = base_resolve(&text, base);
    result = parse_digits(&text, base, &number);
    if (result)
        return result;
    if (*text)
        return -EINVAL;
    *value = number;
    return 0;
}

int parse_i64(const char *text, unsigned base, int64_t *value)
{
    bool negative = *text == '-';
    uint64_t limit = (uint64_t)INT64_MAX + negative;
    uint64_t magnitude;
    int result;

    if (*text == '-' || *text == '+')
        text++;
    result = parse_u64(text, base, &magnitude);
    if (result)
        return result;
    if (magnitude > limit)
        return -ERANGE;
    *value = (int64_t)(negative ? 0 - magnitude : magnitude);
    return 0;
}

static bool is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\n';
}

size_t parse_whole_words(const char *text, size_t count)
{
    size_t end = count;

    while (end > 0 && !is_blank(text[end - 1]))
        end--;
    return end > 0 ? end : count;
}

static const char *skip_blanks(const char *text)
{
    while (is_blank(*text))
        text++;
    return text;
}

/* Reads one word character by character, without its quotes. */
struct word_reader {
    const char *next;
    bool quoted;
};

/* The word's next character, or -1 at its end. */
static int word_read(struct word_reader *reader)
{
    while (*reader->next == '"') {
        reader->quoted = !reader->quoted;
        reader->next++;
    }
    if (!*reader->next || (!reader->quoted && is_blank(*reader->next)))
        return -1;
    if (reader->next[0] == '\\' && reader->next[1] && strchr("\"'\\", reader->next[1]))
        reader->next++;
    return (unsigned char)*reader->next++;
}

/* Copies the rest of a word to text[size]; its length, or -ERANGE. */
static int word_copy(struct word_reader *reader, char *text, size_t size)
{
    size_t length = 0;
    int character;

    while ((character = word_read(reader)) >= 0) {
        if (length < size)
            text[length] = (char)character;
        length++;
    }
    if (length >= size || length > INT32_MAX)
        return -ERANGE;
    text[length] = '\0';
    return (int)length;
}

/* True when the raw word at `text` is the one that ends the options. */
static bool is_separator(const char *text)
{
    return text[0] == '-' && text[1] == '-' && (!text[2] || is_blank(text[2]));
}

int cmdline_next(const char **cursor, char *word, size_t size)
{
    struct word_reader reader = {.next = skip_blanks(*cursor)};
    int result;

    *cursor = reader.next;
    if (!*reader.next)
        return 0;
    result = word_copy(&reader, word, size);
    *cursor = reader.next;
    return result < 0 ? result : 1;
}

/*
 * Reads the word's beginning; true if it is `key` alone or `key=`, and the reader then stands
 * before the value. Otherwise the reader is somewhere in the word.
 */
static bool word_is_key(struct word_reader *reader, const char *key)
{
    int character = word_read(reader);

    for (; *key && character == (unsigned char)*key; key++)
        character = word_read(reader);
    return !*key && (character == '=' || character < 0);
}

static void word_skip(struct word_reader *reader)
{
    while (word_read(reader) >= 0)
        ;
}

int cmdline_get(const char *cmdline, const char *key, char *value, size_t size)
{
    int result = -ENOENT;

    for (;;) {
        struct word_reader reader = {.next = skip_blanks(cmdline)};

        if (!*reader.next || is_separator(reader.next))
            return result;
        if (word_is_key(&reader, key))
            result = word_copy(&reader, value, size);
        else
            word_skip(&reader);
        cmdline = reader.next;
    }
}

const char *cmdline_init_args(const char *cmdline)
{
    for (;;) {
        struct word_reader reader = {.next = skip_blanks(cmdline)};

        if (!*reader.next)
            return reader.next;
        if (is_separator(reader.next))
            return skip_blanks(reader.next + 2);
        word_skip(&reader);
        cmdline = reader.next;
    }
}
