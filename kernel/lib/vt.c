/*
 * A terminal screen; see vt.h. The parser (vt_parse.c) calls vt_ops; tables at the end of the file
 * lead from the final bytes of sequences to a function each. What they do is the Linux console's
 * (man 4 console_codes), which is a VT102 with additions.
 *
 * Always true: the cursor is on the screen; top < bottom <= rows; `line` is a permutation of
 * 0 .. rows - 1.
 */
#include "kernel/lib/vt.h"

#include "kernel/lib/compiler.h"
#include "kernel/lib/format.h"
#include "kernel/lib/vt_charset.h"
#include "kernel/lib/vt_color.h"

static struct vt_cell *row_cells(const struct vt *vt, unsigned row)
{
    return vt->cells + (size_t)vt->line[row] * vt->columns;
}

int vt_dirty_take(struct vt *vt)
{
    size_t row = bitmap_find_set(vt->dirty, vt->rows, 0);

    if (row == vt->rows)
        return -1;
    bitmap_clear(vt->dirty, row);
    return (int)row;
}

void vt_dirty_all(struct vt *vt)
{
    bitmap_set_range(vt->dirty, 0, vt->rows);
}

/* Blanks take the current background ("bce" in terminfo), no other attributes. */
static void cells_erase(struct vt *vt, unsigned row, unsigned from, unsigned to)
{
    struct vt_cell *cells = row_cells(vt, row);

    for (unsigned column = from; column < to; column++) {
        cells[column] = (struct vt_cell){
            .code = ' ', .foreground = vt->now.foreground, .background = vt->now.background};
    }
    bitmap_set(vt->dirty, row);
}

static void rows_erase(struct vt *vt, unsigned from, unsigned to)
{
    for (unsigned row = from; row < to; row++)
        cells_erase(vt, row, 0, vt->columns);
}

/*
 * Lets each of the rows top .. bottom - 1 show the line that the row `count` further down showed,
 * counting around the region's end. Only line numbers move.
 */
static void lines_rotate(struct vt *vt, unsigned top, unsigned bottom, unsigned count)
{
    uint16_t old[VT_ROWS_MAX];
    unsigned height = bottom - top;

    for (unsigned i = 0; i < height; i++)
        old[i] = vt->line[top + i];
    for (unsigned i = 0; i < height; i++)
        vt->line[top + i] = old[(i + count) % height];
    bitmap_set_range(vt->dirty, top, height);
}

/* Moves the rows top .. bottom - 1 by `count`; blank ones come in. */
static void scroll_up(struct vt *vt, unsigned top, unsigned bottom, unsigned count)
{
    count = min(count, bottom - top);
    lines_rotate(vt, top, bottom, count);
    rows_erase(vt, bottom - count, bottom);
}

static void scroll_down(struct vt *vt, unsigned top, unsigned bottom, unsigned count)
{
    count = min(count, bottom - top);
    lines_rotate(vt, top, bottom, bottom - top - count);
    rows_erase(vt, top, top + count);
}

/* Moves the cursor to a place on the screen, or the nearest to it. */
static void cursor_move(struct vt *vt, int column, int row)
{
    int first = vt->now.origin_mode ? (int)vt->top : 0;
    int last = (int)(vt->now.origin_mode ? vt->bottom : vt->rows) - 1;

    vt->now.column = (unsigned)max(0, min(column, (int)vt->columns - 1));
    vt->now.row = (unsigned)max(first, min(row, last));
    vt->now.wrap_pending = false;
}

/* As a program says it: rows count from the region's top in origin mode. */
static void cursor_place(struct vt *vt, int column, int row)
{
    cursor_move(vt, column, vt->now.origin_mode ? row + (int)vt->top : row);
}

static void carriage_return(struct vt *vt)
{
    vt->now.column = 0;
    vt->now.wrap_pending = false;
}

static void line_feed(struct vt *vt)
{
    if (vt->now.row + 1 == vt->bottom) {
        if (vt->top == 0 && vt->bottom == vt->rows)
            vt_history_push(vt, row_cells(vt, 0));
        scroll_up(vt, vt->top, vt->bottom, 1);
    } else if (vt->now.row + 1 < vt->rows) {
        vt->now.row++;
    }
    vt->now.wrap_pending = false;
}

static void reverse_line_feed(struct vt *vt)
{
    if (vt->now.row == vt->top)
        scroll_down(vt, vt->top, vt->bottom, 1);
    else if (vt->now.row > 0)
        vt->now.row--;
    vt->now.wrap_pending = false;
}

static void next_line(struct vt *vt)
{
    carriage_return(vt);
    line_feed(vt);
}

static void tabulate(struct vt *vt)
{
    size_t stop = bitmap_find_set(vt->tab_stops, vt->columns, vt->now.column + 1);

    cursor_move(vt, (int)stop, (int)vt->now.row);
}

