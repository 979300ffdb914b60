/*
 * What the small tools share: how they read their options, how they report a failure, how they
 * write all of a buffer. Everything is static inline, so that each tool stays one .c file.
 *
 * POSIX, "Utility Conventions" (options) and "Consequences of Errors" (go on with the next name,
 * and end with a status above 0).
 */
#ifndef LIMEN_USER_TOOL_H
#define LIMEN_USER_TOOL_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reports that TOOL failed on NAME, and why (errno). Returns 1, the status a tool then ends with.
 */
static inline int tool_fail(const char *tool, const char *name)
{
    int error = errno;

    fflush(stdout);
    fprintf(stderr, "%s: %s: %s\n", tool, name, strerror(error));
    return 1;
}

/* Ends the program because it was called wrongly. USAGE has no "usage: " and no newline. */
static inline _Noreturn void tool_usage(const char *usage)
{
    fprintf(stderr, "usage: %s\n", usage);
    exit(2);
}

/* Ends main: a full disk or a closed pipe may show only when the last buffer is written. */
static inline int tool_finish(const char *tool, int status)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        return tool_fail(tool, "standard output");
    return status;
}

/*
 * Reads options that take no argument: letters of KNOWN, alone or in clusters, up to "--" or the
 * first operand. Bit i of *SET tells that KNOWN[i] was given. Returns the operands.
 */
static inline char **tool_options(char **argv, const char *known, unsigned *set, const char *usage)
{
    *set = 0;
    for (argv++; *argv && (*argv)[0] == '-' && (*argv)[1]; argv++) {
        if (strcmp(*argv, "--") == 0)
            return argv + 1;
        for (const char *letter = *argv + 1; *letter; letter++) {
            const char *place = strchr(known, *letter);

            if (!place)
                tool_usage(usage);
            *set |= 1u << (place - known);
        }
    }
    return argv;
}

/* Reads TEXT, all of it, as a number in BASE from 0 to MAX. */
static inline bool number_parse(const char *text, int base, unsigned long max,
                                unsigned long *number)
{
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *number = strtoul(text, &end, base);
    return errno == 0 && *end == '\0' && *number <= max;
}

/* write(2) may take less than it is offered (a pipe, a signal, a full disk): goes on until done. */
static inline bool bytes_write(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        count -= (size_t)written;
    }
    return true;
}

static inline bool path_is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* What stands after the last slash of PATH, slashes at its end aside; "/" is its own name. */
static inline void path_last(const char *path, const char **name, int *length)
{
    const char *end = path + strlen(path);

    while (end > path + 1 && end[-1] == '/')
        end--;
    *name = end;
    while (*name > path && (*name)[-1] != '/')
        (*name)--;
    if (*name == end && end > path)
        (*name)--;
    *length = (int)(end - *name);
}

/* The path that SOURCE gets when it is put into FOLDER: FOLDER/last-name-of-SOURCE. */
static inline bool path_into(char joined[PATH_MAX], const char *folder, const char *source)
{
    const char *name;
    int length;

    path_last(source, &name, &length);
    if (snprintf(joined, PATH_MAX, "%s/%.*s", folder, length, name) < PATH_MAX)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

/*
 * The operands of cp, ln and mv: "SOURCE TARGET", or "SOURCE... FOLDER". Calls ACT(source, target)
 * for each pair; its result, and this one's, is the status to end with.
 */
static inline int sources_apply(const char *tool, char **operands, const char *usage,
                                int (*act)(const char *source, const char *target))
{
    int count = 0, status = 0;

    while (operands[count])
        count++;
    if (count < 2)
        tool_usage(usage);

    const char *target = operands[--count];
    bool into_folder = path_is_folder(target);

    if (!into_folder && count > 1) {
        errno = access(target, F_OK) == 0 ? ENOTDIR : errno;
        return tool_fail(tool, target);
    }
    for (int i = 0; i < count; i++) {
        char joined[PATH_MAX];

        if (!into_folder)
            status |= act(operands[i], target);
        else if (path_into(joined, target, operands[i]))
            status |= act(operands[i], joined);
        else
            status |= tool_fail(tool, operands[i]);
    }
    return status;
}

#endif
