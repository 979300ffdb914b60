/*
 * The screen. See screen.h.
 *
 * Locking: screen_lock (RANK_CONSOLE, interrupts off) guards everything. A terminal's output gives
 * it back after each row that was drawn, so that interrupts wait for one row at most; a log line
 * keeps it. In a panic nothing is locked: if it struck within the emulator, that starts afresh.
 */
#include "kernel/drivers/screen.h"

#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/drivers/tty.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vt_color.h"
#include "kernel/mm/area.h"

#define ANSWER_BYTES 32
#define HISTORY_LINES 512 /* that have scrolled off, to look back at */

static struct spinlock screen_lock = SPINLOCK_INIT(RANK_CONSOLE);
static const struct screen_hardware *hardware; /* NULL: there is no screen */
static struct tty_device device;

/* Under screen_lock */
static struct vt vt;
static struct vt_cell *cells;              /* the emulator's */
static struct vt_cell *history;            /* likewise, and may be missing */
static struct screen_cell *shown;          /* what is on the screen, row by row */
static bool is_writing;                    /* inside vt_write */
static unsigned cursor_row, cursor_column; /* where the cursor is shown; row == rows: hidden */
static uint8_t answer[ANSWER_BYTES];       /* what the emulator wants to say to the program */
static size_t answer_count;
static bool answers_allowed;

static int32_t pages_to_look; /* half screens: up, or below 0 down; atomic */

static bool cursor_is_at(unsigned row, unsigned column)
{
    return vt_shows_cursor(&vt) && vt.now.row == row && vt.now.column == column;
}

/* What the emulator wants to see at a place; a cursor that isn't the hardware's is reversed. */
static struct screen_cell screen_wanted(unsigned row, unsigned column)
{
    const struct vt_cell *cell = &vt_row(&vt, row)[column];
    struct screen_cell wanted = {
        .code = cell->code,
        .is_underlined = (cell->attributes & VT_UNDERLINE) != 0,
    };

    vt_cell_colors(&vt, cell, &wanted.foreground, &wanted.background);
    if (hardware->move_cursor == NULL && cursor_is_at(row, column)) {
        uint8_t foreground = wanted.foreground;

        wanted.foreground = wanted.background;
        wanted.background = foreground;
    }
    return wanted;
}

static void screen_draw_cell(unsigned row, unsigned column)
{
    struct screen_cell wanted = screen_wanted(row, column);
    struct screen_cell *old = &shown[row * vt.columns + column];

    if (old->code == wanted.code && old->foreground == wanted.foreground &&
        old->background == wanted.background && old->is_underlined == wanted.is_underlined)
        return;
    *old = wanted;
    hardware->draw(row, column, &wanted);
}

static void screen_draw_cursor(void)
{
    unsigned old_row = cursor_row, old_column = cursor_column;

    cursor_row = vt_shows_cursor(&vt) ? vt.now.row : vt.rows;
    cursor_column = vt.now.column;
    if (old_row == cursor_row && old_column == cursor_column)
        return;
    if (hardware->move_cursor != NULL) {
        hardware->move_cursor(cursor_row, cursor_column);
        return;
    }
    if (old_row < vt.rows)
        screen_draw_cell(old_row, old_column);
    if (cursor_row < vt.rows)
        screen_draw_cell(cursor_row, cursor_column);
}

/* Draws one row that changed; when there is none any more, the cursor. False: all is drawn. */
static bool screen_draw_some(void)
{
    int row = vt_dirty_take(&vt);

    if (row < 0) {
        screen_draw_cursor();
        return false;
    }
    for (unsigned column = 0; column < vt.columns; column++)
        screen_draw_cell((unsigned)row, column);
    return true;
}

static void screen_interpret(const char *bytes, size_t count)
{
    is_writing = true;
    vt_write(&vt, bytes, count);
    is_writing = false;
}

/* --- The log --- */

/* A line of the log begins in the first column, even if a program left the cursor elsewhere. */
static void screen_write_lines(const char *text, size_t length)
{
    while (length > 0) {
        const char *newline = memchr(text, '\n', length);
        size_t count = newline != NULL ? (size_t)(newline - text) : length;

        screen_interpret(text, count);
        if (newline != NULL) {
            screen_interpret("\r\n", 2);
            count++;
        }
        text += count;
        length -= count;
    }
    while (screen_draw_some())
        continue;
}

