/*
 * Scan codes to bytes. See keymap.h.
 *
 * Set 1: a key sends its code when pressed (and again while held), its code + 0x80 when released;
 * keys that the original PC lacked send 0xe0 before. Pause alone sends 0xe1 and two codes, and
 * nothing when released. (IBM, "PS/2 Hardware Interface Technical Reference: Keyboards".)
 */
#include "kernel/drivers/keymap.h"

#define CODE_EXTENDED 0xe0
#define CODE_PAUSE 0xe1
#define CODE_RELEASED 0x80
#define ESC 0x1b
#define DEL 0x7f

enum key {
    KEY_ENTER = 0x1c,
    KEY_CTRL = 0x1d,
    KEY_SHIFT_LEFT = 0x2a,
    KEY_SLASH = 0x35,
    KEY_SHIFT_RIGHT = 0x36,
    KEY_ALT = 0x38,
    KEY_CAPS_LOCK = 0x3a,
    KEY_F1 = 0x3b,
    KEY_F10 = 0x44,
    KEY_NUM_LOCK = 0x45,
    KEY_PAD_FIRST = 0x47,
    KEY_PAGE_UP = 0x49,
    KEY_PAGE_DOWN = 0x51,
    KEY_PAD_LAST = 0x53, /* Del, or the point of the keypad */
    KEY_F11 = 0x57,
    KEY_F12 = 0x58,
};

/* Keys that type one character, by code; 0: others. */
static const char plain[0x3a] = {
    0,    ESC, '1', '2', '3', '4', '5', '6', '7', '8', '9',  '0', '-', '=',  DEL,
    '\t', 'q', 'w', 'e', 'r', 't', 'y', 'u', 'i', 'o', 'p',  '[', ']', '\r', 0,
    'a',  's', 'd', 'f', 'g', 'h', 'j', 'k', 'l', ';', '\'', '`', 0,   '\\', 'z',
    'x',  'c', 'v', 'b', 'n', 'm', ',', '.', '/', 0,   '*',  0,   ' ',
};
static const char shifted[0x3a] = {
    0,    ESC, '!', '@', '#', '$', '%', '^', '&', '*', '(', ')', '_', '+',  DEL,
    '\t', 'Q', 'W', 'E', 'R', 'T', 'Y', 'U', 'I', 'O', 'P', '{', '}', '\r', 0,
    'A',  'S', 'D', 'F', 'G', 'H', 'J', 'K', 'L', ':', '"', '~', 0,   '|',  'Z',
    'X',  'C', 'V', 'B', 'N', 'M', '<', '>', '?', 0,   '*', 0,   ' ',
};

/* The keypad, from KEY_PAD_FIRST on: as characters (Num Lock) ... */
static const char pad_characters[] = "789-456+1230.";
/* ... and as keys: the letter of ESC [ x (arrows, 5 in the middle), or the number of ESC [ n ~. */
static const uint8_t pad_keys[] = {1, 'A', 5, 0, 'D', 'G', 'C', 0, 4, 'B', 6, 2, 3};

/* Function keys from F6 on: the number of ESC [ n ~; with Shift from F1 on. */
static const uint8_t function_numbers[] = {17, 18, 19, 20, 21, 23, 24};
static const uint8_t shift_function_numbers[] = {25, 26, 28, 29, 31, 32, 33, 34};

struct output {
    uint8_t *bytes;
    size_t count;
};

static void put(struct output *out, uint8_t byte)
{
    out->bytes[out->count++] = byte;
}

/* ESC [ number ~ */
static void put_number(struct output *out, unsigned number)
{
    put(out, ESC);
    put(out, '[');
    if (number >= 10)
        put(out, (uint8_t)('0' + number / 10));
    put(out, (uint8_t)('0' + number % 10));
    put(out, '~');
}

static void put_function_key(const struct keymap *map, struct output *out, unsigned number)
{
    if (map->shift && number <= sizeof(shift_function_numbers)) {
        put_number(out, shift_function_numbers[number - 1]);
    } else if (number >= 6) {
        put_number(out, function_numbers[number - 6]);
    } else {
        put(out, ESC);
        put(out, '[');
        put(out, '[');
        put(out, (uint8_t)('A' + number - 1));
    }
}

/* Arrows and their neighbours, on the keypad or (extended) beside it. */
static void put_pad_key(const struct keymap *map, struct output *out, uint8_t key)
{
    uint8_t what = pad_keys[key - KEY_PAD_FIRST];

    if (what == 0)
        return;
    if (what < 'A') {
        put_number(out, what);
        return;
    }
    put(out, ESC);
    put(out, map->application_cursor && what != 'G' ? 'O' : '[');
    put(out, what);
}

