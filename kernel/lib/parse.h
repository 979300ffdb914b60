/*
 * Numbers and words in text, and the kernel's command line. Pure functions; no locking.
 *
 * The command line is words separated by blanks (space, tab, newline): options `key` or
 * `key=value`, then, after a word `--`, the arguments of init. Double quotes protect blanks and are
 * dropped; a backslash protects a following quote, apostrophe or backslash (GRUB writes its
 * arguments so); a quote that isn't closed ends with the line.
 */
#ifndef LIMEN_LIB_PARSE_H
#define LIMEN_LIB_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/lib/compiler.h"

/*
 * The whole text must be one number: an optional sign for i64 only, digits of the base, nothing
 * else. Base 8, 10, 16 (prefix 0x allowed), or 0: by prefix, 0x hexadecimal, 0 octal, else decimal.
 * 0; -EINVAL (no number, or text behind it); -ERANGE (too large). *value is changed on 0 only.
 */
int __must_check parse_u64(const char *text, unsigned base, uint64_t *value);
int __must_check parse_i64(const char *text, unsigned base, int64_t *value);

/*
 * Parses the digits at *cursor, in base 8, 10 or 16 and without a prefix, and moves *cursor behind
 * them. 0, -EINVAL (no digit; cursor unmoved) or -ERANGE (too large; cursor unmoved).
 */
int __must_check parse_digits(const char **cursor, unsigned base, uint64_t *value);

/* How many of `count` bytes there are up to the end of the last blank; all, if there is none. */
size_t parse_whole_words(const char *text, size_t count);

/*
 * The value of option `key`, unquoted, in value[size]; the last one counts if there are several. A
 * bare `key` has the value "". Returns the value's length, -ENOENT if there is no such option, or
 * -ERANGE if the value does not fit with its NUL. value is unspecified after an error.
 */
int __must_check cmdline_get(const char *cmdline, const char *key, char *value, size_t size);

/*
 * Copies the next word at *cursor, unquoted, to word[size] and moves *cursor behind it. Returns 1;
 * 0 when there is none left; -ERANGE when it does not fit with its NUL (*cursor moves all the
 * same).
 */
int __must_check cmdline_next(const char **cursor, char *word, size_t size);

/*
 * Where init's arguments begin, for cmdline_next: behind the first word `--` (unquoted), or the
 * empty string at the line's end if there is none.
 */
const char *cmdline_init_args(const char *cmdline);

#endif