/* Opens `count` blank cells at the cursor; what moves over the edge is lost. */
static void cells_insert(struct vt *vt, unsigned count)
{
    struct vt_cell *cells = row_cells(vt, vt->now.row);

    count = min(count, vt->columns - vt->now.column);
    for (unsigned column = vt->columns; column-- > vt->now.column + count;)
        cells[column] = cells[column - count];
    cells_erase(vt, vt->now.row, vt->now.column, vt->now.column + count);
    vt->now.wrap_pending = false;
}

static void reset(struct vt *vt)
{
    vt->now = (struct vt_state){
        .foreground = VT_COLOR_FOREGROUND,
        .background = VT_COLOR_BACKGROUND,
    };
    vt->saved = vt->now;
    vt->top = 0;
    vt->bottom = vt->rows;
    vt->cursor_visible = true;
    vt->screen_reversed = false;
    vt->application_cursor_keys = false;
    vt->application_keypad = false;
    vt->newline_mode = false;
    vt->autowrap = true;
    vt->insert_mode = false;
    bitmap_clear_range(vt->tab_stops, 0, vt->columns);
    for (unsigned column = 8; column < vt->columns; column += 8)
        bitmap_set(vt->tab_stops, column);
    rows_erase(vt, 0, vt->rows);
}

static void respond(struct vt *vt, const char *text, size_t size)
{
    if (vt->respond)
        vt->respond(vt, text, size);
}

/* "I am a VT102", as the Linux console says it. */
static void device_attributes(struct vt *vt)
{
    respond(vt, "\033[?6c", 5);
}

/* Writes one cell. In the last column the cursor stays, and the wrap waits for the next character.
 */
static void cell_put(struct vt *vt, uint32_t code)
{
    if (vt->now.wrap_pending)
        next_line(vt);
    if (vt->insert_mode)
        cells_insert(vt, 1);
    row_cells(vt, vt->now.row)[vt->now.column] = (struct vt_cell){
        .code = code,
        .foreground = vt->now.foreground,
        .background = vt->now.background,
        .attributes = vt->now.attributes,
    };
    bitmap_set(vt->dirty, vt->now.row);
    if (vt->now.column + 1 < vt->columns)
        vt->now.column++;
    else
        vt->now.wrap_pending = vt->autowrap;
}

static void print(void *context, uint32_t code)
{
    struct vt *vt = context;
    unsigned width = vt_code_width(code);

    if (vt->now.is_graphics[vt->now.charset])
        code = vt_graphics_code(code);
    if (width == 0)
        return;
    if (width == 2 && vt->now.column + 1 == vt->columns)
        vt->now.wrap_pending = vt->autowrap;
    cell_put(vt, code);
    if (width == 2)
        cell_put(vt, ' ');
}

static void control(void *context, uint8_t byte)
{
    struct vt *vt = context;

    switch (byte) {
    case '\a':
        if (vt->bell)
            vt->bell(vt);
        break;
    case '\b':
        cursor_move(vt, (int)vt->now.column - 1, (int)vt->now.row);
        break;
    case '\t':
        tabulate(vt);
        break;
    case '\n':
    case '\v':
    case '\f':
        line_feed(vt);
        if (vt->newline_mode)
            carriage_return(vt);
        break;
    case '\r':
        carriage_return(vt);
        break;
    case 0x0e: /* SO */
    case 0x0f: /* SI */
        vt->now.charset = byte == 0x0e;
        break;
    default:
        break;
    }
}

static void escape_plain(struct vt *vt, uint8_t final)
{
    switch (final) {
    case '7':
        vt->saved = vt->now;
        break;
    case '8':
        vt->now = vt->saved;
        break;
    case 'D':
        line_feed(vt);
        break;
    case 'E':
        next_line(vt);
        break;
    case 'H':
        bitmap_set(vt->tab_stops, vt->now.column);
        break;
    case 'M':
        reverse_line_feed(vt);
        break;
    case 'Z':
        device_attributes(vt);
        break;
    case 'c':
        reset(vt);
        break;
    case '=':
    case '>':
        vt->application_keypad = final == '=';
        break;
    default:
        break;
    }
}

/* DECALN: fills the screen with E, for adjusting the tube. */
static void screen_align(struct vt *vt)
{
    rows_erase(vt, 0, vt->rows);
    for (unsigned row = 0; row < vt->rows; row++) {
        for (unsigned column = 0; column < vt->columns; column++)
            row_cells(vt, row)[column].code = 'E';
    }
}

