/*
 * Time zones from the time zone database's compiled files, TZif. RFC 8536; `man 5 tzfile`.
 *
 * A file begins with a block whose times have 32 bits. From version 2 on, one of 64 bits and the
 * rule for all later times follow. Whoever wrote the file: no number in it is trusted.
 */
#include <endian.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc/time/zone.h"

enum {
    FILE_BYTES_MAX = 1 << 20,
    HEADER_BYTES = 44,
    KIND_BYTES = 6,
    OFFSET_MAX_S = 26 * 3600
};

/* What is left to read. */
struct tzif {
    const unsigned char *at;
    size_t left;
};

/* A block's counts, in the file's order. */
struct counts {
    uint32_t ut, standard, leaps, changes, kinds, letters;
};

static uint32_t number32(const unsigned char *bytes)
{
    uint32_t number;

    memcpy(&number, bytes, sizeof(number));
    return be32toh(number);
}

static time_t time_of(const unsigned char *bytes, size_t size)
{
    uint64_t number;

    if (size == 4)
        return (int32_t)number32(bytes);
    memcpy(&number, bytes, sizeof(number));
    return (time_t)be64toh(number);
}

/* Moves behind a block's header; gives its version, 0 if it is none. */
static char header_read(struct tzif *file, struct counts *counts)
{
    const unsigned char *header = file->at;
    char version;

    if (file->left < HEADER_BYTES || memcmp(header, "TZif", 4) != 0)
        return 0;
    *counts = (struct counts){number32(header + 20), number32(header + 24), number32(header + 28),
                              number32(header + 32), number32(header + 36), number32(header + 40)};
    version = header[4] ? (char)header[4] : '1';
    file->at += HEADER_BYTES;
    file->left -= HEADER_BYTES;
    return version;
}

/* The bytes of a block's data, SIZE_MAX if they can't be there. */
static size_t data_bytes(const struct tzif *file, const struct counts *counts, size_t time_bytes)
{
    uint64_t bytes = (uint64_t)counts->changes * (time_bytes + 1) +
                     (uint64_t)counts->kinds * KIND_BYTES + counts->letters +
                     (uint64_t)counts->leaps * (time_bytes + 4) + counts->standard + counts->ut;

    return bytes <= file->left ? (size_t)bytes : SIZE_MAX;
}

/* Kind number i, whose names are at `letters`. */
static bool kind_read(const unsigned char *bytes, const char *letters, uint32_t letter_count,
                      struct zone_kind *kind)
{
    int32_t offset = (int32_t)number32(bytes);

    if (bytes[5] >= letter_count || offset < -OFFSET_MAX_S || offset > OFFSET_MAX_S)
        return false;
    kind->offset = offset;
    kind->is_summer = bytes[4] != 0;
    kind->name =
        __zone_name(letters + bytes[5], strnlen(letters + bytes[5], letter_count - bytes[5]));
    return true;
}

/* Fills the zone from a block's data. Zones whose days have leap seconds aren't known: kernels have
 * none. */
static bool data_read(const unsigned char *at, const struct counts *counts, size_t time_bytes,
                      struct zone *zone)
{
    const unsigned char *after = at + (size_t)counts->changes * time_bytes,
                        *kinds = after + counts->changes;
    const char *letters = (const char *)kinds + (size_t)counts->kinds * KIND_BYTES;

    if (counts->leaps || counts->kinds == 0)
        return false;
    zone->kinds = reallocarray(NULL, counts->kinds, sizeof(zone->kinds[0]));
    zone->changes = reallocarray(NULL, counts->changes + 1, sizeof(zone->changes[0]));
    zone->kind_after = malloc(counts->changes + 1);
    if (!zone->kinds || !zone->changes || !zone->kind_after)
        return false;
    zone->kind_count = counts->kinds;
    zone->change_count = counts->changes;
    for (size_t i = 0; i < counts->kinds; i++)
        if (!kind_read(kinds + i * KIND_BYTES, letters, counts->letters, &zone->kinds[i]))
            return false;
    for (size_t i = 0; i < counts->changes; i++) {
        zone->changes[i] = time_of(at + i * time_bytes, time_bytes);
        zone->kind_after[i] = after[i];
        if (after[i] >= counts->kinds || (i > 0 && zone->changes[i] <= zone->changes[i - 1]))
            return false;
    }
    return true;
}

/* The rule stands between two newlines. None is none; a bad one makes a bad file. */
static bool footer_read(const struct tzif *file, struct zone *zone)
{
    const char *text = (const char *)file->at + 1;
    const char *end = file->left > 1 ? memchr(text, '\n', file->left - 1) : NULL;
    char rule[128];

    if (!end || file->at[0] != '\n' || (size_t)(end - text) >= sizeof(rule))
        return false;
    memcpy(rule, text, (size_t)(end - text));
    rule[end - text] = '\0';
    zone->has_rule = end > text;
    return !zone->has_rule || __zone_rule_parse(rule, &zone->rule);
}

static bool file_parse(struct tzif file, struct zone *zone)
{
    struct counts counts;
    char version = header_read(&file, &counts);
    size_t bytes = version ? data_bytes(&file, &counts, 4) : SIZE_MAX;

    if (bytes == SIZE_MAX)
        return false;
    if (version == '1')
        return data_read(file.at, &counts, 4, zone);
    file.at += bytes;
    file.left -= bytes;
    bytes = header_read(&file, &counts) ? data_bytes(&file, &counts, 8) : SIZE_MAX;
    if (bytes == SIZE_MAX || !data_read(file.at, &counts, 8, zone))
        return false;
    file.at += bytes;
    file.left -= bytes;
    return footer_read(&file, zone);
}

bool __zone_file_read(const char *path, struct zone *zone)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    unsigned char *bytes = NULL;
    bool done = false;

    *zone = (struct zone){0};
    if (fd < 0)
        return false;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size <= FILE_BYTES_MAX)
        bytes = malloc((size_t)info.st_size + 1);
    if (bytes && read(fd, bytes, (size_t)info.st_size) == info.st_size)
        done = file_parse((struct tzif){bytes, (size_t)info.st_size}, zone);
    free(bytes);
    close(fd);
    if (!done)
        __zone_free(zone);
    return done;
}

void __zone_free(struct zone *zone)
{
    free(zone->kinds);
    free(zone->changes);
    free(zone->kind_after);
    *zone = (struct zone){0};
}
