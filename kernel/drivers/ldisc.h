/*
 * The line discipline of terminals (termios(3), POSIX "General Terminal Interface"): what happens
 * to bytes on their way between a device and the programs. Typed bytes go in by ldisc_receive, are
 * edited and echoed, and come out by ldisc_read, as lines (ICANON) or as they are. Programs' output
 * goes in by ldisc_write; it and the echo come out of `output`, from which the owner feeds the
 * device. Signals that keys ask for are left in `signals`.
 *
 * Pure: no hardware, no sleeping, no memory of others. The owner's lock guards all of it.
 *
 * Bits of termios that Limen doesn't implement stay off whatever is asked for, so tcgetattr tells:
 * IXOFF, EXTPROC. What Linux stores and ignores (delays, XCASE, FLUSHO, PENDIN, OFILL,
 * OFDEL) is stored and ignored. The line itself (c_cflag) is the owner's business.
 */
#ifndef LIMEN_DRIVERS_LDISC_H
#define LIMEN_DRIVERS_LDISC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/abi/termios.h"
#include "kernel/lib/ring.h"

/* Typed bytes that wait to be read, at most; so a line is at most one less (pathconf's MAX_CANON is
 * 255, Linux holds 4096 as well). */
#define LDISC_INPUT_CELLS 4096
#define LDISC_OUTPUT_BYTES 4096

struct ldisc {
    struct termios termios;

    /* Input: a byte and CELL_* marks each; positions count up for ever, cells[position % size]. */
    uint16_t cells[LDISC_INPUT_CELLS];
    size_t head;       /* next one to read */
    size_t ready;      /* ICANON: behind the last complete line; from here on it can be edited */
    size_t tail;       /* behind the last one */
    bool literal_next; /* the byte to come is taken as it is (VLNEXT) */
    bool is_erasing;   /* what is erased is being shown, backwards (ECHOPRT) */

    /* Output */
    struct ring output; /* for the device, unless output is stopped */
    uint8_t output_bytes[LDISC_OUTPUT_BYTES];
    unsigned column;      /* where the terminal's cursor is */
    unsigned line_column; /* where it was when the editable line began */
    bool stopped_by_key;  /* VSTOP */
    bool stopped_by_call; /* tcflow(TCOOFF) */

    uint32_t signals; /* bit n: signal n is to go to the foreground group */
    uint32_t changes; /* for a pseudo-terminal's master, TIOCPKT_* */
};

/* A terminal as Linux's are at first; `cflag` is the device's. */
void ldisc_init(struct ldisc *ld, unsigned cflag);

/* After a hang-up: as at first, but for c_cflag and the output that the device hasn't taken yet. */
void ldisc_reset(struct ldisc *ld);

/* Installs other modes, as far as they are implemented. What was typed already stays. */
void ldisc_set_termios(struct ldisc *ld, const struct termios *wanted);

/*
 * Takes bytes from the device; returns how many. Fewer than `count`: there are unread bytes, and no
 * more room; offer the rest again after a read. (A line without end is cut instead.)
 */
size_t ldisc_receive(struct ldisc *ld, const uint8_t *bytes, size_t count);

/* A break condition on the line (IGNBRK, BRKINT, PARMRK). */
void ldisc_break(struct ldisc *ld);

/* Takes a program's output (OPOST); returns how many bytes. Fewer than `count`: output is full. */
size_t ldisc_write(struct ldisc *ld, const uint8_t *bytes, size_t count);

/* Bytes that a read would get without waiting, ends of lines and of files counted. */
size_t ldisc_readable(const struct ldisc *ld);

/* For FIONREAD: the same, without marks that are no bytes. */
size_t ldisc_readable_bytes(const struct ldisc *ld);

/* True if ldisc_write would take a byte. */
bool ldisc_has_output_room(const struct ldisc *ld);

/*
 * Takes out at most `count` bytes. ICANON: not beyond the line's end; *line_ended then becomes
 * true, also by an end of file (which is no byte itself: 0 may be returned).
 */
size_t ldisc_read(struct ldisc *ld, uint8_t *to, size_t count, bool *line_ended);

/* tcflush(3) and tcflow(3). */
void ldisc_flush_input(struct ldisc *ld);
void ldisc_flush_output(struct ldisc *ld);
void ldisc_stop(struct ldisc *ld);
void ldisc_start(struct ldisc *ld);
void ldisc_send_special(struct ldisc *ld, unsigned index); /* c_cc[index], to the device */

static inline bool ldisc_is_stopped(const struct ldisc *ld)
{
    return ld->stopped_by_key || ld->stopped_by_call;
}

static inline bool ldisc_is_canonical(const struct ldisc *ld)
{
    return (ld->termios.c_lflag & ICANON) != 0;
}

/* What ldisc.c and ldisc_edit.c share. */

#define CELL_LINE_END 0x100u /* the line's last byte */
#define CELL_EOF 0x200u      /* no byte, but the end of a line (VEOF) */

static inline uint16_t *ldisc_cell(struct ldisc *ld, size_t position)
{
    return &ld->cells[position % LDISC_INPUT_CELLS];
}

/* True if `byte` is the special character c_cc[index]; one that is 0 is disabled. */
static inline bool ldisc_is_special(const struct ldisc *ld, unsigned index, uint8_t byte)
{
    return byte != _POSIX_VDISABLE && ld->termios.c_cc[index] == byte;
}

/* Case in Latin-1, as IUCLC and OLCUC have it. */
static inline uint8_t ldisc_lower(uint8_t byte)
{
    bool is_upper = (byte >= 'A' && byte <= 'Z') || (byte >= 0xc0 && byte <= 0xde && byte != 0xd7);

    return is_upper ? byte + 0x20 : byte;
}

static inline uint8_t ldisc_upper(uint8_t byte)
{
    bool is_lower = (byte >= 'a' && byte <= 'z') || (byte >= 0xdf && byte != 0xf7);

    return is_lower ? byte - 0x20 : byte;
}

/* True for a byte that doesn't begin a character, in a terminal that speaks UTF-8. */
static inline bool ldisc_is_continuation(const struct ldisc *ld, uint8_t byte)
{
    return (ld->termios.c_iflag & IUTF8) && (byte & 0xc0) == 0x80;
}

static inline bool ldisc_is_control(uint8_t byte)
{
    return byte < 0x20 || byte == 0x7f;
}

/* Shows a typed byte, a control character as ^X (ECHOCTL); dropped where output is full. */
void ldisc_echo(struct ldisc *ld, uint8_t byte);
/* Ends what ECHOPRT shows of erased characters, if that has begun. */
void ldisc_end_erasing(struct ldisc *ld);
/* One byte of output through OPOST; false: no room. */
bool ldisc_put_output(struct ldisc *ld, uint8_t byte);

/* Editing keys: erase, word erase, kill, reprint, literal next; true if `byte` was one. */
bool ldisc_edit(struct ldisc *ld, uint8_t byte);

#endif
