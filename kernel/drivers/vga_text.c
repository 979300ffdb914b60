/*
 * VGA's text mode: the screen of a PC that was started by its BIOS. Cells of two bytes in video
 * memory, characters of code page 437, a cursor of its own. (IBM, "VGA Technical Reference".)
 */
#include "arch/api/irq.h"
#include "kernel/core/boot_info.h"
#include "kernel/drivers/screen.h"
#include "kernel/mm/area.h"

#define VGA_MEMORY 0xb8000u
#define VGA_COLUMNS 80u
#define VGA_ROWS 25u

/* The CRT controller: a register's number goes to the first port, its value to the second. */
#define CRTC_INDEX 0x3d4
#define CRTC_DATA 0x3d5
#define CRTC_CURSOR_HIGH 0x0e
#define CRTC_CURSOR_LOW 0x0f

#define GLYPH_UNKNOWN 0xfe /* a small square */

static volatile uint16_t *memory;
static struct screen_hardware vga_text;

/* Code points of characters 0x80 to 0xff, and of 0x01 to 0x1f. */
static const uint16_t page_437[128] = {
    0x00c7, 0x00fc, 0x00e9, 0x00e2, 0x00e4, 0x00e0, 0x00e5, 0x00e7, 0x00ea, 0x00eb, 0x00e8, 0x00ef,
    0x00ee, 0x00ec, 0x00c4, 0x00c5, 0x00c9, 0x00e6, 0x00c6, 0x00f4, 0x00f6, 0x00f2, 0x00fb, 0x00f9,
    0x00ff, 0x00d6, 0x00dc, 0x00a2, 0x00a3, 0x00a5, 0x20a7, 0x0192, 0x00e1, 0x00ed, 0x00f3, 0x00fa,
    0x00f1, 0x00d1, 0x00aa, 0x00ba, 0x00bf, 0x2310, 0x00ac, 0x00bd, 0x00bc, 0x00a1, 0x00ab, 0x00bb,
    0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557,
    0x255d, 0x255c, 0x255b, 0x2510, 0x2514, 0x2534, 0x252c, 0x251c, 0x2500, 0x253c, 0x255e, 0x255f,
    0x255a, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256c, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559,
    0x2558, 0x2552, 0x2553, 0x256b, 0x256a, 0x2518, 0x250c, 0x2588, 0x2584, 0x258c, 0x2590, 0x2580,
    0x03b1, 0x00df, 0x0393, 0x03c0, 0x03a3, 0x03c3, 0x00b5, 0x03c4, 0x03a6, 0x0398, 0x03a9, 0x03b4,
    0x221e, 0x03c6, 0x03b5, 0x2229, 0x2261, 0x00b1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00f7, 0x2248,
    0x00b0, 0x2219, 0x00b7, 0x221a, 0x207f, 0x00b2, 0x25a0, 0x00a0,
};
static const uint16_t page_437_low[31] = {
    0x263a, 0x263b, 0x2665, 0x2666, 0x2663, 0x2660, 0x2022, 0x25d8, 0x25cb, 0x25d9, 0x2642,
    0x2640, 0x266a, 0x266b, 0x263c, 0x25ba, 0x25c4, 0x2195, 0x203c, 0x00b6, 0x00a7, 0x25ac,
    0x21a8, 0x2191, 0x2193, 0x2192, 0x2190, 0x221f, 0x2194, 0x25b2, 0x25bc,
};

/* The character of code page 437 that shows a code point. */
static uint8_t vga_glyph(uint32_t code)
{
    if (code >= 0x20 && code < 0x7f)
        return (uint8_t)code;
    for (unsigned i = 0; i < ARRAY_SIZE(page_437); i++)
        if (page_437[i] == code)
            return (uint8_t)(0x80 + i);
    for (unsigned i = 0; i < ARRAY_SIZE(page_437_low); i++)
        if (page_437_low[i] == code)
            return (uint8_t)(1 + i);
    return GLYPH_UNKNOWN;
}

/* ANSI's colour as VGA has it: red and blue changed over. */
static uint8_t vga_color(uint8_t color)
{
    return (color & 0x0a) | (color & 1) << 2 | (color & 4) >> 2;
}

/* A background has no bright colours: that bit makes the character blink. */
static void vga_draw(unsigned row, unsigned column, const struct screen_cell *cell)
{
    uint8_t attribute = (vga_color(cell->background) & 7) << 4 | vga_color(cell->foreground);

    memory[row * vga_text.columns + column] = attribute << 8 | vga_glyph(cell->code);
}

static void crtc_write(uint8_t index, uint8_t value)
{
    io_write8(CRTC_INDEX, index);
    io_write8(CRTC_DATA, value);
}

static void vga_move_cursor(unsigned row, unsigned column)
{
    unsigned position = row * vga_text.columns + column; /* behind the last row: not to be seen */

    crtc_write(CRTC_CURSOR_HIGH, (uint8_t)(position >> 8));
    crtc_write(CRTC_CURSOR_LOW, (uint8_t)position);
}

static struct screen_hardware vga_text = {
    .name = "VGA text",
    .columns = VGA_COLUMNS,
    .rows = VGA_ROWS,
    .draw = vga_draw,
    .move_cursor = vga_move_cursor,
};

/* The loader says that the screen is in text mode, or says nothing and there is a BIOS. */
const struct screen_hardware *vga_text_find(void)
{
    const struct multiboot2_framebuffer *fb = boot_framebuffer();

    if (fb == NULL ? boot_info.loader.efi_system_table != 0
                   : fb->type != MULTIBOOT2_FRAMEBUFFER_TEXT)
        return NULL;
    if (fb != NULL && (fb->address != VGA_MEMORY || fb->width != VGA_COLUMNS ||
                       fb->height != VGA_ROWS || fb->pitch != VGA_COLUMNS * 2))
        return NULL;
    memory = area_map_device(VGA_MEMORY, VGA_COLUMNS * VGA_ROWS * sizeof(*memory),
                             PT_WRITE | PT_UNCACHED);
    return memory != NULL ? &vga_text : NULL;
}
