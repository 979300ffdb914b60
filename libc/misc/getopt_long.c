/*
 * getopt_long: options of a command line, short ("-abVALUE") and long ("--name=VALUE").
 *
 * As glibc, it moves arguments that are no options behind those that are, so that both may be
 * mixed; a '+' before the letters or POSIXLY_CORRECT in the environment stops at the first. A '-'
 * there makes such an argument an option of value 1. A ':' makes a missing value a ':' and keeps
 * it silent. See `man 3 getopt`.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *optarg;
int optind = 1;
int opterr = 1;
int optopt;

/* Inside a group of letters ("-abc"): the next one; NULL between arguments. */
static const char *next_letter;

/* What a call of getopt was given. */
struct command_line {
    int argc;
    char **argv;
    const char *letters; /* behind '+', '-' and ':' */
    const struct option *options;
    bool colon;  /* a missing value is ':' */
    bool silent; /* no messages */
};

static bool is_option(const char *arg)
{
    return arg[0] == '-' && arg[1];
}

/* Moves `count` arguments from `from` down to `to`; what lay between comes behind them. */
static void move_down(char **argv, int from, int to, int count)
{
    for (; count > 0; count--, from++, to++) {
        char *arg = argv[from];

        memmove(&argv[to + 1], &argv[to], (size_t)(from - to) * sizeof(*argv));
        argv[to] = arg;
    }
}

static int short_missing(const struct command_line *line, char letter)
{
    optopt = (unsigned char)letter;
    if (!line->silent)
        fprintf(stderr, "%s: option requires an argument -- '%c'\n", line->argv[0], letter);
    return line->colon ? ':' : '?';
}

static int short_unknown(const struct command_line *line, char letter)
{
    optopt = (unsigned char)letter;
    if (!line->silent)
        fprintf(stderr, "%s: invalid option -- '%c'\n", line->argv[0], letter);
    return '?';
}

static int take_short(const struct command_line *line)
{
    char letter = *next_letter++;
    const char *entry = letter == ':' || letter == ';' ? NULL : strchr(line->letters, letter);
    const char *rest = next_letter;

    if (!*rest || (entry && entry[1] == ':')) {
        optind++;
        next_letter = NULL;
    }
    if (!entry)
        return short_unknown(line, letter);
    if (entry[1] != ':')
        return (unsigned char)letter;
    if (*rest)
        optarg = (char *)rest;
    else if (entry[2] == ':')
        optarg = NULL;
    else if (optind < line->argc)
        optarg = line->argv[optind++];
    else
        return short_missing(line, letter);
    return (unsigned char)letter;
}

/* The option of that name, or the only one that begins so; *ambiguous if there are several. */
static const struct option *long_find(const struct command_line *line, const char *name,
                                      size_t length, bool *ambiguous)
{
    const struct option *found = NULL;

    *ambiguous = false;
    for (const struct option *option = line->options; option->name; option++) {
        if (strncmp(option->name, name, length) != 0)
            continue;
        if (!option->name[length]) {
            *ambiguous = false;
            return option;
        }
        if (found && (found->has_arg != option->has_arg || found->flag != option->flag ||
                      found->val != option->val))
            *ambiguous = true;
        else if (!found)
            found = option;
    }
    return found;
}

static int long_ambiguous(const struct command_line *line, const char *name, size_t length)
{
    optopt = 0;
    if (line->silent)
        return '?';
    fprintf(stderr, "%s: option '--%s' is ambiguous; possibilities:", line->argv[0], name);
    for (const struct option *option = line->options; option->name; option++) {
        if (strncmp(option->name, name, length) == 0)
            fprintf(stderr, " '--%s'", option->name);
    }
    fprintf(stderr, "\n");
    return '?';
}

/* The value behind '=' or in the next argument; 0, or what getopt returns for the mistake. */
static int long_value(const struct command_line *line, const struct option *option,
                      const char *value)
{
    const char *complaint = NULL;

    if (option->has_arg == no_argument && value)
        complaint = "%s: option '--%s' doesn't allow an argument\n";
    else if (option->has_arg == required_argument && !value && optind >= line->argc)
        complaint = "%s: option '--%s' requires an argument\n";
    if (!complaint) {
        if (option->has_arg == required_argument && !value)
            value = line->argv[optind++];
        optarg = (char *)value;
        return 0;
    }
    optopt = option->val;
    if (!line->silent)
        fprintf(stderr, complaint, line->argv[0], option->name);
    return line->colon && !value ? ':' : '?';
}

static int take_long(const struct command_line *line, int *index)
{
    const char *name = line->argv[optind++] + 2;
    size_t length = strcspn(name, "=");
    bool ambiguous;
    const struct option *option = long_find(line, name, length, &ambiguous);
    int mistake;

    if (ambiguous)
        return long_ambiguous(line, name, length);
    if (!option) {
        optopt = 0;
        if (!line->silent)
            fprintf(stderr, "%s: unrecognized option '--%s'\n", line->argv[0], name);
        return '?';
    }
    mistake = long_value(line, option, name[length] ? name + length + 1 : NULL);
    if (mistake)
        return mistake;
    if (index)
        *index = (int)(option - line->options);
    if (!option->flag)
        return option->val;
    *option->flag = option->val;
    return 0;
}

/* The option at argv[optind]; -1 for "--". */
static int take_option(const struct command_line *line, int *index)
{
    const char *arg = line->argv[optind];

    optarg = NULL;
    if (!next_letter) {
        if (strcmp(arg, "--") == 0) {
            optind++;
            return -1;
        }
        if (line->options && arg[1] == '-')
            return take_long(line, index);
        next_letter = arg + 1;
    }
    return take_short(line);
}

int getopt_long(int argc, char *const argv[], const char *letters, const struct option *options,
                int *index)
{
    struct command_line line = {.argc = argc, .argv = (char **)argv, .options = options};
    char order = *letters == '+' || *letters == '-' ? *letters++ : '\0';
    int operand, result;

    line.colon = *letters == ':';
    line.silent = line.colon || !opterr;
    line.letters = letters + line.colon;
    if (optind == 0) {
        optind = 1;
        next_letter = NULL;
    }
    operand = optind;
    if (optind < argc && !is_option(argv[optind]) && order == '-') {
        optarg = argv[optind++];
        return 1;
    }
    if (order != '+' && !getenv("POSIXLY_CORRECT")) {
        while (optind < argc && !is_option(argv[optind]))
            optind++;
    }
    if (optind >= argc || !is_option(argv[optind])) {
        optind = operand;
        return -1;
    }
    int option = optind;
    result = take_option(&line, index);
    move_down(line.argv, option, operand, optind - option);
    optind = operand + (optind - option);
    return result;
}
