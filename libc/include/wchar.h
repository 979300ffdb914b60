/*
 * Wide characters, which are Unicode's, and their bytes, which are UTF-8 in every locale. Their
 * classes are <wctype.h>'s. (Streams of wide characters are not there.)
 */
#ifndef LIMEN_LIBC_WCHAR_H
#define LIMEN_LIBC_WCHAR_H

#include <stddef.h>
#include <stdint.h>

typedef unsigned int wint_t;

#define WEOF 0xffffffffU
#define WCHAR_MIN (-2147483647 - 1)
#define WCHAR_MAX 2147483647

/* A character whose first bytes have been seen: its bits so far, and how many bytes are to come. */
struct limen_mbstate {
    unsigned int bits;
    unsigned char missing;
    unsigned char length;
};
typedef struct limen_mbstate mbstate_t;

struct tm;

wint_t btowc(int c);
int wctob(wint_t c);
int mbsinit(const mbstate_t *state);
size_t mbrlen(const char *restrict text, size_t size, mbstate_t *restrict state);
size_t mbrtowc(wchar_t *restrict to, const char *restrict from, size_t size,
               mbstate_t *restrict state);
size_t wcrtomb(char *restrict to, wchar_t c, mbstate_t *restrict state);
size_t mbsrtowcs(wchar_t *restrict to, const char **restrict from, size_t count,
                 mbstate_t *restrict state);
size_t mbsnrtowcs(wchar_t *restrict to, const char **restrict from, size_t size, size_t count,
                  mbstate_t *restrict state);
size_t wcsrtombs(char *restrict to, const wchar_t **restrict from, size_t size,
                 mbstate_t *restrict state);
size_t wcsnrtombs(char *restrict to, const wchar_t **restrict from, size_t count, size_t size,
                  mbstate_t *restrict state);

wchar_t *wcpcpy(wchar_t *restrict to, const wchar_t *restrict from);
wchar_t *wcpncpy(wchar_t *restrict to, const wchar_t *restrict from, size_t count);
wchar_t *wcscat(wchar_t *restrict to, const wchar_t *restrict from);
wchar_t *wcschr(const wchar_t *text, wchar_t c);
int wcscasecmp(const wchar_t *a, const wchar_t *b);
int wcscmp(const wchar_t *a, const wchar_t *b);
int wcscoll(const wchar_t *a, const wchar_t *b);
wchar_t *wcscpy(wchar_t *restrict to, const wchar_t *restrict from);
size_t wcscspn(const wchar_t *text, const wchar_t *set);
wchar_t *wcsdup(const wchar_t *text);
size_t wcslen(const wchar_t *text);
wchar_t *wcsncat(wchar_t *restrict to, const wchar_t *restrict from, size_t count);
int wcsncasecmp(const wchar_t *a, const wchar_t *b, size_t count);
int wcsncmp(const wchar_t *a, const wchar_t *b, size_t count);
wchar_t *wcsncpy(wchar_t *restrict to, const wchar_t *restrict from, size_t count);
size_t wcsnlen(const wchar_t *text, size_t count);
wchar_t *wcspbrk(const wchar_t *text, const wchar_t *set);
wchar_t *wcsrchr(const wchar_t *text, wchar_t c);
size_t wcsspn(const wchar_t *text, const wchar_t *set);
wchar_t *wcsstr(const wchar_t *text, const wchar_t *piece);
size_t wcsxfrm(wchar_t *restrict to, const wchar_t *restrict from, size_t count);
int wcswidth(const wchar_t *text, size_t count);
int wcwidth(wchar_t c);
wchar_t *wcstok(wchar_t *restrict text, const wchar_t *restrict delimiters,
                wchar_t **restrict place);
wchar_t *wmemchr(const wchar_t *block, wchar_t c, size_t count);
int wmemcmp(const wchar_t *a, const wchar_t *b, size_t count);
wchar_t *wmemcpy(wchar_t *restrict to, const wchar_t *restrict from, size_t count);
wchar_t *wmemmove(wchar_t *to, const wchar_t *from, size_t count);
wchar_t *wmemset(wchar_t *block, wchar_t c, size_t count);

double wcstod(const wchar_t *restrict text, wchar_t **restrict end);
float wcstof(const wchar_t *restrict text, wchar_t **restrict end);
long double wcstold(const wchar_t *restrict text, wchar_t **restrict end);
long wcstol(const wchar_t *restrict text, wchar_t **restrict end, int base);
long long wcstoll(const wchar_t *restrict text, wchar_t **restrict end, int base);
unsigned long wcstoul(const wchar_t *restrict text, wchar_t **restrict end, int base);
unsigned long long wcstoull(const wchar_t *restrict text, wchar_t **restrict end, int base);
size_t wcsftime(wchar_t *restrict to, size_t count, const wchar_t *restrict format,
                const struct tm *restrict tm);

#endif
