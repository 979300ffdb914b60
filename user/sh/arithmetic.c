/*
 * sh: $((...)) (POSIX, "Arithmetic Expansion"): C's operators on signed 64-bit integers, without
 * ++, -- and the comma. The expression is read and evaluated in one walk; what && || and ?: leave
 * out is read with `skipping` set, and then neither divides nor assigns.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "user/sh/run.h"

struct sum {
    struct shell *sh;
    const char *expression, *next;
    unsigned skipping, depth;
};

enum {
    DEPTH_MAX = 200
};

/* The binary operators, with their precedence: the higher binds more. */
static const struct operator
{
    const char *text;
    int precedence;
}
operators[] = {
    {"||", 1}, {"&&", 2}, {"==", 6}, {"!=", 6}, {"<=", 7}, {">=", 7},
    {"<<", 8}, {">>", 8}, {"|", 3},  {"^", 4},  {"&", 5},  {"<", 7},
    {">", 7},  {"+", 9},  {"-", 9},  {"*", 10}, {"/", 10}, {"%", 10},
};

static intmax_t sum_fail(struct sum *sum, const char *message)
{
    if (!sum->sh->unwind)
        shell_fail(sum->sh, "arithmetic: %s: \"%s\"", message, sum->expression);
    sum->next = "";
    return 0;
}

static void blanks_skip(struct sum *sum)
{
    sum->next += strspn(sum->next, " \t\n");
}

/* Takes TEXT if it stands here. */
static bool accept(struct sum *sum, const char *text)
{
    blanks_skip(sum);
    if (strncmp(sum->next, text, strlen(text)) != 0)
        return false;
    sum->next += strlen(text);
    return true;
}

static intmax_t conditional(struct sum *sum);
static intmax_t assignment(struct sum *sum);

/* The number in TEXT, from which *END is set. What is too large is the largest there is (dash). */
static intmax_t number_parse(const char *text, char **end)
{
    return strtoimax(text, end, 0);
}

/* A variable is a number, or, if it has none, zero. */
static intmax_t variable_value(struct sum *sum, const char *name)
{
    const char *value = variable_get(sum->sh, name);
    intmax_t number;
    char *end;

    if (!value && sum->sh->options[OPTION_NOUNSET] && !sum->skipping)
        return sum_fail(sum, "parameter not set");
    if (!value)
        return 0;
    number = number_parse(value, &end);
    end += strspn(end, " \t\n");
    return *end && !sum->skipping ? sum_fail(sum, "not a number in a variable") : number;
}

static intmax_t primary(struct sum *sum)
{
    intmax_t value;
    size_t length;
    char *end;

    if (accept(sum, "(")) {
        value = assignment(sum);
        return accept(sum, ")") ? value : sum_fail(sum, "a ) is missing");
    }
    length = name_length(sum->next);
    if (length > 0) {
        const char *name = arena_copy(&sum->sh->arena, sum->next, length);

        sum->next += length;
        return variable_value(sum, name);
    }
    if (*sum->next < '0' || *sum->next > '9')
        return sum_fail(sum, "a number is expected");
    value = number_parse(sum->next, &end);
    sum->next = end;
    return value;
}

static intmax_t unary(struct sum *sum)
{
    intmax_t value = 0;

    if (++sum->depth > DEPTH_MAX)
        return sum_fail(sum, "too deep");
    if (accept(sum, "+"))
        value = unary(sum);
    else if (accept(sum, "-"))
        value = (intmax_t)(0 - (uintmax_t)unary(sum));
    else if (accept(sum, "~"))
        value = ~unary(sum);
    else if (accept(sum, "!"))
        value = !unary(sum);
    else
        value = primary(sum);
    sum->depth--;
    return value;
}

/* Sums that overflow wrap around, and INTMAX_MIN / -1 does too, where the CPU would trap. */
static intmax_t divide(struct sum *sum, char operation, intmax_t left, intmax_t right)
{
    if (sum->skipping)
        return 0;
    if (right == 0)
        return sum_fail(sum, "division by zero");
    if (right == -1)
        return operation == '/' ? (intmax_t)(0 - (uintmax_t)left) : 0;
    return operation == '/' ? left / right : left % right;
}

