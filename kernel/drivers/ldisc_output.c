/*
 * The line discipline: output processing (OPOST) and echo. See ldisc.h.
 */
#include "kernel/drivers/ldisc.h"

#define TAB_WIDTH 8u
/* What one byte of a program becomes at most: a tab of eight spaces. */
#define OUTPUT_EXPANSION TAB_WIDTH

bool ldisc_has_output_room(const struct ldisc *ld)
{
    return ring_space(&ld->output) >= OUTPUT_EXPANSION;
}

static void ldisc_put_raw(struct ldisc *ld, uint8_t byte)
{
    ring_write(&ld->output, &byte, 1);
}

static void ldisc_put_newline(struct ldisc *ld)
{
    unsigned oflag = ld->termios.c_oflag;

    if (oflag & ONLCR)
        ldisc_put_raw(ld, '\r');
    if (oflag & (ONLCR | ONLRET))
        ld->column = 0;
    ld->line_column = ld->column;
    ldisc_put_raw(ld, '\n');
}

static void ldisc_put_return(struct ldisc *ld)
{
    unsigned oflag = ld->termios.c_oflag;

    if ((oflag & ONOCR) && ld->column == 0)
        return;
    if (!(oflag & OCRNL) || (oflag & ONLRET))
        ld->line_column = ld->column = 0;
    ldisc_put_raw(ld, oflag & OCRNL ? '\n' : '\r');
}

static void ldisc_put_tab(struct ldisc *ld)
{
    unsigned width = TAB_WIDTH - ld->column % TAB_WIDTH;

    ld->column += width;
    if ((ld->termios.c_oflag & TABDLY) != XTABS) {
        ldisc_put_raw(ld, '\t');
        return;
    }
    while (width-- > 0)
        ldisc_put_raw(ld, ' ');
}

static void ldisc_put_character(struct ldisc *ld, uint8_t byte)
{
    if (!ldisc_is_control(byte) && !ldisc_is_continuation(ld, byte))
        ld->column++;
    if (ld->termios.c_oflag & OLCUC)
        byte = ldisc_upper(byte);
    ldisc_put_raw(ld, byte);
}

bool ldisc_put_output(struct ldisc *ld, uint8_t byte)
{
    if (!ldisc_has_output_room(ld))
        return false;
    if (!(ld->termios.c_oflag & OPOST)) {
        ldisc_put_raw(ld, byte);
        return true;
    }
    switch (byte) {
    case '\n':
        ldisc_put_newline(ld);
        break;
    case '\r':
        ldisc_put_return(ld);
        break;
    case '\t':
        ldisc_put_tab(ld);
        break;
    case '\b':
        if (ld->column > 0)
            ld->column--;
        ldisc_put_raw(ld, byte);
        break;
    default:
        ldisc_put_character(ld, byte);
        break;
    }
    return true;
}

size_t ldisc_write(struct ldisc *ld, const uint8_t *bytes, size_t count)
{
    size_t done = 0;

    while (done < count && ldisc_put_output(ld, bytes[done]))
        done++;
    return done;
}

void ldisc_echo(struct ldisc *ld, uint8_t byte)
{
    if ((ld->termios.c_lflag & ECHOCTL) && ldisc_is_control(byte) && byte != '\t') {
        ldisc_put_output(ld, '^');
        byte ^= 0x40;
    }
    ldisc_put_output(ld, byte);
}
