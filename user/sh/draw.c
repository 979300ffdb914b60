/*
 * sh: the line editor's half that faces the terminal. Each change draws the line anew, from the
 * prompt on; a character added at the end is only written. console_codes(4), ioctl_tty(2).
 *
 * A row that is full is ended by \r\n, not left to the terminal: so it is right also where the
 * terminal is wider than it says.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "user/sh/edit.h"

enum {
    COLUMNS_DEFAULT = 80
};

/* Where a piece of text ends, and what to write for it. */
struct layout {
    struct text *text; /* NULL: only measured */
    unsigned columns, row, column;
};

void draw_bytes(const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(STDERR_FILENO, bytes, count);

        if (written < 0 && errno != EINTR)
            return;
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        }
    }
}

unsigned draw_columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
        return size.ws_col;
    return COLUMNS_DEFAULT;
}

/* The length of the UTF-8 sequence at TEXT, and its character; a stray byte is one by itself. */
static size_t utf8_decode(const char *text, unsigned *character)
{
    unsigned char first = (unsigned char)text[0];
    size_t length = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;

    *character = length == 1 ? first : first & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80) {
            *character = first;
            return 1;
        }
        *character = *character << 6 | ((unsigned char)text[i] & 0x3f);
    }
    return length;
}

/* How many columns a character takes: what combines takes none, East Asian ones two (UAX #11). */
static unsigned character_width(unsigned character)
{
    static const struct {
        unsigned first, last, width;
    } ranges[] = {
        {0x0300, 0x036f, 0},   {0x1100, 0x115f, 2},   {0x200b, 0x200f, 0},   {0x2e80, 0x303e, 2},
        {0x3041, 0xa4cf, 2},   {0xac00, 0xd7a3, 2},   {0xf900, 0xfaff, 2},   {0xfe00, 0xfe0f, 0},
        {0xfe30, 0xfe6f, 2},   {0xff00, 0xff60, 2},   {0xffe0, 0xffe6, 2},   {0x1f300, 0x1f64f, 2},
        {0x1f680, 0x1f6ff, 2}, {0x1f900, 0x1f9ff, 2}, {0x20000, 0x3fffd, 2},
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (character >= ranges[i].first && character <= ranges[i].last)
            return ranges[i].width;
    }
    return 1;
}

size_t line_behind(const struct edit_line *line, size_t place)
{
    unsigned character;

    if (place == line->length)
        return place;
    place += utf8_decode(line->bytes + place, &character);
    while (place < line->length) {
        size_t length = utf8_decode(line->bytes + place, &character);

        if (character_width(character) > 0)
            break;
        place += length;
    }
    return place;
}

size_t line_before(const struct edit_line *line, size_t place)
{
    size_t before = 0;

    for (size_t i = 0; i < place; i = line_behind(line, i))
        before = i;
    return before;
}

static void layout_newline(struct layout *layout)
{
    if (layout->text)
        text_add(layout->text, "\r\n");
    layout->row++;
    layout->column = 0;
}

static void layout_add(struct layout *layout, const char *bytes, size_t length, unsigned width)
{
    if (layout->column + width > layout->columns)
        layout_newline(layout);
    for (size_t i = 0; layout->text && i < length; i++)
        text_add_char(layout->text, bytes[i]);
    layout->column += width;
}

/* Adds LENGTH bytes of the line: a control character as ^X, a stray byte as ?. */
static void layout_line(struct layout *layout, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        unsigned character;
        size_t size = utf8_decode(bytes + i, &character);
        char control[2] = {'^', (char)((character ^ 0x40) & 0x7f)};

        if (character < ' ' || character == 0x7f)
            layout_add(layout, control, 2, 2);
        else if (size == 1 && character >= 0x80)
            layout_add(layout, "?", 1, 1);
        else
            layout_add(layout, bytes + i, size, character_width(character));
        i += size;
    }
}

/* Adds the prompt, which may have newlines and, for colours, control sequences of no width. */
static void layout_prompt(struct layout *layout, const char *prompt)
{
    while (*prompt) {
        unsigned character;
        size_t size = utf8_decode(prompt, &character);

        if (prompt[0] == '\x1b' && prompt[1] == '[') {
            size = 2 + strspn(prompt + 2, "0123456789;?");
            size += prompt[size] != '\0';
            layout_add(layout, prompt, size, 0);
        } else if (prompt[0] == '\n') {
            layout_newline(layout);
        } else {
            layout_add(layout, prompt, size, character_width(character));
        }
        prompt += size;
    }
}

