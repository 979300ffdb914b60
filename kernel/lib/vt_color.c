/* Colours and attributes of a terminal; see vt_color.h. */
#include "kernel/lib/vt_color.h"

#include "kernel/lib/compiler.h"

#define BRIGHT 8u

/* Strength of red (bit 0), green (1) or blue (2) in a colour; VGA's dark yellow is a brown. */
static unsigned component(unsigned color, unsigned bit)
{
    if (color == 3 && bit == 1)
        return 0x55;
    return (color >> bit & 1 ? 0xaa : 0) + (color & BRIGHT ? 0x55 : 0);
}

uint32_t vt_color_rgb(unsigned color)
{
    return component(color, 0) << 16 | component(color, 1) << 8 | component(color, 2);
}

/*
 * The colour for given strengths, 0 .. 255, as the Linux console picks it: what is more than half
 * as strong as the strongest counts as on, and the strongest decides about brightness.
 */
static uint8_t color_from_rgb(unsigned red, unsigned green, unsigned blue)
{
    unsigned strongest = max(red, max(green, blue));
    unsigned hue =
        (red > strongest / 2) | (green > strongest / 2) << 1 | (blue > strongest / 2) << 2;

    if (hue == 7 && strongest <= 0x55)
        return BRIGHT;
    return (uint8_t)(strongest > 0xaa ? hue | BRIGHT : hue);
}

/* Strength of a step, 0 .. 5, in xterm's colour cube. */
static unsigned cube_level(unsigned step)
{
    return step ? 55 + 40 * step : 0;
}

/* A colour of xterm's 256: the 16, a cube of 6 x 6 x 6, and 24 greys. */
static uint8_t color_of_256(unsigned number)
{
    unsigned cube = number - 16;
    unsigned grey = (8 + 10 * (number - 232)) & 0xff;

    if (number < 16)
        return (uint8_t)number;
    if (number >= 232)
        return color_from_rgb(grey, grey, grey);
    return color_from_rgb(cube_level(cube / 36), cube_level(cube / 6 % 6), cube_level(cube % 6));
}

/*
 * What follows 38 or 48: 5;number or 2;red;green;blue. Returns how many parameters that were; none
 * if they aren't all there, and the colour stays.
 */
static unsigned color_read(const uint16_t *params, unsigned left, uint8_t *color)
{
    if (left >= 2 && params[0] == 5) {
        *color = color_of_256(params[1] & 0xff);
        return 2;
    }
    if (left >= 4 && params[0] == 2) {
        *color = color_from_rgb(params[1] & 0xff, params[2] & 0xff, params[3] & 0xff);
        return 4;
    }
    return 0;
}

/* Parameters 1 .. 9 and 21 .. 29, which switch attributes on and off. */
static void attribute_apply(struct vt_state *state, unsigned param)
{
    static const uint16_t on[] = {
        [1] = VT_BOLD,  [2] = VT_DIM,     [3] = VT_ITALIC,     [4] = VT_UNDERLINE,
        [5] = VT_BLINK, [7] = VT_REVERSE, [21] = VT_UNDERLINE,
    };
    static const uint16_t off[] = {
        [22] = VT_BOLD | VT_DIM, [23] = VT_ITALIC,  [24] = VT_UNDERLINE,
        [25] = VT_BLINK,         [27] = VT_REVERSE,
    };

    if (param < ARRAY_SIZE(on))
        state->attributes |= on[param];
    if (param < ARRAY_SIZE(off))
        state->attributes &= (uint16_t)~off[param];
}

/* Parameters 30 .. 37, 90 .. 97 and, with 10 more, the same of the background. */
static void color_apply(struct vt_state *state, unsigned param)
{
    if (param >= 30 && param <= 37)
        state->foreground = (uint8_t)(param - 30);
    else if (param >= 40 && param <= 47)
        state->background = (uint8_t)(param - 40);
    else if (param >= 90 && param <= 97)
        state->foreground = (uint8_t)(param - 90 + BRIGHT);
    else if (param >= 100 && param <= 107)
        state->background = (uint8_t)(param - 100 + BRIGHT);
    else if (param == 39)
        state->foreground = VT_COLOR_FOREGROUND;
    else if (param == 49)
        state->background = VT_COLOR_BACKGROUND;
}

void vt_sgr(struct vt_state *state, const uint16_t *params, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned left = count - i - 1;

        switch (params[i]) {
        case 0:
            state->attributes = 0;
            state->foreground = VT_COLOR_FOREGROUND;
            state->background = VT_COLOR_BACKGROUND;
            break;
        case 38:
            i += color_read(params + i + 1, left, &state->foreground);
            break;
        case 48:
            i += color_read(params + i + 1, left, &state->background);
            break;
        default:
            attribute_apply(state, params[i]);
            color_apply(state, params[i]);
            break;
        }
    }
}

/* The order is the Linux console's: dim, then reverse, then bold and blink brighten the result. */
void vt_cell_colors(const struct vt *vt, const struct vt_cell *cell, uint8_t *foreground,
                    uint8_t *background)
{
    bool reverse = (cell->attributes & VT_REVERSE) != 0;
    uint8_t ink = cell->foreground;
    uint8_t paper = cell->background;

    if (cell->attributes & VT_DIM)
        ink = BRIGHT;
    if (reverse != vt->screen_reversed) {
        ink = cell->background;
        paper = cell->attributes & VT_DIM ? BRIGHT : cell->foreground;
    }
    if (cell->attributes & VT_BOLD)
        ink |= BRIGHT;
    if (cell->attributes & VT_BLINK)
        paper |= BRIGHT;
    *foreground = ink;
    *background = paper;
}
