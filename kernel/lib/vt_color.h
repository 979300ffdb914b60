/*
 * Colours and attributes of a terminal: the SGR control sequence (ECMA-48, 8.3.117; man 4
 * console_codes), and what a cell finally looks like.
 *
 * Colours are 0 .. 15 in ANSI's order: black, red, green, yellow, blue, magenta, cyan, white, then
 * the same again, bright. VGA text mode has the bits of red and blue changed over.
 */
#ifndef LIMEN_LIB_VT_COLOR_H
#define LIMEN_LIB_VT_COLOR_H

#include <stdint.h>

#include "kernel/lib/vt.h"

#define VT_COLOR_FOREGROUND 7 /* the default ones */
#define VT_COLOR_BACKGROUND 0

/* Applies ESC [ params m to the colours and attributes of *state. count >= 1. */
void vt_sgr(struct vt_state *state, const uint16_t *params, unsigned count);

/* The colours to draw a cell with, after bold, dim, blink, reverse and DECSCNM. */
void vt_cell_colors(const struct vt *vt, const struct vt_cell *cell, uint8_t *foreground,
                    uint8_t *background);

/* 0xRRGGBB of a colour, as VGA has it. */
uint32_t vt_color_rgb(unsigned color);

#endif
