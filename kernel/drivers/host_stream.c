/*
 * The host's stream on COM4. See host_stream.h.
 */
#include "kernel/drivers/host_stream.h"

#define DLE 0x10
#define EOT 0x04

size_t host_stream_decode(struct host_stream *stream, uint8_t byte,
                          uint8_t out[HOST_STREAM_EXPANSION])
{
    bool introduced = stream->introduced;

    if (stream->ended)
        return 0;
    stream->introduced = !introduced && byte == DLE;
    if (stream->introduced)
        return 0;
    if (introduced && byte == EOT) {
        stream->ended = true;
        return 0;
    }
    out[0] = introduced ? DLE : byte;
    out[1] = byte;
    return introduced && byte != DLE ? 2 : 1;
}
