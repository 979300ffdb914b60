/*
 * The syntax of terminal output; see vt_parse.h. Two machines, one after the other: the second sees
 * bytes below 0x80 and takes them as text, controls or parts of sequences, in one of the states
 * below; the first joins the bytes above to code points, which are always text.
 */
#include "kernel/lib/vt_parse.h"

#include <stdbool.h>

#include "kernel/lib/compiler.h"
#include "kernel/lib/string.h"

enum state {
    STATE_TEXT,
    STATE_ESCAPE,   /* behind ESC, and any intermediates */
    STATE_CSI,      /* behind ESC [: marker, parameters, intermediates */
    STATE_FUNCTION, /* behind ESC [ [: what Linux's function keys send, one byte to swallow */
    STATE_COMMAND,  /* behind ESC ]: an operating system command, or Linux's palette sequences */
    STATE_PALETTE,  /* behind ESC ] P: seven hexadecimal digits, and nothing that ends them */
    STATE_STRING,   /* in a command, or behind ESC P, X, ^ or _: up to ESC \, or BEL */
};

#define BEL 0x07
#define CAN 0x18
#define SUB 0x1a
#define ESC 0x1b
#define DEL 0x7f

#define PALETTE_DIGITS 7

void vt_parse_init(struct vt_parser *parser, const struct vt_parse_ops *ops, void *context)
{
    *parser = (struct vt_parser){.ops = ops, .context = context, .state = STATE_TEXT};
}

static void csi_begin(struct vt_parser *parser)
{
    parser->state = STATE_CSI;
    parser->marker = 0;
    parser->intermediate = 0;
    parser->param_count = 1;
    memset(parser->params, 0, sizeof(parser->params));
}

/* A digit or a semicolon. Parameters beyond the last that is kept are counted, but not stored. */
static void csi_param(struct vt_parser *parser, uint8_t byte)
{
    uint16_t *param;

    if (byte == ';') {
        parser->param_count = min(parser->param_count + 1, VT_PARAMS_MAX + 1u);
        return;
    }
    if (parser->param_count > VT_PARAMS_MAX)
        return;
    param = &parser->params[parser->param_count - 1];
    *param = (uint16_t)min(*param * 10 + (byte - '0'), VT_PARAM_MAX);
}

static void csi_byte(struct vt_parser *parser, uint8_t byte)
{
    if ((byte >= '0' && byte <= '9') || byte == ';') {
        csi_param(parser, byte);
    } else if (byte >= '<' && byte <= '?') {
        parser->marker = byte;
    } else if (byte <= ':') {
        parser->intermediate = byte;
    } else if (byte == '[') {
        parser->state = STATE_FUNCTION;
    } else {
        parser->state = STATE_TEXT;
        if (!parser->intermediate)
            parser->ops->csi(parser->context, parser->marker, parser->params,
                             min_t(unsigned, parser->param_count, VT_PARAMS_MAX), byte);
    }
}

static void escape_byte(struct vt_parser *parser, uint8_t byte)
{
    if (byte < '0') {
        parser->intermediate = byte;
        return;
    }
    parser->state = STATE_TEXT;
    if (parser->intermediate)
        parser->ops->escape(parser->context, parser->intermediate, byte);
    else if (byte == '[')
        csi_begin(parser);
    else if (byte == ']')
        parser->state = STATE_COMMAND;
    else if (byte == 'P' || byte == 'X' || byte == '^' || byte == '_')
        parser->state = STATE_STRING;
    else
        parser->ops->escape(parser->context, 0, byte);
}

static void command_byte(struct vt_parser *parser, uint8_t byte)
{
    parser->state = STATE_STRING;
    if (byte == 'P') {
        parser->state = STATE_PALETTE;
        parser->skip = PALETTE_DIGITS;
    } else if (byte == 'R') {
        parser->state = STATE_TEXT;
    }
}

/* C0 controls act even inside a sequence (as on a VT100), but not inside a string. */
static void control_byte(struct vt_parser *parser, uint8_t byte)
{
    bool in_string = parser->state == STATE_STRING || parser->state == STATE_COMMAND;

    if (byte == ESC) {
        parser->state = STATE_ESCAPE;
        parser->intermediate = 0;
    } else if (byte == CAN || byte == SUB || (in_string && byte == BEL)) {
        parser->state = STATE_TEXT;
    } else if (byte && !in_string) {
        parser->ops->control(parser->context, byte);
    }
}

static void ascii_byte(struct vt_parser *parser, uint8_t byte)
{
    if (byte < 0x20) {
        control_byte(parser, byte);
        return;
    }
    if (byte == DEL)
        return;
    switch (parser->state) {
    case STATE_TEXT:
        parser->ops->print(parser->context, byte);
        break;
    case STATE_ESCAPE:
        escape_byte(parser, byte);
        break;
    case STATE_CSI:
        csi_byte(parser, byte);
        break;
    case STATE_FUNCTION:
        parser->state = STATE_TEXT;
        break;
    case STATE_COMMAND:
        command_byte(parser, byte);
        break;
    case STATE_PALETTE:
        if (--parser->skip == 0)
            parser->state = STATE_TEXT;
        break;
    default:
        break;
    }
}

/* Text above ASCII. The C1 controls among it (U+0080 .. U+009f) show nothing and do nothing. */
static void code_put(struct vt_parser *parser, uint32_t code)
{
    if (code >= 0xa0)
        parser->ops->print(parser->context, code);
}

/* The first byte of a UTF-8 sequence (RFC 3629, section 3), or one that can't be. */
static void utf8_begin(struct vt_parser *parser, uint8_t byte)
{
    static const uint32_t lowest[] = {0, 0x80, 0x800, 0x10000};
    unsigned missing = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;

    if (byte < 0xc2 || byte > 0xf4) {
        code_put(parser, VT_REPLACEMENT);
        return;
    }
    parser->utf8_missing = missing;
    parser->utf8_lowest = lowest[missing];
    parser->utf8_code = byte & (0x3fu >> missing);
}

static void utf8_continue(struct vt_parser *parser, uint8_t byte)
{
    uint32_t code = parser->utf8_code << 6 | (byte & 0x3f);

    parser->utf8_code = code;
    if (--parser->utf8_missing)
        return;
    if (code < parser->utf8_lowest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        code = VT_REPLACEMENT;
    code_put(parser, code);
}

/* A byte above ASCII ends a sequence that it can't be part of; strings may hold UTF-8. */
static void high_byte(struct vt_parser *parser, uint8_t byte)
{
    if (parser->state == STATE_STRING || parser->state == STATE_COMMAND) {
        parser->state = STATE_STRING;
        return;
    }
    parser->state = STATE_TEXT;
    if (parser->utf8_missing && byte < 0xc0) {
        utf8_continue(parser, byte);
        return;
    }
    if (parser->utf8_missing)
        code_put(parser, VT_REPLACEMENT);
    parser->utf8_missing = 0;
    utf8_begin(parser, byte);
}

void vt_parse(struct vt_parser *parser, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t byte = (uint8_t)bytes[i];

        if (byte >= 0x80) {
            high_byte(parser, byte);
            continue;
        }
        if (parser->utf8_missing)
            code_put(parser, VT_REPLACEMENT);
        parser->utf8_missing = 0;
        ascii_byte(parser, byte);
    }
}
