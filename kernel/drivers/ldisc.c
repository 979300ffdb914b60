/*
 * The line discipline: modes, input, reading. Output is in ldisc_output.c, editing in ldisc_edit.c.
 * See ldisc.h, and termios(3).
 */
#include "kernel/drivers/ldisc.h"

#include "kernel/abi/ioctl.h"
#include "kernel/abi/signal.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/string.h"

#define CONTROL(letter) ((letter) - '@')

static const struct termios termios_initial = {
    .c_iflag = ICRNL | IXON | IUTF8,
    .c_oflag = OPOST | ONLCR,
    .c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
    .c_cc =
        {
            [VINTR] = CONTROL('C'),
            [VQUIT] = CONTROL('\\'),
            [VERASE] = 0x7f,
            [VKILL] = CONTROL('U'),
            [VEOF] = CONTROL('D'),
            [VMIN] = 1,
            [VSTART] = CONTROL('Q'),
            [VSTOP] = CONTROL('S'),
            [VSUSP] = CONTROL('Z'),
            [VREPRINT] = CONTROL('R'),
            [VDISCARD] = CONTROL('O'),
            [VWERASE] = CONTROL('W'),
            [VLNEXT] = CONTROL('V'),
        },
};

void ldisc_init(struct ldisc *ld, unsigned cflag)
{
    memset(ld, 0, sizeof(*ld));
    ld->termios = termios_initial;
    ld->termios.c_cflag = cflag;
    ring_init(&ld->output, ld->output_bytes, sizeof(ld->output_bytes));
}

/* Turns what has been typed into what the new mode knows: bytes, or one complete line. */
static void ldisc_change_mode(struct ldisc *ld)
{
    for (size_t position = ld->head; position != ld->tail; position++)
        *ldisc_cell(ld, position) &= 0xff;
    ld->literal_next = false;
    ld->ready = ld->tail;
    if (ldisc_is_canonical(ld) && ld->tail != ld->head)
        *ldisc_cell(ld, ld->tail - 1) |= CELL_LINE_END;
}

void ldisc_reset(struct ldisc *ld)
{
    unsigned cflag = ld->termios.c_cflag;

    ldisc_flush_input(ld);
    ldisc_start(ld);
    ld->termios = termios_initial;
    ld->termios.c_cflag = cflag;
    ld->is_erasing = false;
    ld->signals = 0;
}

/* Notes a change, which replaces those of `instead` that nobody has looked at. */
static void ldisc_change(struct ldisc *ld, uint32_t change, uint32_t instead)
{
    ld->changes = (ld->changes & ~instead) | change;
}

static void ldisc_change_flow(struct ldisc *ld, bool was_stopped)
{
    if (ldisc_is_stopped(ld) != was_stopped)
        ldisc_change(ld, was_stopped ? TIOCPKT_START : TIOCPKT_STOP, TIOCPKT_START | TIOCPKT_STOP);
}

static void ldisc_stop_by_key(struct ldisc *ld)
{
    bool was_stopped = ldisc_is_stopped(ld);

    ld->stopped_by_key = true;
    ldisc_change_flow(ld, was_stopped);
}

static void ldisc_start_by_key(struct ldisc *ld)
{
    bool was_stopped = ldisc_is_stopped(ld);

    ld->stopped_by_key = false;
    ldisc_change_flow(ld, was_stopped);
}

/* Do ^S and ^Q stop and start output? (TIOCPKT) */
static bool ldisc_has_flow_keys(const struct termios *termios)
{
    return (termios->c_iflag & IXON) && termios->c_cc[VSTOP] == CONTROL('S') &&
           termios->c_cc[VSTART] == CONTROL('Q');
}

void ldisc_set_termios(struct ldisc *ld, const struct termios *wanted)
{
    struct termios *now = &ld->termios;
    unsigned old_lflag = now->c_lflag;
    bool old_flow = ldisc_has_flow_keys(now);

    *now = *wanted;
    now->c_iflag &= ~IXOFF;
    now->c_lflag &= ~(unsigned)EXTPROC;
    now->c_line = 0;
    if (ldisc_has_flow_keys(now) != old_flow)
        ldisc_change(ld, old_flow ? TIOCPKT_NOSTOP : TIOCPKT_DOSTOP,
                     TIOCPKT_NOSTOP | TIOCPKT_DOSTOP);
    if ((old_lflag ^ now->c_lflag) & ICANON)
        ldisc_change_mode(ld);
    if (!(now->c_iflag & IXON))
        ldisc_start_by_key(ld);
}

