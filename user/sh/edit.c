/*
 * sh: reads a line from a terminal, key by key, and lets one change it until it is right. The
 * terminal is raw only meanwhile: programs find it as they left it. Keys are read one byte at a
 * time, so that what was typed ahead for a program stays in the terminal. termios(3).
 *
 * A key is a byte, or one of enum key for what sends several. The table at the end says what each
 * does; all that is none of these and no control character goes into the line.
 */
#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "user/sh/edit.h"

/* The byte of a letter with Ctrl. */
#define WITH_CTRL(letter) ((letter)&0x1f)

enum key {
    KEY_NONE = -2,
    KEY_END_OF_INPUT = -1,
    KEY_ESCAPE = 0x1b,
    KEY_BACKSPACE = 0x7f,
    KEY_LAST_BYTE = 0xff,
    KEY_UP,
    KEY_DOWN,
    KEY_RIGHT,
    KEY_LEFT,
    KEY_HOME,
    KEY_END,
    KEY_DELETE,
    KEY_WORD_RIGHT,
    KEY_WORD_LEFT,
};

bool edit_possible(const struct shell *sh)
{
    const char *terminal = variable_get(sh, "TERM");

    return terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

static int byte_read(struct editor *editor)
{
    int pushed_back = editor->pushed_back;
    unsigned char byte;
    ssize_t count;

    editor->pushed_back = KEY_NONE;
    if (pushed_back != KEY_NONE)
        return pushed_back;
    do
        count = read(STDIN_FILENO, &byte, 1);
    while (count < 0 && errno == EINTR);
    return count == 1 ? byte : KEY_END_OF_INPUT;
}

/* What follows ESC [ or ESC O: parameters, and a final byte that says which key. */
static int sequence_read(struct editor *editor)
{
    static const struct {
        char final;
        int number; /* before a ~ */
        int key, key_with_modifier;
    } sequences[] = {
        {'A', 0, KEY_UP, KEY_UP},          {'B', 0, KEY_DOWN, KEY_DOWN},
        {'D', 0, KEY_LEFT, KEY_WORD_LEFT}, {'C', 0, KEY_RIGHT, KEY_WORD_RIGHT},
        {'H', 0, KEY_HOME, KEY_HOME},      {'F', 0, KEY_END, KEY_END},
        {'~', 1, KEY_HOME, KEY_HOME},      {'~', 7, KEY_HOME, KEY_HOME},
        {'~', 4, KEY_END, KEY_END},        {'~', 8, KEY_END, KEY_END},
        {'~', 3, KEY_DELETE, KEY_DELETE},
    };
    int c = byte_read(editor), number = 0;
    bool modified = false;

    for (; (c >= '0' && c <= '9') || c == ';'; c = byte_read(editor)) {
        modified |= c == ';';
        if (!modified && number < 100)
            number = number * 10 + c - '0';
    }
    if (c == KEY_END_OF_INPUT)
        return c;
    for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
        if (sequences[i].final == c && (c != '~' || sequences[i].number == number))
            return modified ? sequences[i].key_with_modifier : sequences[i].key;
    }
    return KEY_NONE;
}

static int key_read(struct editor *editor)
{
    int c = byte_read(editor);

    if (c != KEY_ESCAPE)
        return c;
    switch (c = byte_read(editor)) {
    case '[':
    case 'O':
        return sequence_read(editor);
    case 'b':
        return KEY_WORD_LEFT;
    case 'f':
        return KEY_WORD_RIGHT;
    case KEY_END_OF_INPUT:
        return c;
    default:
        return KEY_NONE;
    }
}

static void bell(void)
{
    draw_bytes("\a", 1);
}

bool edit_insert(struct editor *editor, const char *bytes, size_t count)
{
    struct edit_line *line = &editor->line;

    if (line->length + count >= EDIT_LINE_BYTES) {
        bell();
        return false;
    }
    memmove(line->bytes + line->cursor + count, line->bytes + line->cursor,
            line->length - line->cursor + 1);
    memcpy(line->bytes + line->cursor, bytes, count);
    line->length += count;
    line->cursor += count;
    return true;
}

