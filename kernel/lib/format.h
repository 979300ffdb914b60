/*
 * Formatted text: C99's vsnprintf (ISO C 7.19.6.1) without floating point, wide characters and %n.
 *
 * Conversions d i u x X o c s p %; flags - + space # 0; width and precision, also as *; lengths
 * hh h l ll z t j. %p prints 0x and the hexadecimal address; a NULL %s prints (null). An unknown
 * conversion is printed as it stands. No locking, no allocation, callable from any context.
 */
#ifndef LIMEN_LIB_FORMAT_H
#define LIMEN_LIB_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

#include "kernel/lib/compiler.h"

/*
 * Writes at most `size` bytes to `buf`, the last of them NUL (none if size is 0; buf may then be
 * NULL). Returns the length that the whole text has, without NUL: a result >= size means cut.
 */
size_t format_string(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
size_t format_va(char *buf, size_t size, const char *fmt, va_list args) __printf(3, 0);

/*
 * The core: hands the text to `emit` in pieces (not NUL-terminated, size >= 1), in order. For
 * writers that have no buffer, as the log has. Returns the text's length.
 */
size_t format_emit(void (*emit)(void *context, const char *text, size_t size), void *context,
                   const char *fmt, va_list args) __printf(3, 0);

#endif