static void screen_log(struct log_console *console, const char *text, size_t length)
{
    unsigned long flags;

    (void)console;
    if (panic_in_progress()) {
        if (is_writing)
            vt_init(&vt, cells, hardware->columns, hardware->rows);
        screen_write_lines(text, length);
        return;
    }
    flags = spin_lock_irqsave(&screen_lock);
    screen_write_lines(text, length);
    spin_unlock_irqrestore(&screen_lock, flags);
}

static struct log_console screen_console = {
    .name = "tty1",
    .write = screen_log,
};

/* --- The terminal --- */

/* The emulator answers a program: kept until the lock is free. */
static void screen_respond(struct vt *self, const char *bytes, size_t count)
{
    (void)self;
    count = min(count, sizeof(answer) - answer_count);
    memcpy(answer + answer_count, bytes, count);
    answer_count += count;
}

/* Types the answer, as if it came from the keyboard. */
static void screen_send_answer(void)
{
    uint8_t bytes[ANSWER_BYTES];
    unsigned long flags = spin_lock_irqsave(&screen_lock);
    size_t count = answers_allowed ? answer_count : 0;

    memcpy(bytes, answer, count);
    answer_count = 0;
    spin_unlock_irqrestore(&screen_lock, flags);
    if (count > 0)
        tty_device_receive(&device, bytes, count);
}

static void screen_draw(void)
{
    unsigned long flags;
    bool more = true;

    while (more) {
        flags = spin_lock_irqsave(&screen_lock);
        more = screen_draw_some();
        spin_unlock_irqrestore(&screen_lock, flags);
    }
}

static size_t screen_write(struct tty_device *self, const uint8_t *bytes, size_t count)
{
    unsigned long flags = spin_lock_irqsave(&screen_lock);

    (void)self;
    screen_interpret((const char *)bytes, count);
    spin_unlock_irqrestore(&screen_lock, flags);
    screen_draw();
    screen_send_answer();
    return count;
}

/* Somebody wants to look back. */
static void screen_serve(struct tty_device *self)
{
    int pages = atomic_swap(&pages_to_look, 0);
    unsigned long flags;

    (void)self;
    if (pages == 0)
        return;
    flags = spin_lock_irqsave(&screen_lock);
    vt_look(&vt, pages * (int)(vt.rows / 2));
    spin_unlock_irqrestore(&screen_lock, flags);
    screen_draw();
}

static const struct tty_device_ops screen_ops = {
    .write = screen_write,
    .serve = screen_serve,
};

void screen_look(int pages)
{
    atomic_add(&pages_to_look, pages);
    tty_device_writable(&device);
}

void screen_size(unsigned short *columns, unsigned short *rows)
{
    *columns = (unsigned short)hardware->columns;
    *rows = (unsigned short)hardware->rows;
}

void screen_allow_answers(void)
{
    unsigned long flags = spin_lock_irqsave(&screen_lock);

    answers_allowed = true;
    spin_unlock_irqrestore(&screen_lock, flags);
}

bool screen_wants_application_cursor(void)
{
    return READ_ONCE(vt.application_cursor_keys);
}

bool screen_wants_newline_mode(void)
{
    return READ_ONCE(vt.newline_mode);
}

/* --- The start --- */

/* Memory for the emulator and for what is shown; false: there is none. */
static bool screen_alloc(void)
{
    size_t count = (size_t)hardware->columns * hardware->rows;

    cells = area_alloc(count * sizeof(*cells));
    shown = area_alloc(count * sizeof(*shown));
    if (cells == NULL || shown == NULL)
        goto free;
    history = area_alloc((size_t)hardware->columns * HISTORY_LINES * sizeof(*history));
    memset(shown, 0, count * sizeof(*shown)); /* code 0: like nothing that is ever drawn */
    return true;
free:
    if (cells != NULL)
        area_free(cells);
    if (shown != NULL)
        area_free(shown);
    return false;
}

struct tty_device *screen_start(void)
{
    hardware = framebuffer_find();
    if (hardware == NULL)
        hardware = vga_text_find();
    if (hardware == NULL || !screen_alloc())
        return NULL;
    vt_init(&vt, cells, hardware->columns, hardware->rows);
    vt.respond = screen_respond;
    if (history != NULL)
        vt_history_init(&vt, history, HISTORY_LINES);
    cursor_row = hardware->rows;
    tty_device_init(&device, &screen_ops);
    pr_info("screen: %s, %u columns, %u rows", hardware->name, hardware->columns, hardware->rows);
    log_console_register(&screen_console);
    return &device;
}