/* Takes out what is between two places. With KEEP, ^Y can put it back. */
static void range_remove(struct editor *editor, size_t from, size_t to, bool keep)
{
    struct edit_line *line = &editor->line;

    if (keep && to > from) {
        memcpy(editor->killed, line->bytes + from, to - from);
        editor->killed[to - from] = '\0';
    }
    memmove(line->bytes + from, line->bytes + to, line->length - to + 1);
    line->length -= to - from;
    line->cursor = from;
}

static size_t word_begin(const struct edit_line *line)
{
    size_t place = line->cursor;

    while (place > 0 && line->bytes[place - 1] == ' ')
        place--;
    while (place > 0 && line->bytes[place - 1] != ' ')
        place--;
    return place;
}

static size_t word_end(const struct edit_line *line)
{
    size_t place = line->cursor;

    place += strspn(line->bytes + place, " ");
    return place + strcspn(line->bytes + place, " ");
}

static void move_left(struct editor *editor)
{
    editor->line.cursor = line_before(&editor->line, editor->line.cursor);
}

static void move_right(struct editor *editor)
{
    editor->line.cursor = line_behind(&editor->line, editor->line.cursor);
}

static void move_home(struct editor *editor)
{
    editor->line.cursor = 0;
}

static void move_end(struct editor *editor)
{
    editor->line.cursor = editor->line.length;
}

static void move_word_left(struct editor *editor)
{
    editor->line.cursor = word_begin(&editor->line);
}

static void move_word_right(struct editor *editor)
{
    editor->line.cursor = word_end(&editor->line);
}

static void delete_before(struct editor *editor)
{
    struct edit_line *line = &editor->line;

    range_remove(editor, line_before(line, line->cursor), line->cursor, false);
}

static void delete_behind(struct editor *editor)
{
    struct edit_line *line = &editor->line;

    range_remove(editor, line->cursor, line_behind(line, line->cursor), false);
}

static void kill_to_end(struct editor *editor)
{
    range_remove(editor, editor->line.cursor, editor->line.length, true);
}

static void kill_to_begin(struct editor *editor)
{
    range_remove(editor, 0, editor->line.cursor, true);
}

static void kill_word(struct editor *editor)
{
    range_remove(editor, word_begin(&editor->line), editor->line.cursor, true);
}

static void yank(struct editor *editor)
{
    edit_insert(editor, editor->killed, strlen(editor->killed));
}

static void screen_clear(struct editor *editor)
{
    draw_bytes("\x1b[H\x1b[2J", 7);
    editor->row = 0;
}

static void line_set(struct edit_line *line, const char *text)
{
    size_t length = strnlen(text, EDIT_LINE_BYTES - 1);

    memcpy(line->bytes, text, length);
    line->bytes[length] = '\0';
    line->length = line->cursor = length;
}

/* Shows the line at PLACE of the history, or behind its last one what was typed before. */
static void history_show(struct editor *editor, size_t place)
{
    const struct history *history = &editor->sh->history;

    if (editor->history_place == history->count)
        editor->draft = editor->line;
    editor->history_place = place;
    if (place == history->count)
        editor->line = editor->draft;
    else
        line_set(&editor->line, history->lines[place]);
}

static void history_back(struct editor *editor)
{
    if (editor->history_place > 0)
        history_show(editor, editor->history_place - 1);
}

static void history_forth(struct editor *editor)
{
    if (editor->history_place < editor->sh->history.count)
        history_show(editor, editor->history_place + 1);
}

/* Shows the line that the search has come to, behind what is looked for. */
static void search_draw(struct editor *editor, const char *part)
{
    const char *prompt = editor->prompt;
    char search[EDIT_LINE_BYTES + 16] = "(search) ";

    strcat(strcat(search, part), ": ");
    editor->prompt = search;
    draw_line(editor);
    editor->prompt = prompt;
}

/*
 * ^R: each letter looks further back for a line with it, ^R for the next; any other key
 * ends, and does what it does.
 */
