/* Unit test of kernel/lib/cpio: archives built here, each kind of damage, and a mutation fuzz. */
#include "tests/unit/unit.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/cpio.h"

static uint8_t archive[16384];
static size_t archive_size;
static volatile uint8_t touched; /* what was read only for ASan to see */

static void append(const void *bytes, size_t size)
{
    memcpy(archive + archive_size, bytes, size);
    archive_size += size;
}

static void pad(size_t alignment)
{
    while (archive_size % alignment)
        archive[archive_size++] = 0;
}

/* Appends a member whose fields are 0x10, 0x11, ... but for the sizes. */
static void append_member(const char *name, const void *data, uint32_t size)
{
    char header[111];

    snprintf(header, sizeof(header), "070701%08x%08x%08X%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
             0x10, 0x11, 0xABCDEF12u, 0x13, 0x14, 0x15, size, 0x16, 0x17, 0x18, 0x19,
             (unsigned)strlen(name) + 1, 0);
    append(header, 110);
    append(name, strlen(name) + 1);
    pad(4);
    append(data, size);
    pad(4);
}

static void build(void)
{
    archive_size = 0;
    append_member(".", "", 0);
    append_member("bin/hello", "#!/bin/sh\n", 10);
    append_member("abc", "1234567", 7);
    append_member("TRAILER!!!", "", 0);
}

/* Reads all of a heap copy of exactly the archive's size; the last result. */
static int read_all(unsigned *members, const char **error)
{
    uint8_t *copy = unit_copy(archive, archive_size);
    struct cpio_reader reader;
    struct cpio_entry entry;
    int result;

    *members = 0;
    cpio_open(&reader, copy, archive_size);
    while ((result = cpio_next(&reader, &entry)) > 0) {
        ++*members;
        CHECK_EQ(strlen(entry.name), entry.name_length);
        CHECK(entry.name_length > 0 && entry.name_length < CPIO_NAME_MAX);
        for (uint32_t i = 0; i < entry.filesize; i++)
            touched = entry.data[i];
    }
    CHECK((result < 0) == (reader.error != NULL));
    CHECK(reader.offset <= archive_size);
    if (result < 0)
        CHECK_EQ(cpio_next(&reader, &entry), -EINVAL);
    *error = reader.error;
    free(copy);
    return result;
}

static void check_good(unsigned wanted)
{
    unsigned members;
    const char *error;

    CHECK_EQ(read_all(&members, &error), 0);
    CHECK_EQ(members, wanted);
}

static void check_bad(unsigned wanted, const char *why)
{
    unsigned members;
    const char *error;

    CHECK_EQ(read_all(&members, &error), -EINVAL);
    CHECK_EQ(members, wanted);
    CHECK_STR(error, why);
}

static void test_fields(void)
{
    struct cpio_reader reader;
    struct cpio_entry entry;

    build();
    cpio_open(&reader, archive, archive_size);
    CHECK_EQ(cpio_next(&reader, &entry), 1);
    CHECK_STR(entry.name, ".");
    CHECK_EQ(entry.filesize, 0);
    CHECK_EQ(cpio_next(&reader, &entry), 1);
    CHECK_STR(entry.name, "bin/hello");
    CHECK_EQ(entry.name_length, 9);
    CHECK_EQ(entry.filesize, 10);
    CHECK_MEM(entry.data, "#!/bin/sh\n", 10);
    CHECK_EQ(entry.ino, 0x10);
    CHECK_EQ(entry.mode, 0x11);
    CHECK_EQ(entry.uid, 0xabcdef12);
    CHECK_EQ(entry.gid, 0x13);
    CHECK_EQ(entry.nlink, 0x14);
    CHECK_EQ(entry.mtime, 0x15);
    CHECK_EQ(entry.devmajor, 0x16);
    CHECK_EQ(entry.devminor, 0x17);
    CHECK_EQ(entry.rdevmajor, 0x18);
    CHECK_EQ(entry.rdevminor, 0x19);
    CHECK_EQ(entry.archive, 0);
    CHECK_EQ(cpio_next(&reader, &entry), 1);
    CHECK_MEM(entry.data, "1234567", 7);
    CHECK_EQ(cpio_next(&reader, &entry), 0);
    CHECK_EQ(cpio_next(&reader, &entry), 0);
}