static void escape(void *context, uint8_t intermediate, uint8_t final)
{
    struct vt *vt = context;

    switch (intermediate) {
    case 0:
        escape_plain(vt, final);
        break;
    case '(':
    case ')':
        vt->now.is_graphics[intermediate == ')'] = final == '0';
        break;
    case '#':
        if (final == '8')
            screen_align(vt);
        break;
    default:
        break;
    }
}

/* Control sequences: one function each. Absent parameters are 0, which mostly means 1. */

static int amount(uint16_t param)
{
    return param ? param : 1;
}

static void csi_up(struct vt *vt, const uint16_t *params)
{
    cursor_move(vt, (int)vt->now.column, (int)vt->now.row - amount(params[0]));
}

static void csi_down(struct vt *vt, const uint16_t *params)
{
    cursor_move(vt, (int)vt->now.column, (int)vt->now.row + amount(params[0]));
}

static void csi_right(struct vt *vt, const uint16_t *params)
{
    cursor_move(vt, (int)vt->now.column + amount(params[0]), (int)vt->now.row);
}

static void csi_left(struct vt *vt, const uint16_t *params)
{
    cursor_move(vt, (int)vt->now.column - amount(params[0]), (int)vt->now.row);
}

static void csi_line_down(struct vt *vt, const uint16_t *params)
{
    cursor_move(vt, 0, (int)vt->now.row + amount(params[0]));
}

static void csi_line_up(struct vt *vt, const uint16_t *params)
{
    cursor_move(vt, 0, (int)vt->now.row - amount(params[0]));
}

static void csi_column(struct vt *vt, const uint16_t *params)
{
    cursor_move(vt, amount(params[0]) - 1, (int)vt->now.row);
}

static void csi_row(struct vt *vt, const uint16_t *params)
{
    cursor_place(vt, (int)vt->now.column, amount(params[0]) - 1);
}

static void csi_position(struct vt *vt, const uint16_t *params)
{
    cursor_place(vt, amount(params[1]) - 1, amount(params[0]) - 1);
}

static void csi_erase_line(struct vt *vt, const uint16_t *params)
{
    if (params[0] <= 2) {
        cells_erase(vt, vt->now.row, params[0] == 0 ? vt->now.column : 0,
                    params[0] == 1 ? vt->now.column + 1 : vt->columns);
    }
    vt->now.wrap_pending = false;
}

/* 3 also drops what has scrolled off. */
static void csi_erase_display(struct vt *vt, const uint16_t *params)
{
    if (params[0] == 0)
        rows_erase(vt, vt->now.row + 1, vt->rows);
    if (params[0] == 1)
        rows_erase(vt, 0, vt->now.row);
    if (params[0] <= 1)
        csi_erase_line(vt, params);
    else if (params[0] <= 3)
        rows_erase(vt, 0, vt->rows);
    if (params[0] == 3)
        vt_history_drop(vt);
    vt->now.wrap_pending = false;
}

static bool cursor_in_region(const struct vt *vt)
{
    return vt->now.row >= vt->top && vt->now.row < vt->bottom;
}

static void csi_insert_lines(struct vt *vt, const uint16_t *params)
{
    if (cursor_in_region(vt))
        scroll_down(vt, vt->now.row, vt->bottom, (unsigned)amount(params[0]));
    vt->now.wrap_pending = false;
}

static void csi_delete_lines(struct vt *vt, const uint16_t *params)
{
    if (cursor_in_region(vt))
        scroll_up(vt, vt->now.row, vt->bottom, (unsigned)amount(params[0]));
    vt->now.wrap_pending = false;
}

static void csi_insert_cells(struct vt *vt, const uint16_t *params)
{
    cells_insert(vt, (unsigned)amount(params[0]));
}

static void csi_delete_cells(struct vt *vt, const uint16_t *params)
{
    struct vt_cell *cells = row_cells(vt, vt->now.row);
    unsigned count = min((unsigned)amount(params[0]), vt->columns - vt->now.column);

    for (unsigned column = vt->now.column; column + count < vt->columns; column++)
        cells[column] = cells[column + count];
    cells_erase(vt, vt->now.row, vt->columns - count, vt->columns);
    vt->now.wrap_pending = false;
}

static void csi_erase_cells(struct vt *vt, const uint16_t *params)
{
    unsigned count = min((unsigned)amount(params[0]), vt->columns - vt->now.column);

    cells_erase(vt, vt->now.row, vt->now.column, vt->now.column + count);
    vt->now.wrap_pending = false;
}

static void csi_clear_tabs(struct vt *vt, const uint16_t *params)
{
    if (params[0] == 0)
        bitmap_clear(vt->tab_stops, vt->now.column);
    else if (params[0] == 3)
        bitmap_clear_range(vt->tab_stops, 0, vt->columns);
}

