/* Names against patterns, as the shell does it. */
#ifndef LIMEN_LIBC_FNMATCH_H
#define LIMEN_LIBC_FNMATCH_H

#define FNM_NOMATCH 1
#define FNM_PATHNAME 1
#define FNM_NOESCAPE 2
#define FNM_PERIOD 4
#define FNM_LEADING_DIR 8
#define FNM_CASEFOLD 16
#define FNM_FILE_NAME FNM_PATHNAME

int fnmatch(const char *pattern, const char *text, int flags);

#endif
