/*
 * sh: test and [ (POSIX, "test"). Up to four arguments mean what their number says; with more they
 * are an expression of ! ( ) -a -o. stat(2), faccessat(2).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/sh/run.h"

struct test {
    struct shell *sh;
    char **next, **end;
    unsigned depth;
    bool failed; /* reported already */
};

enum {
    DEPTH_MAX = 500
};

static bool test_fail(struct test *test, const char *what, const char *why)
{
    if (!test->failed)
        shell_error(test->sh, "test: %s: %s", what, why);
    test->failed = true;
    return false;
}

static intmax_t integer_read(struct test *test, const char *text)
{
    intmax_t number;
    char *end;

    errno = 0;
    number = strtoimax(text, &end, 10);
    if (end == text || errno || end[strspn(end, " \t\n")])
        test_fail(test, text, "not a number");
    return number;
}

static bool is_unary(const char *text)
{
    return text[0] == '-' && text[1] && !text[2] && strchr("bcdefghknprstuwxzLSGO", text[1]);
}

static bool mode_test(char letter, const struct stat *status)
{
    switch (letter) {
    case 'b':
        return S_ISBLK(status->st_mode);
    case 'c':
        return S_ISCHR(status->st_mode);
    case 'd':
        return S_ISDIR(status->st_mode);
    case 'f':
        return S_ISREG(status->st_mode);
    case 'p':
        return S_ISFIFO(status->st_mode);
    case 'S':
        return S_ISSOCK(status->st_mode);
    case 'g':
        return status->st_mode & S_ISGID;
    case 'u':
        return status->st_mode & S_ISUID;
    case 'k':
        return status->st_mode & S_ISVTX;
    case 's':
        return status->st_size > 0;
    case 'G':
        return status->st_gid == getegid();
    case 'O':
        return status->st_uid == geteuid();
    default: /* -e */
        return true;
    }
}

static bool unary_test(struct test *test, char letter, const char *operand)
{
    struct stat status;

    switch (letter) {
    case 'n':
        return *operand;
    case 'z':
        return !*operand;
    case 't':
        return isatty((int)integer_read(test, operand));
    case 'r':
        return faccessat(AT_FDCWD, operand, R_OK, AT_EACCESS) == 0;
    case 'w':
        return faccessat(AT_FDCWD, operand, W_OK, AT_EACCESS) == 0;
    case 'x':
        return faccessat(AT_FDCWD, operand, X_OK, AT_EACCESS) == 0;
    case 'h':
    case 'L':
        return lstat(operand, &status) == 0 && S_ISLNK(status.st_mode);
    default:
        return stat(operand, &status) == 0 && mode_test(letter, &status);
    }
}

enum comparison {
    COMPARE_NONE,
    COMPARE_TEXT_EQUAL,
    COMPARE_TEXT_DIFFERENT,
    COMPARE_TEXT_LESS,
    COMPARE_TEXT_GREATER,
    COMPARE_EQUAL,
    COMPARE_DIFFERENT,
    COMPARE_LESS,
    COMPARE_LESS_OR_EQUAL,
    COMPARE_GREATER,
    COMPARE_GREATER_OR_EQUAL,
    COMPARE_NEWER,
    COMPARE_OLDER,
    COMPARE_SAME_FILE,
};

static enum comparison comparison_find(const char *text)
{
    static const struct {
        const char *text;
        enum comparison comparison;
    } comparisons[] = {
        {"=", COMPARE_TEXT_EQUAL},  {"!=", COMPARE_TEXT_DIFFERENT},
        {"<", COMPARE_TEXT_LESS},   {">", COMPARE_TEXT_GREATER},
        {"-eq", COMPARE_EQUAL},     {"-ne", COMPARE_DIFFERENT},
        {"-lt", COMPARE_LESS},      {"-le", COMPARE_LESS_OR_EQUAL},
        {"-gt", COMPARE_GREATER},   {"-ge", COMPARE_GREATER_OR_EQUAL},
        {"-nt", COMPARE_NEWER},     {"-ot", COMPARE_OLDER},
        {"-ef", COMPARE_SAME_FILE},
    };

    for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++) {
        if (strcmp(comparisons[i].text, text) == 0)
            return comparisons[i].comparison;
    }
    return COMPARE_NONE;
}

