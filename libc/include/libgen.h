/* The parts of a path. */
#ifndef LIMEN_LIBC_LIBGEN_H
#define LIMEN_LIBC_LIBGEN_H

char *basename(char *path);
char *dirname(char *path);

#endif
