/* What BSD programs expect to find together. */
#ifndef LIMEN_LIBC_SYS_PARAM_H
#define LIMEN_LIBC_SYS_PARAM_H

#include <limits.h>
#include <sys/types.h>

#define MAXPATHLEN PATH_MAX
#define MAXHOSTNAMELEN HOST_NAME_MAX
#define NBBY 8

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define howmany(value, unit) (((value) + (unit)-1) / (unit))
#define roundup(value, unit) (howmany(value, unit) * (unit))

#endif
