/*
 * sh: the lines that were typed at the prompt, oldest first. The oldest go when there are too many.
 *
 * They are kept in $HISTFILE, or in .sh_history at home (POSIX, sh): each line goes to its end when
 * it is typed, so that the next shell knows it, and those that run beside each other lose none of
 * theirs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/edit.h"
#include "user/sh/run.h"

enum {
    FILE_LINES_MAX = 4 * HISTORY_LINES_MAX /* then it is written anew, with the last lines only */
};

/* Where the lines are kept; NULL: nowhere. */
static const char *history_path(struct shell *sh)
{
    const char *path = variable_get(sh, "HISTFILE"), *home = variable_get(sh, "HOME");
    struct text text;

    if (path)
        return *path ? path : NULL;
    if (!home || !*home)
        return NULL;
    text_begin(&text, &sh->arena);
    text_add(&text, home);
    text_add(&text, "/.sh_history");
    return text.bytes;
}

/* Adds LINE to those in memory. False if that needs no place: it is blank, or the last one again.
 */
static bool line_keep(struct history *history, const char *line)
{
    if (line[strspn(line, " \t")] == '\0')
        return false;
    if (history->count > 0 && strcmp(history->lines[history->count - 1], line) == 0)
        return false;
    if (history->count == HISTORY_LINES_MAX) {
        free(history->lines[0]);
        history->count--;
        history->dropped++;
        memmove(history->lines, history->lines + 1, history->count * sizeof(history->lines[0]));
    }
    history->lines[history->count++] = string_copy(line);
    return true;
}

/* Puts a file with the lines in memory in the place of one that has become too long. */
static void file_shorten(const struct history *history, const char *path)
{
    char new_path[4096];
    FILE *file = NULL;
    int fd = -1;

    if (snprintf(new_path, sizeof(new_path), "%s.XXXXXX", path) < (int)sizeof(new_path))
        fd = mkstemp(new_path);
    if (fd >= 0)
        file = fdopen(fd, "w");
    if (!file) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (size_t i = 0; i < history->count; i++)
        fprintf(file, "%s\n", history->lines[i]);
    if (fclose(file) < 0 || rename(new_path, path) < 0)
        unlink(new_path);
}

void history_read(struct shell *sh)
{
    struct arena_mark mark = arena_mark(&sh->arena);
    const char *path = history_path(sh);
    FILE *file = path ? fopen(path, "re") : NULL;
    char line[EDIT_LINE_BYTES];
    size_t lines = 0;

    sh->history.is_read = true;
    while (file && fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        line_keep(&sh->history, line);
        lines++;
    }
    if (file)
        fclose(file);
    if (lines > FILE_LINES_MAX)
        file_shorten(&sh->history, path);
    arena_release(&sh->arena, mark);
}

void history_add(struct shell *sh, const char *line)
{
    struct arena_mark mark = arena_mark(&sh->arena);
    const char *path = line_keep(&sh->history, line) ? history_path(sh) : NULL;
    int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    struct text text;

    if (fd >= 0) {
        text_begin(&text, &sh->arena);
        text_add(&text, line);
        text_add_char(&text, '\n');
        /* All at once. Where the file has no room for it, the line is known to this shell alone. */
        while (write(fd, text.bytes, text.length) < 0 && errno == EINTR)
            continue;
        close(fd);
    }
    arena_release(&sh->arena, mark);
}

bool history_find(const struct history *history, const char *part, size_t *place)
{
    for (size_t i = *place; i > 0; i--) {
        if (strstr(history->lines[i - 1], part)) {
            *place = i - 1;
            return true;
        }
    }
    return false;
}

/* history [COUNT]: the last lines, with their numbers */
int run_history(struct shell *sh, char **arguments)
{
    const struct history *history = &sh->history;
    int count = arguments[1] ? number_read(arguments[1], 10) : HISTORY_LINES_MAX;
    struct text text;
    char number[32];

    if (count < 0) {
        shell_error(sh, "history: %s: not a number", arguments[1]);
        return STATUS_ERROR;
    }
    text_begin(&text, &sh->arena);
    for (size_t i =
             history->count - ((size_t)count < history->count ? (size_t)count : history->count);
         i < history->count; i++) {
        snprintf(number, sizeof(number), "%5zu  ", history->dropped + i + 1);
        text_add(&text, number);
        text_add(&text, history->lines[i]);
        text_add_char(&text, '\n');
    }
    return print(sh, text.bytes);
}
