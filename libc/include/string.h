/* Strings and blocks of memory. */
#ifndef LIMEN_LIBC_STRING_H
#define LIMEN_LIBC_STRING_H

#include <stddef.h>
#include <strings.h>

void *memccpy(void *restrict to, const void *restrict from, int c, size_t size);
void *memchr(const void *block, int c, size_t size);
void *memrchr(const void *block, int c, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *mempcpy(void *restrict to, const void *restrict from, size_t size);
void *memmem(const void *block, size_t size, const void *piece, size_t piece_size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *block, int c, size_t size);
void explicit_bzero(void *block, size_t size);

char *stpcpy(char *restrict to, const char *restrict from);
char *stpncpy(char *restrict to, const char *restrict from, size_t size);
char *strcasestr(const char *text, const char *piece);
char *strcat(char *restrict to, const char *restrict from);
char *strchr(const char *text, int c);
char *strchrnul(const char *text, int c);
int strcmp(const char *a, const char *b);
int strcoll(const char *a, const char *b);
char *strcpy(char *restrict to, const char *restrict from);
size_t strcspn(const char *text, const char *set);
char *strdup(const char *text);
size_t strlcat(char *restrict to, const char *restrict from, size_t size);
size_t strlcpy(char *restrict to, const char *restrict from, size_t size);
size_t strlen(const char *text);
char *strncat(char *restrict to, const char *restrict from, size_t size);
int strncmp(const char *a, const char *b, size_t size);
char *strncpy(char *restrict to, const char *restrict from, size_t size);
char *strndup(const char *text, size_t size);
size_t strnlen(const char *text, size_t size);
char *strpbrk(const char *text, const char *set);
char *strrchr(const char *text, int c);
char *strsep(char **place, const char *delimiters);
size_t strspn(const char *text, const char *set);
char *strstr(const char *text, const char *piece);
char *strtok(char *restrict text, const char *restrict delimiters);
char *strtok_r(char *restrict text, const char *restrict delimiters, char **restrict place);
size_t strxfrm(char *restrict to, const char *restrict from, size_t size);

char *strerror(int error);
int strerror_r(int error, char *buf, size_t size);
char *strsignal(int sig);

#endif
