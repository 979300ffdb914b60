/*
 * Memory and string functions as ISO C 7.24 has them, plus strnlen and strlcpy. The compiler emits
 * calls of memcpy, memmove, memset and memcmp by itself, so these names and types are fixed. Kernel
 * pointers only: user memory goes through copy_*_user.
 *
 * On the host (unit tests) the names belong to its libc, whose accesses the sanitizers watch: there
 * kernel/lib calls libc's, and string.c, compiled with LIMEN_STRING_RENAME, defines ours as
 * limen_memcpy and so on, for test_string.c.
 */
#ifndef LIMEN_LIB_STRING_H
#define LIMEN_LIB_STRING_H

#include <stddef.h>

#ifdef LIMEN_STRING_RENAME
#define memcpy limen_memcpy
#define memmove limen_memmove
#define memset limen_memset
#define memcmp limen_memcmp
#define memchr limen_memchr
#define strlen limen_strlen
#define strnlen limen_strnlen
#define strcmp limen_strcmp
#define strncmp limen_strncmp
#define strchr limen_strchr
#define strrchr limen_strrchr
#define strstr limen_strstr
#endif
#if __STDC_HOSTED__
#define strlcpy limen_strlcpy
#endif

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memchr(const void *memory, int byte, size_t size);

size_t strlen(const char *string);
/* The length, or `limit` if there is no NUL in the first `limit` bytes. */
size_t strnlen(const char *string, size_t limit);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t limit);
char *strchr(const char *string, int character);
char *strrchr(const char *string, int character);
char *strstr(const char *string, const char *part);

/*
 * Copies `from` to `to`, at most `size` bytes with the NUL that it always writes (unless size is
 * 0). Returns strlen(from): a result >= size means that the copy was cut.
 */
size_t strlcpy(char *restrict to, const char *restrict from, size_t size);

#endif
