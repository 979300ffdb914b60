/*
 * sh: the line editor. edit.c reads keys and changes the line, draw.c shows it, history.c holds the
 * lines before it, complete.c finishes a word. Nobody but source.c calls it.
 */
#ifndef LIMEN_USER_SH_EDIT_H
#define LIMEN_USER_SH_EDIT_H

#include "user/sh/sh.h"

/* The longest line that can be typed, as in a terminal's canonical mode (termios(3)). */
enum {
    EDIT_LINE_BYTES = 4096
};

/* A line and where in it one types; the byte at LENGTH is a NUL. */
struct edit_line {
    char bytes[EDIT_LINE_BYTES];
    size_t length, cursor;
};

struct editor {
    struct shell *sh;
    const char *prompt;
    struct edit_line line;
    struct edit_line draft;       /* what was typed, while a line of the history stands there */
    char killed[EDIT_LINE_BYTES]; /* what ^Y puts back */
    size_t history_place;         /* of the line shown; the history's count: the draft */
    int pushed_back;              /* a byte that has been read, and is still to be obeyed */
    unsigned row, column;         /* where the terminal's cursor is, counted from the prompt */
    bool listed;                  /* the key before this one was a tab that found several */
};

/* ---- edit.c ---- */

enum edit_result {
    EDIT_LINE,
    EDIT_END,       /* ^D on an empty line, or no terminal any more */
    EDIT_INTERRUPT, /* ^C */
};

/* Can lines be edited: do 0 and 2 belong to a terminal that understands TERM=linux's sequences? */
bool edit_possible(const struct shell *sh);
/* Reads a line, with its newline, into LINE. */
enum edit_result edit_read(struct shell *sh, const char *prompt, char line[EDIT_LINE_BYTES + 1]);
/* Puts COUNT bytes in at the cursor; false if the line would be too long. */
bool edit_insert(struct editor *editor, const char *bytes, size_t count);

/* ---- draw.c ---- */

/* The place before the character that ends at PLACE, and behind the one that begins there. */
size_t line_before(const struct edit_line *line, size_t place);
size_t line_behind(const struct edit_line *line, size_t place);
/* The prompt alone, on a fresh line. */
void draw_prompt(struct editor *editor);
void draw_line(struct editor *editor);
/* Shows what has been added at the end of the line, from PLACE on. */
void draw_added(struct editor *editor, size_t place);
/* Leaves the line: what comes next begins below it. */
void draw_finish(struct editor *editor, const char *mark);
/* Writes NAMES in columns below the line, and then the line again. */
void draw_list(struct editor *editor, char **names, size_t count);
void draw_bytes(const char *bytes, size_t count);
unsigned draw_columns(void);

/* ---- complete.c ---- */

/* Finishes the word at the cursor; shows what it may be if there are several. */
void complete_word(struct editor *editor);

#endif