/* A cursor behind the last column is, to the eye and to the next character, in the next row. */
static void layout_wrap(struct layout *layout)
{
    if (layout->column == layout->columns)
        layout_newline(layout);
}

static void number_add(struct text *text, const char *format, unsigned number)
{
    char sequence[16];

    if (number == 0)
        return;
    snprintf(sequence, sizeof(sequence), format, number);
    text_add(text, sequence);
}

void draw_prompt(struct editor *editor)
{
    struct arena_mark mark = arena_mark(&editor->sh->arena);
    struct text text;
    struct layout layout = {.text = &text, .columns = draw_columns()};

    text_begin(&text, &editor->sh->arena);
    layout_prompt(&layout, editor->prompt);
    layout_wrap(&layout);
    draw_bytes(text.bytes, text.length);
    editor->row = layout.row;
    editor->column = layout.column;
    arena_release(&editor->sh->arena, mark);
}

void draw_line(struct editor *editor)
{
    struct arena_mark mark = arena_mark(&editor->sh->arena);
    const struct edit_line *line = &editor->line;
    struct text text;
    struct layout cursor = {.columns = draw_columns()}, end = cursor;

    text_begin(&text, &editor->sh->arena);
    number_add(&text, "\x1b[%uA", editor->row);
    text_add(&text, "\r\x1b[J");
    end.text = &text;
    layout_prompt(&end, editor->prompt);
    layout_line(&end, line->bytes, line->length);
    layout_wrap(&end);
    layout_prompt(&cursor, editor->prompt);
    layout_line(&cursor, line->bytes, line->cursor);
    layout_wrap(&cursor);
    number_add(&text, "\x1b[%uA", end.row - cursor.row);
    if (cursor.row != end.row || cursor.column != end.column) {
        text_add(&text, "\r");
        number_add(&text, "\x1b[%uC", cursor.column);
    }
    draw_bytes(text.bytes, text.length);
    editor->row = cursor.row;
    editor->column = cursor.column;
    arena_release(&editor->sh->arena, mark);
}

void draw_added(struct editor *editor, size_t place)
{
    struct layout layout = {
        .columns = draw_columns(), .row = editor->row, .column = editor->column};

    layout_line(&layout, editor->line.bytes + place, editor->line.length - place);
    if (layout.row != editor->row || layout.column == layout.columns ||
        (unsigned char)editor->line.bytes[place] < ' ') {
        draw_line(editor);
        return;
    }
    draw_bytes(editor->line.bytes + place, editor->line.length - place);
    editor->column = layout.column;
}

void draw_finish(struct editor *editor, const char *mark)
{
    if (editor->line.cursor != editor->line.length) {
        editor->line.cursor = editor->line.length;
        draw_line(editor);
    }
    draw_bytes(mark, strlen(mark));
    draw_bytes("\n", 1);
    editor->row = editor->column = 0;
}

void draw_list(struct editor *editor, char **names, size_t count)
{
    struct arena_mark mark = arena_mark(&editor->sh->arena);
    size_t cursor = editor->line.cursor, width = 1, columns, rows;
    struct text text;

    for (size_t i = 0; i < count; i++)
        width = strlen(names[i]) + 2 > width ? strlen(names[i]) + 2 : width;
    columns = draw_columns() / width ? draw_columns() / width : 1;
    rows = (count + columns - 1) / columns;
    draw_finish(editor, "");
    text_begin(&text, &editor->sh->arena);
    for (size_t i = 0; i < rows * columns; i++) {
        size_t name = i % columns * rows + i / columns;
        size_t length = name + rows < count ? strlen(names[name]) : width;

        if (name < count)
            text_add(&text, names[name]);
        for (; length < width && i % columns + 1 < columns; length++)
            text_add_char(&text, ' ');
        if (i % columns + 1 == columns)
            text_add_char(&text, '\n');
    }
    draw_bytes(text.bytes, text.length);
    arena_release(&editor->sh->arena, mark);
    editor->line.cursor = cursor;
    draw_line(editor);
}