static void history_search(struct editor *editor)
{
    const struct history *history = &editor->sh->history;
    char part[EDIT_LINE_BYTES / 2] = "";
    size_t length = 0, place = history->count;
    int key;

    for (search_draw(editor, part); (key = byte_read(editor)) >= ' ' || key == WITH_CTRL('R');
         search_draw(editor, part)) {
        size_t from = key == WITH_CTRL('R') ? place : place + (place < history->count);

        if (key == KEY_BACKSPACE)
            length -= length > 0;
        else if (key != WITH_CTRL('R') && length + 1 < sizeof(part))
            part[length++] = (char)key;
        part[length] = '\0';
        if (length == 0 || !history_find(history, part, &from)) {
            bell();
            continue;
        }
        place = from;
        history_show(editor, place);
    }
    editor->pushed_back = key;
}

static const struct {
    int key;
    void (*act)(struct editor *editor);
} bindings[] = {
    {KEY_LEFT, move_left},
    {WITH_CTRL('B'), move_left},
    {KEY_RIGHT, move_right},
    {WITH_CTRL('F'), move_right},
    {KEY_HOME, move_home},
    {WITH_CTRL('A'), move_home},
    {KEY_END, move_end},
    {WITH_CTRL('E'), move_end},
    {KEY_WORD_LEFT, move_word_left},
    {KEY_WORD_RIGHT, move_word_right},
    {KEY_BACKSPACE, delete_before},
    {WITH_CTRL('H'), delete_before},
    {KEY_DELETE, delete_behind},
    {WITH_CTRL('D'), delete_behind},
    {WITH_CTRL('K'), kill_to_end},
    {WITH_CTRL('U'), kill_to_begin},
    {WITH_CTRL('W'), kill_word},
    {WITH_CTRL('Y'), yank},
    {WITH_CTRL('L'), screen_clear},
    {KEY_UP, history_back},
    {WITH_CTRL('P'), history_back},
    {KEY_DOWN, history_forth},
    {WITH_CTRL('N'), history_forth},
    {WITH_CTRL('R'), history_search},
    {WITH_CTRL('I'), complete_word},
};

/* Puts in the character that begins with BYTE. A character at the end need not draw all anew. */
static void character_insert(struct editor *editor, int byte)
{
    char bytes[4] = {(char)byte};
    size_t count = 1, wanted = byte < 0xc2 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;

    while (count < wanted && (byte = byte_read(editor)) != KEY_END_OF_INPUT)
        bytes[count++] = (char)byte;
    if (!edit_insert(editor, bytes, count))
        return;
    if (editor->line.cursor == editor->line.length)
        draw_added(editor, editor->line.length - count);
    else
        draw_line(editor);
}

static void key_obey(struct editor *editor, int key)
{
    for (size_t i = 0; i < sizeof(bindings) / sizeof(bindings[0]); i++) {
        if (bindings[i].key == key) {
            bindings[i].act(editor);
            draw_line(editor);
            return;
        }
    }
    if (key >= ' ' && key <= KEY_LAST_BYTE)
        character_insert(editor, key);
}

static enum edit_result keys_read(struct editor *editor)
{
    for (;;) {
        int key = key_read(editor);

        if (key == '\n' || key == '\r') {
            draw_finish(editor, "");
            return EDIT_LINE;
        }
        if (key == WITH_CTRL('C')) {
            draw_finish(editor, "^C");
            return EDIT_INTERRUPT;
        }
        if (key == KEY_END_OF_INPUT || (key == WITH_CTRL('D') && editor->line.length == 0))
            return EDIT_END;
        key_obey(editor, key);
        editor->listed = editor->listed && key == WITH_CTRL('I');
    }
}

enum edit_result edit_read(struct shell *sh, const char *prompt, char line[EDIT_LINE_BYTES + 1])
{
    static struct editor editor;
    struct termios before, raw;
    enum edit_result result;

    if (tcgetattr(STDIN_FILENO, &before) < 0)
        return EDIT_END;
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_iflag &= ~(tcflag_t)(IXON | INLCR | IGNCR);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    if (!sh->history.is_read)
        history_read(sh);
    editor.sh = sh;
    editor.prompt = prompt;
    editor.pushed_back = KEY_NONE;
    editor.history_place = sh->history.count;
    editor.listed = false;
    line_set(&editor.line, "");
    draw_prompt(&editor);
    result = keys_read(&editor);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    if (result != EDIT_LINE)
        return result;
    history_add(sh, editor.line.bytes);
    memcpy(line, editor.line.bytes, editor.line.length);
    strcpy(line + editor.line.length, "\n");
    return result;
}
