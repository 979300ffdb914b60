/*
 * The font of the frame buffer: Unifont's glyphs for the scripts that programs here use, made into
 * gen/font.c by tools/gen_font when the kernel is built.
 */
#ifndef LIMEN_DRIVERS_FONT_H
#define LIMEN_DRIVERS_FONT_H

#include "kernel/lib/types.h"

#define FONT_WIDTH 8
#define FONT_HEIGHT 16

/* gen/font.c: code points in ascending order, and their glyphs: a byte a line, the leftmost pixel
 * in the highest bit. U+FFFD is among them. */
extern const unsigned font_count;
extern const uint16_t font_codes[];
extern const uint8_t font_glyphs[][FONT_HEIGHT];

/* The FONT_HEIGHT lines of a character, of U+FFFD if the font doesn't have it. */
const uint8_t *font_glyph(uint32_t code);

#endif