/* Where a line without end must stop: its end still has a cell then. */
static bool ldisc_is_full(const struct ldisc *ld, size_t more)
{
    return ld->tail - ld->head + more > LDISC_INPUT_CELLS - 1;
}

/* Appends a byte that is no end of line, if it fits (IMAXBEL does nothing, as on Linux). PARMRK
 * doubles 0xff. */
static void ldisc_put_input(struct ldisc *ld, uint8_t byte)
{
    size_t copies = (ld->termios.c_iflag & PARMRK) && byte == 0xff ? 2 : 1;

    if (ldisc_is_full(ld, copies))
        return;
    while (copies-- > 0)
        *ldisc_cell(ld, ld->tail++) = byte;
}

static void ldisc_end_line(struct ldisc *ld, uint16_t cell)
{
    *ldisc_cell(ld, ld->tail++) = cell;
    ld->ready = ld->tail;
}

static void ldisc_signal(struct ldisc *ld, int signal)
{
    if (!(ld->termios.c_lflag & NOFLSH)) {
        ldisc_flush_input(ld);
        ldisc_flush_output(ld);
    }
    ld->signals |= 1u << signal;
}

/* Keys that send a signal; true if `byte` is one. */
static bool ldisc_signal_key(struct ldisc *ld, uint8_t byte)
{
    static const struct {
        uint8_t index;
        uint8_t signal;
    } keys[] = {{VINTR, SIGINT}, {VQUIT, SIGQUIT}, {VSUSP, SIGTSTP}};

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
        if (!ldisc_is_special(ld, keys[i].index, byte))
            continue;
        ldisc_signal(ld, keys[i].signal);
        ldisc_start_by_key(ld);
        if (ld->termios.c_lflag & ECHO)
            ldisc_echo(ld, byte);
        return true;
    }
    return false;
}

/* Keys that stop and start output; true if `byte` is one. */
static bool ldisc_flow_key(struct ldisc *ld, uint8_t byte)
{
    if (ldisc_is_special(ld, VSTART, byte)) {
        ldisc_start_by_key(ld);
        return true;
    }
    if (ldisc_is_special(ld, VSTOP, byte)) {
        ldisc_stop_by_key(ld);
        return true;
    }
    if (ld->termios.c_iflag & IXANY)
        ldisc_start_by_key(ld);
    return false;
}

/* Bytes that end a line; true if `byte` is one. */
static bool ldisc_line_key(struct ldisc *ld, uint8_t byte)
{
    unsigned lflag = ld->termios.c_lflag;

    if (byte == '\n') {
        if (lflag & (ECHO | ECHONL))
            ldisc_put_output(ld, '\n');
        ldisc_end_line(ld, '\n' | CELL_LINE_END);
        return true;
    }
    if (ldisc_is_special(ld, VEOF, byte)) {
        ldisc_end_line(ld, CELL_EOF);
        return true;
    }
    if (ldisc_is_special(ld, VEOL, byte) ||
        ((lflag & IEXTEN) && ldisc_is_special(ld, VEOL2, byte))) {
        if (lflag & ECHO)
            ldisc_echo(ld, byte);
        ldisc_end_line(ld, byte | CELL_LINE_END);
        return true;
    }
    return false;
}

/* An ordinary byte. The Enter key, CR made a newline, is echoed as one and not as ^J. */
static void ldisc_receive_plain(struct ldisc *ld, uint8_t byte, bool is_enter)
{
    if (ld->termios.c_lflag & ECHO) {
        ldisc_end_erasing(ld);
        if (ld->tail == ld->ready)
            ld->line_column = ld->column;
        if (is_enter)
            ldisc_put_output(ld, '\n');
        else
            ldisc_echo(ld, byte);
    }
    ldisc_put_input(ld, byte);
}

/* Applies IGNCR, ICRNL and INLCR; false: the byte is dropped. */
static bool ldisc_map_newline(const struct ldisc *ld, uint8_t *byte)
{
    unsigned iflag = ld->termios.c_iflag;

    if (*byte == '\r') {
        if (iflag & IGNCR)
            return false;
        if (iflag & ICRNL)
            *byte = '\n';
    } else if (*byte == '\n' && (iflag & INLCR)) {
        *byte = '\r';
    }
    return true;
}

