/*
 * Memory and string functions; see string.h. On x86-64 the block operations are `rep` string
 * instructions (SDM vol. 2, REP/MOVS/STOS): short, fast on long blocks, and free of loops that the
 * compiler could turn into a call of the very function it compiles. RFLAGS.DF is clear, as the ABI
 * has it and the kernel's entries make it.
 */
#if __STDC_HOSTED__
#define LIMEN_STRING_RENAME
#endif
#include "kernel/lib/string.h"

#include <stdint.h>

#include "kernel/lib/compiler.h"

/* Eight bytes anywhere, of any type. */
struct word {
    uint64_t value;
} __packed __attribute__((may_alias));

/* Copies upwards; also right for overlapping blocks when `to` is below `from`. */
static void copy_up(uint8_t *to, const uint8_t *from, size_t size)
{
#ifdef __x86_64__
    size_t count = size / 8;

    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
    count = size % 8;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
#else
    for (; size; size--) {
        *to++ = *from++;
        barrier();
    }
#endif
}

/* Copies downwards; right for overlapping blocks when `to` is above `from`. */
static void copy_down(uint8_t *to, const uint8_t *from, size_t size)
{
    for (; size >= 8; size -= 8) {
        ((struct word *)(to + size - 8))->value = ((const struct word *)(from + size - 8))->value;
        barrier();
    }
    for (; size; size--) {
        to[size - 1] = from[size - 1];
        barrier();
    }
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    copy_up(to, from, size);
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    if ((uintptr_t)to - (uintptr_t)from >= size)
        copy_up(to, from, size);
    else
        copy_down(to, from, size);
    return to;
}

void *memset(void *to, int byte, size_t size)
{
    uint8_t *end = to;
#ifdef __x86_64__
    uint64_t pattern = (uint8_t)byte * 0x0101010101010101u;
    size_t count = size / 8;

    __asm__ volatile("rep stosq" : "+D"(end), "+c"(count) : "a"(pattern) : "memory");
    count = size % 8;
    __asm__ volatile("rep stosb" : "+D"(end), "+c"(count) : "a"(pattern) : "memory");
#else
    for (; size; size--) {
        *end++ = (uint8_t)byte;
        barrier();
    }
#endif
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const uint8_t *left = a;
    const uint8_t *right = b;

    for (size_t i = 0; i < size; i++) {
        if (left[i] != right[i])
            return left[i] - right[i];
    }
    return 0;
}

void *memchr(const void *memory, int byte, size_t size)
{
    const uint8_t *bytes = memory;

    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == (uint8_t)byte)
            return (void *)&bytes[i];
    }
    return NULL;
}

size_t strlen(const char *string)
{
    size_t length = 0;

    while (string[length])
        length++;
    return length;
}

size_t strnlen(const char *string, size_t limit)
{
    size_t length = 0;

    while (length < limit && string[length])
        length++;
    return length;
}

int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (uint8_t)*a - (uint8_t)*b;
}

int strncmp(const char *a, const char *b, size_t limit)
{
    for (size_t i = 0; i < limit; i++) {
        if (a[i] != b[i] || !a[i])
            return (uint8_t)a[i] - (uint8_t)b[i];
    }
    return 0;
}

char *strchr(const char *string, int character)
{
    for (;; string++) {
        if (*string == (char)character)
            return (char *)string;
        if (!*string)
            return NULL;
    }
}

char *strrchr(const char *string, int character)
{
    const char *found = NULL;

    for (;; string++) {
        if (*string == (char)character)
            found = string;
        if (!*string)
            return (char *)found;
    }
}

char *strstr(const char *string, const char *part)
{
    size_t length = strlen(part);

    for (;; string++) {
        if (strncmp(string, part, length) == 0)
            return (char *)string;
        if (!*string)
            return NULL;
    }
}

size_t strlcpy(char *restrict to, const char *restrict from, size_t size)
{
    size_t length = strlen(from);

    if (size) {
        size_t copied = min(length, size - 1);

        memcpy(to, from, copied);
        to[copied] = '\0';
    }
    return length;
}
