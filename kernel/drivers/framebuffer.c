/*
 * A linear frame buffer of red, green and blue: the screen that a UEFI boot loader leaves. 24 or 32
 * bits a pixel, colours wherever the multiboot2 tag says that they are.
 */
#include "kernel/core/boot_info.h"
#include "kernel/core/log.h"
#include "kernel/drivers/font.h"
#include "kernel/drivers/screen.h"
#include "kernel/lib/vt_color.h"
#include "kernel/mm/area.h"

#define UNDERLINE_LINE (FONT_HEIGHT - 2)

static uint8_t *memory;
static uint32_t pitch;
static unsigned pixel_bytes; /* 3 or 4 */
static uint32_t palette[16]; /* ANSI's colours as pixels */
static struct screen_hardware framebuffer;

/* One line of a glyph: eight pixels, the leftmost in the highest bit. */
static void framebuffer_draw_line(uint8_t *at, uint8_t bits, uint32_t ink, uint32_t paper)
{
    for (unsigned mask = 0x80; mask != 0; mask >>= 1) {
        uint32_t pixel = bits & mask ? ink : paper;

        if (pixel_bytes == 4) {
            *(volatile uint32_t *)at = pixel;
        } else {
            *(volatile uint8_t *)at = (uint8_t)pixel;
            *(volatile uint8_t *)(at + 1) = (uint8_t)(pixel >> 8);
            *(volatile uint8_t *)(at + 2) = (uint8_t)(pixel >> 16);
        }
        at += pixel_bytes;
    }
}

static void framebuffer_draw(unsigned row, unsigned column, const struct screen_cell *cell)
{
    const uint8_t *glyph = font_glyph(cell->code);
    uint8_t *at =
        memory + (size_t)row * FONT_HEIGHT * pitch + (size_t)column * FONT_WIDTH * pixel_bytes;

    for (unsigned line = 0; line < FONT_HEIGHT; line++) {
        bool is_underline = cell->is_underlined && line == UNDERLINE_LINE;

        framebuffer_draw_line(at, is_underline ? 0xff : glyph[line], palette[cell->foreground],
                              palette[cell->background]);
        at += pitch;
    }
}

static struct screen_hardware framebuffer = {
    .name = "frame buffer",
    .draw = framebuffer_draw,
};

/* The byte of 0xRRGGBB that begins at bit `from`, as `bits` bits at `position` of a pixel. */
static uint32_t color_field(uint32_t rgb, unsigned from, unsigned position, unsigned bits)
{
    uint32_t value = rgb >> from & 0xff;

    value = bits <= 8 ? value >> (8 - bits) : value << (bits - 8);
    return value << position;
}

static void framebuffer_fill_palette(const struct multiboot2_framebuffer *fb)
{
    for (unsigned i = 0; i < ARRAY_SIZE(palette); i++) {
        uint32_t rgb = vt_color_rgb(i);

        palette[i] = color_field(rgb, 16, fb->red_position, fb->red_bits) |
                     color_field(rgb, 8, fb->green_position, fb->green_bits) |
                     color_field(rgb, 0, fb->blue_position, fb->blue_bits);
    }
}

static bool field_fits(unsigned position, unsigned bits, unsigned pixel_bits)
{
    return bits >= 1 && bits <= 16 && position + bits <= pixel_bits;
}

/* The loader's word isn't trusted: drawing must stay inside the frame buffer. */
static bool framebuffer_is_usable(const struct multiboot2_framebuffer *fb)
{
    unsigned bits = fb->bits_per_pixel;

    return fb->type == MULTIBOOT2_FRAMEBUFFER_RGB && (bits == 24 || bits == 32) &&
           fb->width >= FONT_WIDTH && fb->height >= FONT_HEIGHT &&
           fb->pitch / (bits / 8) >= fb->width &&
           field_fits(fb->red_position, fb->red_bits, bits) &&
           field_fits(fb->green_position, fb->green_bits, bits) &&
           field_fits(fb->blue_position, fb->blue_bits, bits);
}

const struct screen_hardware *framebuffer_find(void)
{
    const struct multiboot2_framebuffer *fb = boot_framebuffer();

    if (fb == NULL || fb->type == MULTIBOOT2_FRAMEBUFFER_TEXT)
        return NULL;
    if (!framebuffer_is_usable(fb)) {
        pr_warn("screen: frame buffer of a kind that can't be used (type %u, %u bits a pixel)",
                fb->type, fb->bits_per_pixel);
        return NULL;
    }
    memory =
        area_map_device(fb->address, (size_t)fb->pitch * fb->height, PT_WRITE | PT_WRITE_COMBINE);
    if (memory == NULL)
        return NULL;
    pitch = fb->pitch;
    pixel_bytes = fb->bits_per_pixel / 8;
    framebuffer_fill_palette(fb);
    framebuffer.columns = min_t(unsigned, fb->width / FONT_WIDTH, VT_COLUMNS_MAX);
    framebuffer.rows = min_t(unsigned, fb->height / FONT_HEIGHT, VT_ROWS_MAX);
    return &framebuffer;
}