static void ldisc_receive_byte(struct ldisc *ld, uint8_t byte)
{
    unsigned iflag = ld->termios.c_iflag;
    unsigned lflag = ld->termios.c_lflag;
    bool is_return;

    if (iflag & ISTRIP)
        byte &= 0x7f;
    if ((iflag & IUCLC) && (lflag & IEXTEN))
        byte = ldisc_lower(byte);
    if (ld->literal_next) {
        ld->literal_next = false;
        ldisc_receive_plain(ld, byte, false);
        return;
    }
    if ((iflag & IXON) && ldisc_flow_key(ld, byte))
        return;
    if ((lflag & ISIG) && ldisc_signal_key(ld, byte))
        return;
    is_return = byte == '\r';
    if (!ldisc_map_newline(ld, &byte))
        return;
    if ((lflag & ICANON) && (ldisc_edit(ld, byte) || ldisc_line_key(ld, byte)))
        return;
    ldisc_receive_plain(ld, byte, is_return && byte == '\n');
}

/* May one more byte come? A line without end has to go on, or nobody could ever read it. */
static bool ldisc_has_room(const struct ldisc *ld)
{
    return !ldisc_is_full(ld, 3) || (ldisc_is_canonical(ld) && ld->ready == ld->head);
}

size_t ldisc_receive(struct ldisc *ld, const uint8_t *bytes, size_t count)
{
    size_t done = 0;

    while (done < count && ldisc_has_room(ld))
        ldisc_receive_byte(ld, bytes[done++]);
    return done;
}

void ldisc_break(struct ldisc *ld)
{
    unsigned iflag = ld->termios.c_iflag;

    if (iflag & IGNBRK)
        return;
    if (iflag & BRKINT) {
        ldisc_signal(ld, SIGINT);
        return;
    }
    if ((iflag & PARMRK) && !ldisc_is_full(ld, 3)) {
        *ldisc_cell(ld, ld->tail++) = 0xff;
        *ldisc_cell(ld, ld->tail++) = 0;
    }
    ldisc_put_input(ld, 0);
}

size_t ldisc_readable(const struct ldisc *ld)
{
    return (ldisc_is_canonical(ld) ? ld->ready : ld->tail) - ld->head;
}

size_t ldisc_readable_bytes(const struct ldisc *ld)
{
    size_t readable = ldisc_readable(ld);
    size_t bytes = 0;

    for (size_t i = 0; i < readable; i++)
        if (!(ld->cells[(ld->head + i) % LDISC_INPUT_CELLS] & CELL_EOF))
            bytes++;
    return bytes;
}

/* An end of file right behind the bytes that a reader asked for ends the same read. */
static void ldisc_skip_eof(struct ldisc *ld, bool *line_ended)
{
    if (ld->head != ld->ready && (*ldisc_cell(ld, ld->head) & CELL_EOF)) {
        ld->head++;
        *line_ended = true;
    }
}

size_t ldisc_read(struct ldisc *ld, uint8_t *to, size_t count, bool *line_ended)
{
    bool canonical = ldisc_is_canonical(ld);
    size_t end = canonical ? ld->ready : ld->tail;
    size_t done = 0;

    *line_ended = false;
    while (done < count && ld->head != end && !*line_ended) {
        uint16_t cell = *ldisc_cell(ld, ld->head++);

        if (!(cell & CELL_EOF))
            to[done++] = (uint8_t)cell;
        *line_ended = canonical && (cell & (CELL_EOF | CELL_LINE_END));
    }
    if (canonical && done > 0 && !*line_ended)
        ldisc_skip_eof(ld, line_ended);
    return done;
}

void ldisc_flush_input(struct ldisc *ld)
{
    ld->head = ld->ready = ld->tail;
    ld->literal_next = false;
    ldisc_change(ld, TIOCPKT_FLUSHREAD, 0);
}

void ldisc_flush_output(struct ldisc *ld)
{
    ring_skip(&ld->output, ring_used(&ld->output));
    ldisc_change(ld, TIOCPKT_FLUSHWRITE, 0);
}

void ldisc_stop(struct ldisc *ld)
{
    bool was_stopped = ldisc_is_stopped(ld);

    ld->stopped_by_call = true;
    ldisc_change_flow(ld, was_stopped);
}

void ldisc_start(struct ldisc *ld)
{
    bool was_stopped = ldisc_is_stopped(ld);

    ld->stopped_by_call = false;
    ld->stopped_by_key = false;
    ldisc_change_flow(ld, was_stopped);
}

void ldisc_send_special(struct ldisc *ld, unsigned index)
{
    uint8_t byte = ld->termios.c_cc[index];

    if (byte != _POSIX_VDISABLE)
        ring_write(&ld->output, &byte, 1);
}
