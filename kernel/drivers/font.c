/*
 * The font of the frame buffer. See font.h.
 */
#include "kernel/drivers/font.h"

#define CODE_REPLACEMENT 0xfffd

/* Index of the first code point that isn't below `code`; font_count if there is none. */
static unsigned font_search(uint32_t code)
{
    unsigned low = 0, high = font_count;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (font_codes[middle] < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const uint8_t *font_glyph(uint32_t code)
{
    unsigned index = font_search(code);

    if (index == font_count || font_codes[index] != code)
        index = font_search(CODE_REPLACEMENT);
    return font_glyphs[index];
}