static intmax_t operate(struct sum *sum, const char *operation, intmax_t left, intmax_t right)
{
    uintmax_t a = (uintmax_t)left, b = (uintmax_t)right;
    bool is_double = operation[1] == operation[0], equal = operation[1] == '=';

    switch (operation[0]) {
    case '*':
        return (intmax_t)(a * b);
    case '+':
        return (intmax_t)(a + b);
    case '-':
        return (intmax_t)(a - b);
    case '<':
        return is_double ? (intmax_t)(a << (b & 63)) : equal ? left <= right : left < right;
    case '>':
        return is_double ? left >> (b & 63) : equal ? left >= right : left > right;
    case '=':
        return left == right;
    case '!':
        return left != right;
    case '&':
        return is_double ? left && right : left & right;
    case '|':
        return is_double ? left || right : left | right;
    case '^':
        return left ^ right;
    default:
        return divide(sum, operation[0], left, right);
    }
}

/* The binary operator at hand, if it binds at least as much as MINIMUM; not one of `+=`. */
static const struct operator* operator_peek(struct sum *sum, int minimum)
{
    blanks_skip(sum);
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        const struct operator* operator= & operators[i];
        size_t length = strlen(operator->text);

        if (strncmp(sum->next, operator->text, length) == 0)
            return operator->precedence >= minimum ? operator: NULL;
    }
    return NULL;
}

static intmax_t binary(struct sum *sum, int minimum)
{
    intmax_t left = unary(sum);
    const struct operator* operator;

    while ((operator= operator_peek(sum, minimum))) {
        const char *text = operator->text;
        bool decided = (strcmp(text, "&&") == 0 && !left) || (strcmp(text, "||") == 0 && left);

        sum->next += strlen(text);
        sum->skipping += decided;
        left = operate(sum, text, left, binary(sum, operator->precedence + 1));
        sum->skipping -= decided;
    }
    return left;
}

static intmax_t conditional(struct sum *sum)
{
    intmax_t condition = binary(sum, 1), yes, no;

    if (!accept(sum, "?"))
        return condition;
    sum->skipping += !condition;
    yes = assignment(sum);
    sum->skipping -= !condition;
    if (!accept(sum, ":"))
        return sum_fail(sum, "a : is missing");
    sum->skipping += !!condition;
    no = conditional(sum);
    sum->skipping -= !!condition;
    return condition ? yes : no;
}

/* The operator of an assignment, without its =; "=" for the plain one, NULL for none. */
static const char *assignment_operator(const char *text, size_t *length)
{
    static const char *const before_equals[] = {"<<", ">>", "*", "/", "%", "+", "-", "&", "^", "|"};

    *length = 1;
    if (text[0] == '=' && text[1] != '=')
        return "=";
    for (size_t i = 0; i < sizeof(before_equals) / sizeof(before_equals[0]); i++) {
        *length = strlen(before_equals[i]) + 1;
        if (strncmp(text, before_equals[i], *length - 1) == 0 && text[*length - 1] == '=')
            return before_equals[i];
    }
    return NULL;
}

/* NAME = VALUE, NAME += VALUE and so on, or a conditional. */
static intmax_t assignment(struct sum *sum)
{
    const char *begin, *operation, *name;
    size_t length, operator_length;
    intmax_t value;

    if (++sum->depth > DEPTH_MAX)
        return sum_fail(sum, "too deep");
    blanks_skip(sum);
    begin = sum->next;
    length = name_length(begin);
    sum->next += length;
    blanks_skip(sum);
    operation = length > 0 ? assignment_operator(sum->next, &operator_length) : NULL;
    if (!operation) {
        sum->next = begin;
        value = conditional(sum);
        sum->depth--;
        return value;
    }
    sum->next += operator_length;
    name = arena_copy(&sum->sh->arena, begin, length);
    value = assignment(sum);
    if (operation[0] != '=')
        value = operate(sum, operation, variable_value(sum, name), value);
    if (!sum->skipping && !sum->sh->unwind)
        variable_set_number(sum->sh, name, value);
    sum->depth--;
    return value;
}

intmax_t arithmetic_evaluate(struct shell *sh, const char *expression)
{
    struct sum sum = {.sh = sh, .expression = expression, .next = expression};
    intmax_t value = assignment(&sum);

    blanks_skip(&sum);
    return *sum.next ? sum_fail(&sum, "unexpected characters") : value;
}
