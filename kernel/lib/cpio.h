/*
 * Reader of cpio archives in the "newc" format (magic 070701; man 5 cpio, "New ASCII Format"), in
 * memory, one member per call. Nothing in the archive is trusted; nothing is copied: names and data
 * point into the archive. No locking.
 *
 *     struct cpio_reader reader;
 *     cpio_open(&reader, start, size);
 *     while ((result = cpio_next(&reader, &entry)) > 0)
 *         ...
 *     if (result < 0)
 *         log("%s at byte %zu", reader.error, reader.offset);
 */
#ifndef LIMEN_LIB_CPIO_H
#define LIMEN_LIB_CPIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/lib/compiler.h"

/* Longest name of a member, with its NUL: Linux's PATH_MAX. */
#define CPIO_NAME_MAX 4096

struct cpio_reader {
    const uint8_t *bytes;
    size_t size;
    size_t offset;     /* of the next header; after an error, of the malformed member */
    unsigned archive;  /* how many trailers were passed: the number of the archive being read */
    bool in_archive;   /* a header was read and its archive's trailer not yet */
    const char *error; /* one line, why cpio_next failed; NULL before */
};

struct cpio_entry {
    const char *name;    /* as in the archive, may be absolute or hold ..; never empty */
    size_t name_length;  /* without NUL; strlen(name) */
    const uint8_t *data; /* filesize bytes: the file, or a symbolic link's target without NUL */
    uint32_t filesize;
    uint32_t ino; /* members of one archive with equal (devmajor, devminor, ino) are hard links */
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
    uint32_t nlink;
    uint32_t mtime;
    uint32_t devmajor;
    uint32_t devminor;
    uint32_t rdevmajor;
    uint32_t rdevminor;
    unsigned archive; /* number of the archive in a concatenation: links don't cross it */
};

/* Starts reading the `size` bytes at `bytes`, which must outlive all entries. */
void cpio_open(struct cpio_reader *reader, const void *bytes, size_t size);

/*
 * Reads the next member into *entry. Returns 1; 0 at the end, that is after a trailer and zero
 * padding only (archives may be concatenated, with zero padding between; an empty range is an empty
 * archive); -EINVAL when malformed: reader->error says why, and all further calls fail too.
 */
int __must_check cpio_next(struct cpio_reader *reader, struct cpio_entry *entry);

#endif