static bool is_newer(const char *left, const char *right)
{
    struct stat a, b;

    if (stat(left, &a) < 0 || stat(right, &b) < 0)
        return false;
    if (a.st_mtim.tv_sec != b.st_mtim.tv_sec)
        return a.st_mtim.tv_sec > b.st_mtim.tv_sec;
    return a.st_mtim.tv_nsec > b.st_mtim.tv_nsec;
}

static bool is_same_file(const char *left, const char *right)
{
    struct stat a, b;

    return stat(left, &a) == 0 && stat(right, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

static bool number_test(struct test *test, const char *left, enum comparison comparison,
                        const char *right)
{
    intmax_t a = integer_read(test, left), b = integer_read(test, right);

    switch (comparison) {
    case COMPARE_EQUAL:
        return a == b;
    case COMPARE_DIFFERENT:
        return a != b;
    case COMPARE_LESS:
        return a < b;
    case COMPARE_LESS_OR_EQUAL:
        return a <= b;
    case COMPARE_GREATER:
        return a > b;
    default:
        return a >= b;
    }
}

static bool binary_test(struct test *test, const char *left, const char *operator,
                        const char * right)
{
    enum comparison comparison = comparison_find(operator);

    switch (comparison) {
    case COMPARE_TEXT_EQUAL:
        return strcmp(left, right) == 0;
    case COMPARE_TEXT_DIFFERENT:
        return strcmp(left, right) != 0;
    case COMPARE_TEXT_LESS:
        return strcmp(left, right) < 0;
    case COMPARE_TEXT_GREATER:
        return strcmp(left, right) > 0;
    case COMPARE_NEWER:
        return is_newer(left, right);
    case COMPARE_OLDER:
        return is_newer(right, left);
    case COMPARE_SAME_FILE:
        return is_same_file(left, right);
    default:
        return number_test(test, left, comparison, right);
    }
}

static bool next_is(const struct test *test, const char *text)
{
    return test->next < test->end && strcmp(*test->next, text) == 0;
}

static bool or_test(struct test *test);

/* ( expression ), a comparison, -LETTER operand, or a word, which is true if it isn't empty. */
static bool primary_test(struct test *test)
{
    ptrdiff_t left = test->end - test->next;
    char **words = test->next;
    bool result;

    if (left == 0)
        return test_fail(test, "an operand", "is missing");
    if (left >= 3 && comparison_find(words[1]) != COMPARE_NONE) {
        test->next += 3;
        return binary_test(test, words[0], words[1], words[2]);
    }
    if (left >= 2 && strcmp(words[0], "(") == 0) {
        test->next++;
        result = or_test(test);
        if (!next_is(test, ")"))
            return test_fail(test, "(", "has no )");
        test->next++;
        return result;
    }
    if (left >= 2 && is_unary(words[0])) {
        test->next += 2;
        return unary_test(test, words[0][1], words[1]);
    }
    test->next++;
    return **words;
}

static bool not_test(struct test *test)
{
    bool alone = test->end - test->next == 1;
    bool compared = test->end - test->next == 3 && comparison_find(test->next[1]) != COMPARE_NONE;

    if (++test->depth > DEPTH_MAX)
        return test_fail(test, "expression", "too deep");
    if (!next_is(test, "!") || alone || compared) {
        bool result = primary_test(test);

        test->depth--;
        return result;
    }
    test->next++;

    bool result = !not_test(test);

    test->depth--;
    return result;
}

static bool and_test(struct test *test)
{
    bool result = not_test(test);

    while (!test->failed && next_is(test, "-a")) {
        test->next++;
        result &= not_test(test);
    }
    return result;
}

static bool or_test(struct test *test)
{
    bool result = and_test(test);

    while (!test->failed && next_is(test, "-o")) {
        test->next++;
        result |= and_test(test);
    }
    return result;
}

/* test EXPRESSION, or [ EXPRESSION ]: 0 if it is true, 1 if it isn't, 2 if it is none */
int run_test(struct shell *sh, char **arguments)
{
    struct test test = {.sh = sh, .next = arguments + 1, .end = arguments + 1};
    bool result;

    while (*test.end)
        test.end++;
    if (strcmp(arguments[0], "[") == 0) {
        if (test.end == test.next || strcmp(test.end[-1], "]") != 0) {
            shell_error(sh, "[: ] is missing");
            return STATUS_ERROR;
        }
        test.end--;
    }
    if (test.next == test.end)
        return 1;
    result = or_test(&test);
    if (!test.failed && test.next < test.end)
        test_fail(&test, *test.next, "not expected here");
    return test.failed ? STATUS_ERROR : !result;
}
