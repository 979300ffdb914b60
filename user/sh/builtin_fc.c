/*
 * sh: fc (POSIX), which lists lines of the history, edits them, or runs one again. The line that
 * called it is the last one there: numbers count from before it, and where others are run in its
 * stead they also take its place. ($HISTFILE keeps it.)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/run.h"

struct fc {
    bool list, again, reverse, numberless;
    const char *editor;
    size_t first, last; /* of the lines wanted */
};

/* How many lines there are before the one that is being run. */
static size_t lines_before(const struct history *history)
{
    return history->count > 0 ? history->count - 1 : 0;
}

/* Reads the options; NULL if one is wrong, which has been reported. -NUMBER is none. */
static char **options_take(struct shell *sh, char **arguments, struct fc *fc)
{
    for (; *arguments && (*arguments)[0] == '-'; arguments++) {
        if (strcmp(*arguments, "--") == 0)
            return arguments + 1;
        for (const char *letter = *arguments + 1; *letter; letter++) {
            if (*letter >= '0' && *letter <= '9')
                return arguments;
            if (*letter == 'e') {
                fc->editor = letter[1] ? letter + 1 : *++arguments;
                break;
            }
            fc->list |= *letter == 'l';
            fc->again |= *letter == 's';
            fc->reverse |= *letter == 'r';
            fc->numberless |= *letter == 'n';
            if (!strchr("lsrn", *letter)) {
                option_unknown(sh, "fc", *letter);
                return NULL;
            }
        }
        if (!*arguments) {
            shell_error(sh, "fc: -e: which editor?");
            return NULL;
        }
    }
    return arguments;
}

/*
 * The place of the line that TEXT means: a number, -how many before, or how it begins. With CLAMP
 * a number that is none of the history's is its oldest or newest. False: no such line, reported.
 */
static bool line_find(struct shell *sh, const char *text, bool clamp, size_t *place)
{
    const struct history *history = &sh->history;
    size_t count = lines_before(history), length = strlen(text);
    int number = number_read(text + (*text == '-' || *text == '+'), 10);
    long wanted = *text == '-' ? (long)count - number : number - 1 - (long)history->dropped;

    if (number >= 0 && count > 0) {
        if (clamp && wanted < 0)
            wanted = 0;
        if (clamp && wanted >= (long)count)
            wanted = (long)count - 1;
        *place = (size_t)wanted;
        if (wanted >= 0 && wanted < (long)count)
            return true;
    }
    for (size_t i = number < 0 ? count : 0; i > 0; i--) {
        if (strncmp(history->lines[i - 1], text, length) == 0) {
            *place = i - 1;
            return true;
        }
    }
    shell_error(sh, "fc: %s: not in the history", text);
    return false;
}

/* The lines that the operands mean, and the order. */
static bool range_find(struct shell *sh, char **arguments, struct fc *fc)
{
    const char *first = arguments[0], *last = first ? arguments[1] : NULL;
    size_t swap;

    if (last && arguments[2]) {
        shell_error(sh, "usage: fc [-r] [-e EDITOR] [FIRST [LAST]], fc -l [-nr] [FIRST [LAST]], "
                        "fc -s [OLD=NEW] [FIRST]");
        return false;
    }
    if (!last)
        last = fc->list || !first ? "-1" : first;
    if (!first)
        first = fc->list ? "-16" : "-1";
    if (!line_find(sh, first, fc->list || last != first, &fc->first) ||
        !line_find(sh, last, fc->list || last != first, &fc->last))
        return false;
    if (fc->first > fc->last) {
        swap = fc->first;
        fc->first = fc->last;
        fc->last = swap;
        fc->reverse = true;
    }
    return true;
}

/* Adds the lines, each with its number if NUMBERS are wanted and behind a tab if it is a LIST. */
static void lines_add(const struct history *history, const struct fc *fc, struct text *text)
{
    char number[32] = "";

    for (size_t i = fc->first; i <= fc->last; i++) {
        size_t place = fc->reverse ? fc->last - (i - fc->first) : i;

        if (fc->list && !fc->numberless)
            snprintf(number, sizeof(number), "%zu", history->dropped + place + 1);
        text_add(text, number);
        text_add(text, fc->list ? "\t" : "");
        text_add(text, history->lines[place]);
        text_add_char(text, '\n');
    }
}

