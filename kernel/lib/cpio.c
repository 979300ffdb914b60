/* Reader of newc cpio archives; see cpio.h. */
#include "kernel/lib/cpio.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"

/*
 * A member is a header of ASCII text, the name with its NUL, zero padding to a multiple of 4 (of
 * the offset in the archive), the data, and padding again. The header is the magic number and 13
 * fields of 8 hexadecimal digits, in this order.
 */
#define MAGIC "070701"
#define MAGIC_SIZE 6
#define FIELD_SIZE 8
#define HEADER_SIZE (MAGIC_SIZE + FIELD_COUNT * FIELD_SIZE)
#define ALIGNMENT 4

enum field {
    FIELD_INO,
    FIELD_MODE,
    FIELD_UID,
    FIELD_GID,
    FIELD_NLINK,
    FIELD_MTIME,
    FIELD_FILESIZE,
    FIELD_DEVMAJOR,
    FIELD_DEVMINOR,
    FIELD_RDEVMAJOR,
    FIELD_RDEVMINOR,
    FIELD_NAMESIZE,
    FIELD_CHECK, /* 0 in this format, and not looked at */
    FIELD_COUNT,
};

#define TRAILER "TRAILER!!!"

void cpio_open(struct cpio_reader *reader, const void *bytes, size_t size)
{
    *reader = (struct cpio_reader){.bytes = bytes, .size = size};
}

static int fail(struct cpio_reader *reader, const char *error)
{
    reader->error = error;
    return -EINVAL;
}

/* False if one of the 8 characters is not a hexadecimal digit. */
static bool field_parse(const uint8_t *text, uint32_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < FIELD_SIZE; i++) {
        uint8_t digit = text[i];

        if (digit >= '0' && digit <= '9')
            digit -= '0';
        else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f')
            digit = (uint8_t)((digit | 0x20) - 'a' + 10);
        else
            return false;
        *value = *value << 4 | digit;
    }
    return true;
}

static int header_parse(struct cpio_reader *reader, const uint8_t *header,
                        uint32_t fields[FIELD_COUNT])
{
    if (memcmp(header, MAGIC, MAGIC_SIZE) != 0)
        return fail(reader, "cpio: header without the magic number 070701");
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (!field_parse(header + MAGIC_SIZE + i * FIELD_SIZE, &fields[i]))
            return fail(reader, "cpio: header field is not hexadecimal");
    }
    return 0;
}

static void entry_fill(struct cpio_entry *entry, const uint32_t fields[FIELD_COUNT])
{
    entry->ino = fields[FIELD_INO];
    entry->mode = fields[FIELD_MODE];
    entry->uid = fields[FIELD_UID];
    entry->gid = fields[FIELD_GID];
    entry->nlink = fields[FIELD_NLINK];
    entry->mtime = fields[FIELD_MTIME];
    entry->filesize = fields[FIELD_FILESIZE];
    entry->devmajor = fields[FIELD_DEVMAJOR];
    entry->devminor = fields[FIELD_DEVMINOR];
    entry->rdevmajor = fields[FIELD_RDEVMAJOR];
    entry->rdevminor = fields[FIELD_RDEVMINOR];
}

/* Where the next aligned thing begins; never behind the archive's end. */
static size_t offset_align(const struct cpio_reader *reader, size_t offset)
{
    return offset + min((0 - offset) % ALIGNMENT, reader->size - offset);
}

/* Reads the member whose header is at reader->offset, and moves the offset behind it. */
static int member_read(struct cpio_reader *reader, struct cpio_entry *entry)
{
    size_t offset = reader->offset;
    uint32_t fields[FIELD_COUNT];
    uint32_t name_size;
    int result;

    if (reader->size - offset < HEADER_SIZE)
        return fail(reader, "cpio: archive ends inside a header");
    result = header_parse(reader, reader->bytes + offset, fields);
    if (result)
        return result;
    offset += HEADER_SIZE;
    name_size = fields[FIELD_NAMESIZE];
    if (name_size < 2 || name_size > CPIO_NAME_MAX)
        return fail(reader, "cpio: name is empty or too long");
    if (name_size > reader->size - offset)
        return fail(reader, "cpio: archive ends inside a name");
    entry->name = (const char *)reader->bytes + offset;
    entry->name_length = name_size - 1;
    if (strnlen(entry->name, name_size) != entry->name_length)
        return fail(reader, "cpio: name does not end with its only NUL");
    offset = offset_align(reader, offset + name_size);
    if (fields[FIELD_FILESIZE] > reader->size - offset)
        return fail(reader, "cpio: archive ends inside a file");
    entry_fill(entry, fields);
    entry->data = reader->bytes + offset;
    entry->archive = reader->archive;
    reader->offset = offset_align(reader, offset + entry->filesize);
    return 0;
}

/* Between archives: skips zero padding. 1 when a header may follow, 0 at the end. */
static int archive_find(struct cpio_reader *reader)
{
    while (reader->offset < reader->size && reader->bytes[reader->offset] == 0)
        reader->offset++;
    if (reader->offset == reader->size)
        return 0;
    if (reader->offset % ALIGNMENT)
        return fail(reader, "cpio: archive does not begin at a multiple of 4 bytes");
    return 1;
}

int cpio_next(struct cpio_reader *reader, struct cpio_entry *entry)
{
    int result;

    while (!reader->error) {
        if (!reader->in_archive) {
            result = archive_find(reader);
            if (result <= 0)
                return result;
        }
        if (reader->offset == reader->size)
            return fail(reader, "cpio: archive ends without a trailer");
        result = member_read(reader, entry);
        if (result)
            return result;
        reader->in_archive = strcmp(entry->name, TRAILER) != 0;
        if (reader->in_archive)
            return 1;
        reader->archive++;
    }
    return -EINVAL;
}
