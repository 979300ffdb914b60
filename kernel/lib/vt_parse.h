/*
 * The syntax of terminal output: UTF-8 and escape sequences (ECMA-48; man 4 console_codes) as a
 * state machine that turns bytes into calls of an operation table. It knows no screen: what the
 * operations mean is vt.c's. Any byte sequence is accepted; state survives between calls. No
 * locking.
 */
#ifndef LIMEN_LIB_VT_PARSE_H
#define LIMEN_LIB_VT_PARSE_H

#include <stddef.h>
#include <stdint.h>

/* Parameters of a control sequence that are kept; Linux's limit. Later ones are dropped. */
#define VT_PARAMS_MAX 16
/* A parameter counts no further than this. */
#define VT_PARAM_MAX 9999

#define VT_REPLACEMENT 0xfffd /* for bytes that are not UTF-8 */

struct vt_parse_ops {
    /* A character to show: a Unicode code point, never a control character. */
    void (*print)(void *context, uint32_t code);
    /* A C0 control character (also inside a sequence) other than NUL, ESC, CAN and SUB. */
    void (*control)(void *context, uint8_t byte);
    /* ESC intermediate final; intermediate is 0 or 0x20 .. 0x2f (of several, the last). */
    void (*escape)(void *context, uint8_t intermediate, uint8_t final);
    /*
     * ESC [ marker params final; marker is 0 or one of < = > ?. Absent parameters are 0, and so are
     * params[count] .. params[VT_PARAMS_MAX - 1]; count >= 1. Sequences with intermediates
     * or with colons are swallowed: the Linux console has none.
     */
    void (*csi)(void *context, uint8_t marker, const uint16_t *params, unsigned count,
                uint8_t final);
};

struct vt_parser {
    const struct vt_parse_ops *ops;
    void *context;
    uint8_t state;
    uint8_t intermediate;
    uint8_t marker;
    uint8_t skip; /* bytes of a palette sequence still to swallow */
    uint16_t params[VT_PARAMS_MAX];
    unsigned param_count;
    uint32_t utf8_code;    /* the bits so far */
    uint32_t utf8_lowest;  /* least code point that needs a sequence this long */
    unsigned utf8_missing; /* continuation bytes still to come */
};

void vt_parse_init(struct vt_parser *parser, const struct vt_parse_ops *ops, void *context);

/* Feeds `count` bytes; the operations are called before it returns. */
void vt_parse(struct vt_parser *parser, const char *bytes, size_t count);

#endif
