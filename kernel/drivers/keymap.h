/*
 * From the keys of a PC keyboard (scan code set 1, US layout) to the bytes that a terminal of
 * TERM=linux sends. A pure state machine: codes in, bytes out.
 */
#ifndef LIMEN_DRIVERS_KEYMAP_H
#define LIMEN_DRIVERS_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one key sends at most: ESC, and a sequence like ESC [ 3 4 ~ */
#define KEYMAP_BYTES_MAX 8

struct keymap {
    /* For the owner to set before each call: what programs asked the terminal for. */
    bool application_cursor; /* arrows as ESC O A, not ESC [ A (DECCKM) */
    bool newline_mode;       /* Enter as CR LF (LNM) */

    /* Private */
    uint8_t shift, ctrl, alt; /* which of the keys are down: bit 0 left, bit 1 right */
    bool caps_lock, num_lock;
    bool is_extended; /* the last code was 0xe0 */
    uint8_t to_skip;  /* codes of the Pause key still to come */
};

enum keymap_action {
    KEYMAP_BYTES, /* *count bytes, perhaps 0 */
    KEYMAP_CTRL_ALT_DEL,
    KEYMAP_LOOK_UP,   /* Shift-PageUp: show what has scrolled off */
    KEYMAP_LOOK_DOWN, /* Shift-PageDown */
};

/* Takes one scan code; bytes[] gets what it types. */
enum keymap_action keymap_decode(struct keymap *map, uint8_t code, uint8_t bytes[KEYMAP_BYTES_MAX],
                                 size_t *count);

#endif
