/*
 * What a stream is: a descriptor (or another source, by its operations), a buffer, and which way
 * the buffer is being used.
 *
 * At any time a stream is idle, reading (read_end is set) or writing (write_end is set):
 *
 *      buf ......... read_pos ######### read_end ....... buf + buf_size    # not yet read
 *      buf ######### write_pos ........................ write_end          # not yet written
 *
 * Before buf lie UNGET_BYTES for ungetc at the buffer's start. write_end is buf for a stream that
 * has no room by design (unbuffered) and buf + buf_size else.
 *
 * A stream's lock guards it: a public function has it while it works, once more than its caller may
 * have (flockfile); the functions here expect it. __stdio_lock guards the list of streams, and is
 * taken before theirs.
 */
#ifndef LIMEN_LIBC_STDIO_FILE_H
#define LIMEN_LIBC_STDIO_FILE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "libc/thread/lock.h"

#define UNGET_BYTES 8

enum {
    FILE_READABLE = 1,
    FILE_WRITABLE = 2,
    FILE_APPENDS = 4,
    FILE_EOF = 8,
    FILE_ERROR = 16,
    FILE_OWNS_BUF = 32,
    FILE_CHOOSE_MODE = 64, /* line-buffered if the first write finds a terminal */
    FILE_STATIC = 128,     /* one of the three; never freed */
};

struct file_ops {
    ssize_t (*read)(FILE *file, void *buf, size_t size);
    ssize_t (*write)(FILE *file, const void *buf, size_t size);
    off_t (*seek)(FILE *file, off_t offset, int whence);
    int (*close)(FILE *file);
};

struct limen_file {
    struct limen_lock lock;
    const struct file_ops *ops;
    void *cookie; /* of ops */
    int fd;
    unsigned int flags;
    int mode; /* _IOFBF, _IOLBF or _IONBF */
    unsigned char *buf;
    size_t buf_size;
    unsigned char *read_pos;
    unsigned char *read_end;
    unsigned char *write_pos;
    unsigned char *write_end;
    pid_t child; /* of popen */
    FILE *next;
    FILE *previous;
};

/* All open streams, for fflush(NULL) and exit. */
extern FILE *__stdio_files;
extern struct limen_lock __stdio_lock;
void __file_link(FILE *file);
void __file_unlink(FILE *file);
/* Takes the stream's lock, but not from a thread that waits for input, perhaps for ever: false. */
bool __file_seize(FILE *file);

extern const struct file_ops __file_fd_ops;

/* A stream without a source yet, its buffer allocated; NULL and errno when out of memory. */
FILE *__file_new(unsigned int flags);
void __file_free(FILE *file);

/* Translates "r+e" and so on into open's flags; -1 and EINVAL if it is none of them. */
int __file_parse_mode(const char *mode);
unsigned int __file_mode_flags(int open_flags);

/* Turn the stream: make it readable (or writable) now. EOF, with the error flag, if it can't be. */
int __file_to_read(FILE *file);
int __file_to_write(FILE *file);

/* Read from behind the buffer, which is empty; sets the flags for the end and for errors. */
ssize_t __file_read(FILE *file, void *buf, size_t size);
/* Read more into the buffer if it is empty; the next character, or EOF. */
int __file_underflow(FILE *file);
/* Write out what is buffered. */
int __file_flush(FILE *file);
/* As fwrite of bytes: how many were taken. */
size_t __file_write(FILE *file, const void *data, size_t size);

/* A stream on the stack that reads a string. */
void __file_from_string(FILE *file, const char *text);

/* The next character, or EOF, for who has the lock. */
static inline int file_getc(FILE *file)
{
    return file->read_pos < file->read_end ? *file->read_pos++ : __file_underflow(file);
}
int __file_ungetc(int c, FILE *file);
/* As fflush of one stream. */
int __file_sync(FILE *file);

/* What exit does for streams; and the child of fork, where other threads' locks are nobody's. */
void __stdio_exit(void);
void __stdio_fork_child(void);

#endif