static void csi_scroll_region(struct vt *vt, const uint16_t *params)
{
    unsigned top = (unsigned)amount(params[0]) - 1;
    unsigned bottom = params[1] ? params[1] : vt->rows;

    if (bottom > vt->rows || top + 1 >= bottom)
        return;
    vt->top = top;
    vt->bottom = bottom;
    cursor_place(vt, 0, 0);
}

static void csi_device_attributes(struct vt *vt, const uint16_t *params)
{
    if (params[0] == 0)
        device_attributes(vt);
}

static void csi_report(struct vt *vt, const uint16_t *params)
{
    char text[32];
    unsigned first = vt->now.origin_mode ? vt->top : 0;

    if (params[0] == 5)
        respond(vt, "\033[0n", 4);
    if (params[0] == 6) {
        respond(vt, text,
                format_string(text, sizeof(text), "\033[%u;%uR", vt->now.row - first + 1,
                              vt->now.column + 1));
    }
}

static void csi_save(struct vt *vt, const uint16_t *params)
{
    (void)params;
    vt->saved = vt->now;
}

static void csi_restore(struct vt *vt, const uint16_t *params)
{
    (void)params;
    vt->now = vt->saved;
}

/* Indexed by final byte - '@'. */
static void (*const csi_commands[])(struct vt *vt, const uint16_t *params) = {
    ['@' - '@'] = csi_insert_cells, ['A' - '@'] = csi_up,
    ['B' - '@'] = csi_down,         ['C' - '@'] = csi_right,
    ['D' - '@'] = csi_left,         ['E' - '@'] = csi_line_down,
    ['F' - '@'] = csi_line_up,      ['G' - '@'] = csi_column,
    ['H' - '@'] = csi_position,     ['J' - '@'] = csi_erase_display,
    ['K' - '@'] = csi_erase_line,   ['L' - '@'] = csi_insert_lines,
    ['M' - '@'] = csi_delete_lines, ['P' - '@'] = csi_delete_cells,
    ['X' - '@'] = csi_erase_cells,  ['`' - '@'] = csi_column,
    ['a' - '@'] = csi_right,        ['c' - '@'] = csi_device_attributes,
    ['d' - '@'] = csi_row,          ['e' - '@'] = csi_down,
    ['f' - '@'] = csi_position,     ['g' - '@'] = csi_clear_tabs,
    ['n' - '@'] = csi_report,       ['r' - '@'] = csi_scroll_region,
    ['s' - '@'] = csi_save,         ['u' - '@'] = csi_restore,
};

static void mode_set(struct vt *vt, uint16_t mode, bool on)
{
    if (mode == 4)
        vt->insert_mode = on;
    if (mode == 20)
        vt->newline_mode = on;
}

static void private_mode_set(struct vt *vt, uint16_t mode, bool on)
{
    switch (mode) {
    case 1:
        vt->application_cursor_keys = on;
        break;
    case 5:
        if (vt->screen_reversed != on)
            vt_dirty_all(vt);
        vt->screen_reversed = on;
        break;
    case 6:
        vt->now.origin_mode = on;
        cursor_place(vt, 0, 0);
        break;
    case 7:
        vt->autowrap = on;
        vt->now.wrap_pending = vt->now.wrap_pending && on;
        break;
    case 25:
        vt->cursor_visible = on;
        break;
    default:
        break;
    }
}

static void csi(void *context, uint8_t marker, const uint16_t *params, unsigned count,
                uint8_t final)
{
    struct vt *vt = context;

    if ((final == 'h' || final == 'l') && (marker == 0 || marker == '?')) {
        for (unsigned i = 0; i < count; i++) {
            if (marker)
                private_mode_set(vt, params[i], final == 'h');
            else
                mode_set(vt, params[i], final == 'h');
        }
        return;
    }
    if (marker)
        return;
    if (final == 'm')
        vt_sgr(&vt->now, params, count);
    else if (final - '@' < (int)ARRAY_SIZE(csi_commands) && csi_commands[final - '@'])
        csi_commands[final - '@'](vt, params);
}

static const struct vt_parse_ops vt_ops = {
    .print = print,
    .control = control,
    .escape = escape,
    .csi = csi,
};

void vt_init(struct vt *vt, struct vt_cell *cells, unsigned columns, unsigned rows)
{
    columns = min_t(unsigned, columns, VT_COLUMNS_MAX);
    rows = min_t(unsigned, rows, VT_ROWS_MAX);
    *vt = (struct vt){.cells = cells, .columns = columns, .rows = rows};
    for (unsigned row = 0; row < vt->rows; row++)
        vt->line[row] = (uint16_t)row;
    vt_parse_init(&vt->parser, &vt_ops, vt);
    reset(vt);
}

void vt_write(struct vt *vt, const char *bytes, size_t count)
{
    vt_look(vt, -(int)vt->view_back);
    vt_parse(&vt->parser, bytes, count);
}