static void test_ends(void)
{
    archive_size = 0;
    check_good(0);
    memset(archive, 0, 513);
    archive_size = 513;
    check_good(0);
    build();
    check_good(3);
    pad(512);
    check_good(3);
    append("\0", 1);
    check_good(3);
}

static void test_concatenation(void)
{
    struct cpio_reader reader;
    struct cpio_entry entry;
    unsigned archives[2] = {0, 0};

    build();
    pad(512);
    append_member("second", "2", 1);
    append_member("TRAILER!!!", "", 0);
    check_good(4);
    cpio_open(&reader, archive, archive_size);
    while (cpio_next(&reader, &entry) > 0) {
        CHECK(entry.archive < 2);
        archives[entry.archive]++;
    }
    CHECK_EQ(archives[0], 3);
    CHECK_EQ(archives[1], 1);
    CHECK_EQ(reader.archive, 2);
    build();
    append("\0\0", 2);
    append_member("odd", "", 0);
    check_bad(3, "cpio: archive does not begin at a multiple of 4 bytes");
    build();
    append("junk", 4);
    check_bad(3, "cpio: archive ends inside a header");
}

/* Each length that the archive can be cut to, but for the padding of the trailer, is an error. */
static void test_truncation(void)
{
    size_t whole;

    build();
    whole = archive_size;
    for (size_t size = 1; size < whole; size++) {
        unsigned members;
        const char *error;

        archive_size = size;
        if (whole - size < 4)
            check_good(3);
        else
            CHECK_EQ(read_all(&members, &error), -EINVAL);
    }
}

/* Overwrites a header field of the second member, at 8-digit column `field`. */
static void check_field(unsigned field, const char *digits, const char *why)
{
    size_t second = 112;

    build();
    memcpy(archive + second + 6 + 8 * field, digits, 8);
    check_bad(1, why);
}

static void test_malformed(void)
{
    check_field(0, "0000000g", "cpio: header field is not hexadecimal");
    check_field(3, "-0000001", "cpio: header field is not hexadecimal");
    check_field(4, " 0000001", "cpio: header field is not hexadecimal");
    check_field(5, "0x000001", "cpio: header field is not hexadecimal");
    check_field(6, "ffffffff", "cpio: archive ends inside a file");
    check_field(11, "00000000", "cpio: name is empty or too long");
    check_field(11, "00000001", "cpio: name is empty or too long");
    check_field(11, "00001001", "cpio: name is empty or too long");
    check_field(11, "00001000", "cpio: archive ends inside a name");
    check_field(11, "ffffffff", "cpio: name is empty or too long");
    check_field(11, "00000009", "cpio: name does not end with its only NUL");
    check_field(11, "0000000b", "cpio: name does not end with its only NUL");
    build();
    memcpy(archive + 112, "070702", 6);
    check_bad(1, "cpio: header without the magic number 070701");
    build();
    archive[112 + 110 + 3] = 0;
    check_bad(1, "cpio: name does not end with its only NUL");
    archive_size = 112;
    check_bad(1, "cpio: archive ends without a trailer");
}

static void test_longest_name(void)
{
    char name[CPIO_NAME_MAX + 1];

    memset(name, 'n', sizeof(name));
    name[CPIO_NAME_MAX - 1] = '\0';
    archive_size = 0;
    append_member(name, "x", 1);
    append_member("TRAILER!!!", "", 0);
    check_good(1);
    name[CPIO_NAME_MAX - 1] = 'n';
    name[CPIO_NAME_MAX] = '\0';
    archive_size = 0;
    append_member(name, "x", 1);
    append_member("TRAILER!!!", "", 0);
    check_bad(0, "cpio: name is empty or too long");
}

static void test_fuzz(void)
{
    for (unsigned i = 0; i < 20000; i++) {
        unsigned members;
        const char *error;
        size_t digit;

        build();
        if (i % 2) {
            digit = 112 + 6 + unit_below(104);
            archive[digit] = (uint8_t) "0123456789abcdefF"[unit_below(17)];
        }
        if (i % 4 != 1)
            unit_mutate(archive, &archive_size);
        CHECK(read_all(&members, &error) <= 0);
    }
}

int main(void)
{
    UNIT_RUN(test_fields);
    UNIT_RUN(test_ends);
    UNIT_RUN(test_concatenation);
    UNIT_RUN(test_truncation);
    UNIT_RUN(test_malformed);
    UNIT_RUN(test_longest_name);
    UNIT_RUN(test_fuzz);
    return unit_result();
}
