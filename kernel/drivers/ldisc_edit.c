/*
 * The line discipline: editing of the line that is being typed (ICANON). See ldisc.h.
 */
#include "kernel/drivers/ldisc.h"

static bool ldisc_is_on_paper(const struct ldisc *ld)
{
    return (ld->termios.c_lflag & ECHO) && (ld->termios.c_lflag & ECHOPRT);
}

/* The column behind the editable line's cells before `end`, as the echo shows them. */
static unsigned ldisc_column_at(struct ldisc *ld, size_t end)
{
    unsigned column = ld->line_column;

    for (size_t position = ld->ready; position != end; position++) {
        uint8_t byte = (uint8_t)*ldisc_cell(ld, position);

        if (byte == '\t')
            column = (column | 7) + 1;
        else if (ldisc_is_control(byte))
            column += ld->termios.c_lflag & ECHOCTL ? 2 : 0;
        else if (!ldisc_is_continuation(ld, byte))
            column++;
    }
    return column;
}

/* Where the last character of the line begins (IUTF8: it may have several bytes); the line's end if
 * there is none: the line is empty, or all of it is the rest of a character. */
static size_t ldisc_last_character(struct ldisc *ld)
{
    for (size_t position = ld->tail; position != ld->ready;)
        if (!ldisc_is_continuation(ld, (uint8_t)*ldisc_cell(ld, --position)))
            return position;
    return ld->tail;
}

void ldisc_end_erasing(struct ldisc *ld)
{
    if (ld->is_erasing)
        ldisc_put_output(ld, '/');
    ld->is_erasing = false;
}

/* Shows the character at `start`, which is being erased (ECHOPRT: for paper). */
static void ldisc_show_erased(struct ldisc *ld, size_t start)
{
    if (!ld->is_erasing)
        ldisc_put_output(ld, '\\');
    ld->is_erasing = true;
    for (; start != ld->tail; start++)
        ldisc_echo(ld, (uint8_t)*ldisc_cell(ld, start));
}

/* Takes away what begins at `start`, the last character, on the screen too if `visibly`. A tab was
 * drawn by moving only. */
static void ldisc_erase_from(struct ldisc *ld, size_t start, bool visibly)
{
    bool is_tab = *ldisc_cell(ld, start) == '\t';
    unsigned width = ldisc_column_at(ld, ld->tail) - ldisc_column_at(ld, start);

    if (ldisc_is_on_paper(ld)) {
        ldisc_show_erased(ld, start);
        visibly = false;
    }
    ld->tail = start;
    for (; visibly && width > 0; width--) {
        ldisc_put_output(ld, '\b');
        if (is_tab)
            continue;
        ldisc_put_output(ld, ' ');
        ldisc_put_output(ld, '\b');
    }
}

/* VERASE. */
static void ldisc_erase(struct ldisc *ld)
{
    unsigned lflag = ld->termios.c_lflag;
    size_t start = ldisc_last_character(ld);

    if (start == ld->tail)
        return;
    ldisc_erase_from(ld, start, (lflag & ECHO) && (lflag & ECHOE));
    if ((lflag & ECHO) && !(lflag & (ECHOE | ECHOPRT)))
        ldisc_echo(ld, ld->termios.c_cc[VERASE]);
}

/* A letter or digit of any script, as far as a byte tells. */
static bool ldisc_is_word(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || byte == '_' || byte >= 0xc0;
}

/* VWERASE: what separates words, then a word. */
static void ldisc_erase_word(struct ldisc *ld)
{
    bool in_word = false;
    size_t start;

    while ((start = ldisc_last_character(ld)) != ld->tail) {
        bool is_word = ldisc_is_word((uint8_t)*ldisc_cell(ld, start));

        if (in_word && !is_word)
            break;
        in_word = is_word;
        ldisc_erase_from(ld, start, (ld->termios.c_lflag & ECHO) != 0);
    }
}

/* VKILL: the whole line, wiped off the screen (ECHOKE) or left on it. */
static void ldisc_kill(struct ldisc *ld)
{
    unsigned lflag = ld->termios.c_lflag;
    size_t start;

    if (ld->tail == ld->ready)
        return;
    if ((lflag & ECHO) && (lflag & ECHOE) && (lflag & ECHOK) && (lflag & ECHOKE)) {
        while ((start = ldisc_last_character(ld)) != ld->tail)
            ldisc_erase_from(ld, start, true);
        return;
    }
    ld->tail = ld->ready;
    if (!(lflag & ECHO))
        return;
    ldisc_end_erasing(ld);
    ldisc_echo(ld, ld->termios.c_cc[VKILL]);
    if (lflag & ECHOK)
        ldisc_put_output(ld, '\n');
}

/* VREPRINT: shows the line again on a fresh one. */
static void ldisc_reprint(struct ldisc *ld)
{
    ldisc_end_erasing(ld);
    ldisc_echo(ld, ld->termios.c_cc[VREPRINT]);
    ldisc_put_output(ld, '\n');
    ld->line_column = ld->column;
    for (size_t position = ld->ready; position != ld->tail; position++)
        ldisc_echo(ld, (uint8_t)*ldisc_cell(ld, position));
}

/* VLNEXT: takes the next byte as it is; meanwhile a caret stands where it will appear. */
static void ldisc_quote(struct ldisc *ld)
{
    unsigned lflag = ld->termios.c_lflag;

    ld->literal_next = true;
    if ((lflag & ECHO) && (lflag & ECHOCTL)) {
        ldisc_put_output(ld, '^');
        ldisc_put_output(ld, '\b');
    }
}

bool ldisc_edit(struct ldisc *ld, uint8_t byte)
{
    bool extended = (ld->termios.c_lflag & IEXTEN) != 0;
    bool echo = (ld->termios.c_lflag & ECHO) != 0;

    if (ldisc_is_special(ld, VERASE, byte))
        ldisc_erase(ld);
    else if (ldisc_is_special(ld, VKILL, byte))
        ldisc_kill(ld);
    else if (extended && ldisc_is_special(ld, VWERASE, byte))
        ldisc_erase_word(ld);
    else if (extended && ldisc_is_special(ld, VLNEXT, byte))
        ldisc_quote(ld);
    else if (extended && echo && ldisc_is_special(ld, VREPRINT, byte))
        ldisc_reprint(ld);
    else
        return false;
    return true;
}
