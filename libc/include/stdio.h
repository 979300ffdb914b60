/* Buffered streams and formatted text. */
#ifndef LIMEN_LIBC_STDIO_H
#define LIMEN_LIBC_STDIO_H

#include <stdarg.h>
#include <stddef.h>

#include "kernel/abi/fcntl.h"
#include "kernel/abi/types.h"

typedef struct limen_file FILE;
typedef long fpos_t;

#define EOF (-1)
#define BUFSIZ 4096
#define FOPEN_MAX 1000
#define FILENAME_MAX 4096
#define L_tmpnam 20
#define L_ctermid 20
#define TMP_MAX 10000
#define P_tmpdir "/tmp"

#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2

extern FILE *const stdin;
extern FILE *const stdout;
extern FILE *const stderr;
#define stdin stdin
#define stdout stdout
#define stderr stderr

#define LIMEN_PRINTF(format, args) __attribute__((__format__(__printf__, format, args)))
#define LIMEN_SCANF(format, args) __attribute__((__format__(__scanf__, format, args)))

FILE *fopen(const char *restrict path, const char *restrict mode);
FILE *fdopen(int fd, const char *mode);
FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict file);
FILE *fmemopen(void *restrict buf, size_t size, const char *restrict mode);
FILE *open_memstream(char **place, size_t *size);
FILE *popen(const char *command, const char *mode);
int pclose(FILE *file);
FILE *tmpfile(void);
int fclose(FILE *file);
int fflush(FILE *file);
int fileno(FILE *file);
void setbuf(FILE *restrict file, char *restrict buf);
void setlinebuf(FILE *file);
int setvbuf(FILE *restrict file, char *restrict buf, int mode, size_t size);

int feof(FILE *file);
int ferror(FILE *file);
void clearerr(FILE *file);
int fseek(FILE *file, long offset, int whence);
int fseeko(FILE *file, off_t offset, int whence);
long ftell(FILE *file);
off_t ftello(FILE *file);
void rewind(FILE *file);
int fgetpos(FILE *restrict file, fpos_t *restrict position);
int fsetpos(FILE *file, const fpos_t *position);

size_t fread(void *restrict buf, size_t size, size_t count, FILE *restrict file);
size_t fwrite(const void *restrict buf, size_t size, size_t count, FILE *restrict file);
int fgetc(FILE *file);
int getc(FILE *file);
int getchar(void);
int ungetc(int c, FILE *file);
char *fgets(char *restrict buf, int size, FILE *restrict file);
ssize_t getdelim(char **restrict place, size_t *restrict size, int delimiter, FILE *restrict file);
ssize_t getline(char **restrict place, size_t *restrict size, FILE *restrict file);
int fputc(int c, FILE *file);
int putc(int c, FILE *file);
int putchar(int c);
int fputs(const char *restrict text, FILE *restrict file);
int puts(const char *text);
void perror(const char *prefix);
char *ctermid(char *buf);

/* For who has the stream's lock, or the only thread. */
int getc_unlocked(FILE *file);
int getchar_unlocked(void);
int putc_unlocked(int c, FILE *file);
int putchar_unlocked(int c);
void flockfile(FILE *file);
void funlockfile(FILE *file);
int ftrylockfile(FILE *file);

int printf(const char *restrict format, ...) LIMEN_PRINTF(1, 2);
int fprintf(FILE *restrict file, const char *restrict format, ...) LIMEN_PRINTF(2, 3);
int dprintf(int fd, const char *restrict format, ...) LIMEN_PRINTF(2, 3);
int sprintf(char *restrict buf, const char *restrict format, ...) LIMEN_PRINTF(2, 3);
int snprintf(char *restrict buf, size_t size, const char *restrict format, ...) LIMEN_PRINTF(3, 4);
int asprintf(char **restrict place, const char *restrict format, ...) LIMEN_PRINTF(2, 3);
int vprintf(const char *restrict format, va_list args) LIMEN_PRINTF(1, 0);
int vfprintf(FILE *restrict file, const char *restrict format, va_list args) LIMEN_PRINTF(2, 0);
int vdprintf(int fd, const char *restrict format, va_list args) LIMEN_PRINTF(2, 0);
int vsprintf(char *restrict buf, const char *restrict format, va_list args) LIMEN_PRINTF(2, 0);
int vsnprintf(char *restrict buf, size_t size, const char *restrict format, va_list args)
    LIMEN_PRINTF(3, 0);
int vasprintf(char **restrict place, const char *restrict format, va_list args) LIMEN_PRINTF(2, 0);

int scanf(const char *restrict format, ...) LIMEN_SCANF(1, 2);
int fscanf(FILE *restrict file, const char *restrict format, ...) LIMEN_SCANF(2, 3);
int sscanf(const char *restrict text, const char *restrict format, ...) LIMEN_SCANF(2, 3);
int vscanf(const char *restrict format, va_list args) LIMEN_SCANF(1, 0);
int vfscanf(FILE *restrict file, const char *restrict format, va_list args) LIMEN_SCANF(2, 0);
int vsscanf(const char *restrict text, const char *restrict format, va_list args) LIMEN_SCANF(2, 0);

int remove(const char *path);
int rename(const char *old_path, const char *new_path);
int renameat(int old_dirfd, const char *old_path, int new_dirfd, const char *new_path);
int renameat2(int old_dirfd, const char *old_path, int new_dirfd, const char *new_path,
              unsigned int flags);

#undef LIMEN_PRINTF
#undef LIMEN_SCANF

#endif