/* What Ctrl makes of a character; the digits stand for the control characters without a letter. */
static uint8_t control_character(uint8_t character)
{
    static const uint8_t digits[] = {0, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, DEL}; /* 2 to 8 */

    if (character >= '2' && character <= '8')
        return digits[character - '2'];
    if (character == ' ' || (character >= '@' && character <= '~'))
        return character & 0x1f;
    if (character == '/' || character == '?')
        return DEL;
    return character == DEL ? '\b' : character;
}

static bool is_letter(uint8_t character)
{
    character |= 0x20;
    return character >= 'a' && character <= 'z';
}

/* A character, as Caps Lock, Ctrl and Alt have it. */
static void put_character(const struct keymap *map, struct output *out, uint8_t character)
{
    if (map->caps_lock && is_letter(character))
        character ^= 0x20;
    if (map->ctrl)
        character = control_character(character);
    if (map->alt || (map->shift && character == '\t'))
        put(out, ESC); /* Shift-Tab is ESC Tab (terminfo: kcbt) */
    put(out, character);
    if (character == '\r' && map->newline_mode)
        put(out, '\n');
}

/* Keys that are held to change others; true if `key` is one. */
static bool keymap_modifier(struct keymap *map, uint8_t key, bool is_extended, bool is_pressed)
{
    uint8_t bit = is_extended ? 2 : 1;
    uint8_t *held;

    switch (key) {
    case KEY_SHIFT_LEFT:
    case KEY_SHIFT_RIGHT:
        if (is_extended)
            return true; /* sent around extended keys while Num Lock is on; means nothing */
        held = &map->shift;
        bit = key == KEY_SHIFT_RIGHT ? 2 : 1;
        break;
    case KEY_CTRL:
        held = &map->ctrl;
        break;
    case KEY_ALT:
        held = &map->alt;
        break;
    default:
        return false;
    }
    *held = is_pressed ? *held | bit : *held & ~bit;
    return true;
}

/* A key of the keypad: a character with Num Lock, which Shift turns over, else as beside it. */
static void keymap_press_pad(const struct keymap *map, struct output *out, uint8_t key)
{
    uint8_t character = (uint8_t)pad_characters[key - KEY_PAD_FIRST];
    bool is_number = map->num_lock != (map->shift != 0);

    if (is_number || character == '-' || character == '+')
        put_character(map, out, character);
    else
        put_pad_key(map, out, key);
}

/* A key of the original PC's keyboard. */
static void keymap_press(struct keymap *map, struct output *out, uint8_t key)
{
    if (key == KEY_CAPS_LOCK)
        map->caps_lock = !map->caps_lock;
    else if (key == KEY_NUM_LOCK)
        map->num_lock = !map->num_lock;
    else if (key >= KEY_F1 && key <= KEY_F10)
        put_function_key(map, out, key - KEY_F1 + 1u);
    else if (key == KEY_F11 || key == KEY_F12)
        put_function_key(map, out, key - KEY_F11 + 11u);
    else if (key >= KEY_PAD_FIRST && key <= KEY_PAD_LAST)
        keymap_press_pad(map, out, key);
    else if (key < sizeof(plain) && plain[key] != 0)
        put_character(map, out, (uint8_t)(map->shift ? shifted[key] : plain[key]));
}

/* A key that sends 0xe0 before its code. */
static void keymap_press_extended(struct keymap *map, struct output *out, uint8_t key)
{
    if (key == KEY_SLASH)
        put_character(map, out, '/');
    else if (key == KEY_ENTER)
        put_character(map, out, '\r');
    else if (key >= KEY_PAD_FIRST && key <= KEY_PAD_LAST)
        put_pad_key(map, out, key);
}

enum keymap_action keymap_decode(struct keymap *map, uint8_t code, uint8_t bytes[KEYMAP_BYTES_MAX],
                                 size_t *count)
{
    struct output out = {.bytes = bytes};
    bool is_extended = map->is_extended;
    bool is_pressed = !(code & CODE_RELEASED);
    uint8_t key = code & 0x7f;

    *count = 0;
    if (map->to_skip > 0) {
        map->to_skip--;
        return KEYMAP_BYTES;
    }
    map->is_extended = code == CODE_EXTENDED;
    if (code == CODE_PAUSE)
        map->to_skip = 2;
    if (code == CODE_EXTENDED || code == CODE_PAUSE)
        return KEYMAP_BYTES;
    if (keymap_modifier(map, key, is_extended, is_pressed) || !is_pressed)
        return KEYMAP_BYTES;
    if (key == KEY_PAD_LAST && map->ctrl && map->alt)
        return KEYMAP_CTRL_ALT_DEL;
    if (is_extended && map->shift && key == KEY_PAGE_UP)
        return KEYMAP_LOOK_UP;
    if (is_extended && map->shift && key == KEY_PAGE_DOWN)
        return KEYMAP_LOOK_DOWN;
    if (is_extended)
        keymap_press_extended(map, &out, key);
    else
        keymap_press(map, &out, key);
    *count = out.count;
    return KEYMAP_BYTES;
}
