/* The paths that match a pattern. */
#ifndef LIMEN_LIBC_GLOB_H
#define LIMEN_LIBC_GLOB_H

#include <stddef.h>

#define GLOB_ERR 0x01
#define GLOB_MARK 0x02
#define GLOB_NOSORT 0x04
#define GLOB_DOOFFS 0x08
#define GLOB_NOCHECK 0x10
#define GLOB_APPEND 0x20
#define GLOB_NOESCAPE 0x40
#define GLOB_PERIOD 0x80

#define GLOB_NOSPACE 1
#define GLOB_ABORTED 2
#define GLOB_NOMATCH 3

struct limen_glob {
    size_t gl_pathc;
    char **gl_pathv;
    size_t gl_offs;
};
typedef struct limen_glob glob_t;

int glob(const char *restrict pattern, int flags, int (*on_error)(const char *path, int error),
         glob_t *restrict result);
void globfree(glob_t *result);

#endif