/* Runs TEXT in the stead of the line that called fc, and shows it first. */
static int text_run(struct shell *sh, char *text)
{
    struct history *history = &sh->history;
    char *rest = text, *line;
    size_t length;

    free(history->lines[--history->count]);
    fputs(text, stderr);
    for (; *rest; rest += length + (rest[length] == '\n')) {
        length = strcspn(rest, "\n");
        line = arena_copy(&sh->arena, rest, length);
        history_add(sh, line);
    }
    return shell_run_text(sh, text);
}

/* fc -s [OLD=NEW] [FIRST] */
static int line_again(struct shell *sh, char **arguments)
{
    const char *new = *arguments ? strchr(*arguments, '=') : NULL, *old = "", *line, *found;
    struct text text;
    size_t place;

    if (new) {
        old = arena_copy(&sh->arena, *arguments, (size_t)(new - *arguments));
        new ++;
        arguments++;
    }
    if (!line_find(sh, *arguments ? *arguments : "-1", false, &place))
        return 1;
    line = sh->history.lines[place];
    found = strstr(line, old);
    if (!found) {
        shell_error(sh, "fc: %s: not in the command", old);
        return 1;
    }
    text_begin(&text, &sh->arena);
    text_add(&text, arena_copy(&sh->arena, line, (size_t)(found - line)));
    text_add(&text, new ? new : "");
    text_add(&text, found + strlen(old));
    text_add_char(&text, '\n');
    return text_run(sh, text.bytes);
}

/* All of the file at PATH; NULL if it can't be read. In the arena. */
static char *file_read(struct shell *sh, const char *path)
{
    FILE *file = fopen(path, "re");
    struct text text;
    int c;

    if (!file)
        return NULL;
    text_begin(&text, &sh->arena);
    while ((c = getc(file)) != EOF) {
        if (c != '\0')
            text_add_char(&text, (char)c);
    }
    fclose(file);
    if (text.length > 0 && text.bytes[text.length - 1] != '\n')
        text_add_char(&text, '\n');
    return text.bytes;
}

/* Writes TEXT into a new file, whose name PATH becomes. */
static bool file_make(char *path, const struct text *text)
{
    int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    if (!file) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    fputs(text->bytes, file);
    return fclose(file) == 0;
}

/* What the editor leaves of the lines is run, unless it fails. */
static int lines_edit(struct shell *sh, const struct fc *fc)
{
    const char *editor = fc->editor ? fc->editor : variable_get(sh, "FCEDIT");
    char path[] = "/tmp/fc.XXXXXX", *edited;
    char *arguments[] = {(char *)(editor && *editor ? editor : "ed"), path, NULL};
    struct text text;
    int status = 1;

    text_begin(&text, &sh->arena);
    lines_add(&sh->history, fc, &text);
    if (!file_make(path, &text)) {
        shell_error(sh, "fc: %s: %s", path, strerror(errno));
        return 1;
    }
    status = arguments_execute(sh, arguments, variable_get(sh, "PATH"));
    edited = status == 0 && !sh->unwind ? file_read(sh, path) : NULL;
    unlink(path);
    return edited ? text_run(sh, edited) : status;
}

/* fc [-r] [-e EDITOR] [FIRST [LAST]]; fc -l [-nr] [FIRST [LAST]]; fc -s [OLD=NEW] [FIRST] */
int run_fc(struct shell *sh, char **arguments)
{
    struct fc fc = {0};
    struct text text;
    int status;

    arguments = options_take(sh, arguments + 1, &fc);
    if (!arguments)
        return STATUS_ERROR;
    if (!fc.list && sh->in_fc) {
        shell_error(sh, "fc: runs already");
        return 1;
    }
    if (fc.list && lines_before(&sh->history) == 0)
        return 0;
    if ((fc.list || !fc.again) && !range_find(sh, arguments, &fc))
        return 1;
    if (fc.list) {
        text_begin(&text, &sh->arena);
        lines_add(&sh->history, &fc, &text);
        return print(sh, text.bytes);
    }
    sh->in_fc = true;
    status = fc.again ? line_again(sh, arguments) : lines_edit(sh, &fc);
    sh->in_fc = false;
    return status;
}
