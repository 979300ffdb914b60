/* An open directory: a descriptor and the records that the last getdents64 gave. */
#ifndef LIMEN_LIBC_DIRENT_DIR_H
#define LIMEN_LIBC_DIRENT_DIR_H

#include <dirent.h>

#define DIR_BYTES 4096

struct limen_dir {
    int fd;
    int next; /* offset of the record to be read next */
    int end;  /* of the records in data */
    off_t position;
    char data[DIR_BYTES] __attribute__((aligned(8)));
};

#endif
