/*
 * How the host sends an endless stream with an end through COM4: the byte 0x10 (DLE) introduces.
 * 0x10 0x10 is one byte 0x10, 0x10 0x04 the end of the stream; before any other byte it is itself.
 * Pure; the owner's lock guards it.
 */
#ifndef LIMEN_DRIVERS_HOST_STREAM_H
#define LIMEN_DRIVERS_HOST_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one byte of the line becomes at most. */
#define HOST_STREAM_EXPANSION 2

struct host_stream {
    bool introduced; /* the last byte was an introducing 0x10 */
    bool ended;      /* for ever: what comes later is dropped */
};

/* Takes a byte of the line; puts what it makes of the stream into `out` and returns how many. */
size_t host_stream_decode(struct host_stream *stream, uint8_t byte,
                          uint8_t out[HOST_STREAM_EXPANSION]);

#endif
