/*
 * A terminal screen as TERM=linux describes it (man 4 console_codes, terminfo "linux"): bytes in,
 * a grid of cells out. The drivers (VGA text, linear framebuffer) draw the same model: they write
 * to it, then redraw the rows that became dirty, and the cursor. No hardware, no allocation; the
 * owner's lock guards all of it.
 *
 *     vt_init(&vt, cells, columns, rows);
 *     vt_write(&vt, bytes, count);
 *     while ((row = vt_dirty_take(&vt)) >= 0)
 *         draw vt_row(&vt, row)[0 .. columns - 1]
 *
 * Lines that scroll off the top can be kept (vt_history_init) and looked back at (vt_look); any
 * output ends that.
 *
 * Not there: the palette sequences (swallowed), and the private tunings of the Linux console
 * (ESC [ ... ]).
 */
#ifndef LIMEN_LIB_VT_H
#define LIMEN_LIB_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/lib/bitmap.h"
#include "kernel/lib/vt_parse.h"

#define VT_ROWS_MAX 256
#define VT_COLUMNS_MAX 512

enum vt_attributes {
    VT_BOLD = 1 << 0,
    VT_DIM = 1 << 1,
    VT_ITALIC = 1 << 2,
    VT_UNDERLINE = 1 << 3,
    VT_BLINK = 1 << 4,
    VT_REVERSE = 1 << 5,
};

/*
 * One character on the screen. What colours to draw it with, after bold, reverse and so on, says
 * vt_cell_colors (vt_color.h).
 */
struct vt_cell {
    uint32_t code; /* Unicode; a space where nothing was written */
    uint8_t foreground;
    uint8_t background;
    uint16_t attributes; /* enum vt_attributes */
};

/* What later characters look like, and where they go; DECSC saves all of it. */
struct vt_state {
    unsigned column;
    unsigned row;
    bool wrap_pending; /* the last column was written: the next character goes to a new line */
    bool origin_mode;  /* DECOM: rows count from the scroll region's top */
    uint8_t foreground;
    uint8_t background;
    uint16_t attributes;
    uint8_t charset;     /* 0: G0, 1: G1 is in use (SI, SO) */
    bool is_graphics[2]; /* G0, G1 hold DEC's line drawing characters */
};

struct vt {
    /* For the drivers, to read. */
    unsigned columns;
    unsigned rows;
    bool cursor_visible;          /* DECTCEM */
    bool screen_reversed;         /* DECSCNM: draw everything with its colours changed over */
    bool application_cursor_keys; /* DECCKM: for the keyboard */
    bool application_keypad;      /* DECPAM */
    bool newline_mode;            /* LNM: Enter sends CR LF */
    struct vt_state now;          /* now.column, now.row: the cursor */

    /* For the owner to set, both may be NULL; called from within vt_write. */
    void (*respond)(struct vt *vt, const char *bytes, size_t count); /* answers to DSR, DA */
    void (*bell)(struct vt *vt);
    void *owner;

    /* Private to vt_history.c. */
    struct vt_cell *history;
    unsigned history_lines, history_next, history_count;
    unsigned view_back; /* so many lines further up begins what is shown */

    /* Private to vt.c. */
    struct vt_cell *cells;
    uint16_t line[VT_ROWS_MAX]; /* the line of `cells` that a row shows: scrolling moves these */
    unsigned long dirty[BITMAP_WORDS(VT_ROWS_MAX)];
    unsigned long tab_stops[BITMAP_WORDS(VT_COLUMNS_MAX)];
    struct vt_state saved;
    unsigned top; /* scroll region: rows top .. bottom - 1 */
    unsigned bottom;
    bool autowrap;    /* DECAWM */
    bool insert_mode; /* IRM */
    struct vt_parser parser;
};

/*
 * `cells` holds columns * rows cells and belongs to the vt from then on. 1 <= columns <=
 * VT_COLUMNS_MAX, 1 <= rows <= VT_ROWS_MAX (larger ones are cut). All rows are dirty afterwards.
 */
void vt_init(struct vt *vt, struct vt_cell *cells, unsigned columns, unsigned rows);

/* Interprets output of programs; any bytes, split anywhere. LF does not return the carriage. */
void vt_write(struct vt *vt, const char *bytes, size_t count);

/* Keeps up to `lines` lines that scroll off, in `cells`: columns * lines of them. Until then, none.
 */
void vt_history_init(struct vt *vt, struct vt_cell *cells, unsigned lines);

/* Shows what is so many lines further back, or (negative) further forth, as far as there is any. */
void vt_look(struct vt *vt, int lines);

/* Is the cursor where the rows show it? */
static inline bool vt_shows_cursor(const struct vt *vt)
{
    return vt->cursor_visible && vt->view_back == 0;
}

/* The columns cells of a row, 0 .. rows - 1, as it is to be shown. */
const struct vt_cell *vt_row(const struct vt *vt, unsigned row);

/* A row that changed since it was last taken, now marked clean; -1 when there is none. */
int vt_dirty_take(struct vt *vt);

/* Marks all rows dirty: the driver has lost the screen. */
void vt_dirty_all(struct vt *vt);

/* For vt.c: a line scrolls off; all are forgotten (ESC [ 3 J). */
void vt_history_push(struct vt *vt, const struct vt_cell *line);
void vt_history_drop(struct vt *vt);

#endif
