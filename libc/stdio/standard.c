/* stdin, stdout, stderr. stdout learns at its first write whether it is a terminal. */
#include "libc/stdio/file.h"
#include "libc/thread/thread.h"

static unsigned char in_space[UNGET_BYTES + BUFSIZ];
static unsigned char out_space[UNGET_BYTES + BUFSIZ];
static unsigned char err_space[UNGET_BYTES + 1];

static struct limen_file in_file;
static struct limen_file out_file;
static struct limen_file err_file;

static struct limen_file in_file = {
    .ops = &__file_fd_ops,
    .fd = 0,
    .flags = FILE_READABLE | FILE_STATIC,
    .mode = _IOFBF,
    .buf = in_space + UNGET_BYTES,
    .buf_size = BUFSIZ,
    .next = &out_file,
};
static struct limen_file out_file = {
    .ops = &__file_fd_ops,
    .fd = 1,
    .flags = FILE_WRITABLE | FILE_CHOOSE_MODE | FILE_STATIC,
    .mode = _IOFBF,
    .buf = out_space + UNGET_BYTES,
    .buf_size = BUFSIZ,
    .next = &err_file,
    .previous = &in_file,
};
static struct limen_file err_file = {
    .ops = &__file_fd_ops,
    .fd = 2,
    .flags = FILE_WRITABLE | FILE_STATIC,
    .mode = _IONBF,
    .buf = err_space + UNGET_BYTES,
    .previous = &out_file,
};

FILE *const stdin = &in_file;
FILE *const stdout = &out_file;
FILE *const stderr = &err_file;

FILE *__stdio_files = &in_file;
struct limen_lock __stdio_lock;

/* These are here because a program that has streams has this file. */
void __stdio_exit(void)
{
    __lock(&__stdio_lock);
    for (FILE *file = __stdio_files; file; file = file->next) {
        if (__file_seize(file)) {
            __file_sync(file);
            __unlock(&file->lock);
        }
    }
    __unlock(&__stdio_lock);
}

void __stdio_fork_child(void)
{
    struct limen_thread *self = thread_self();

    for (FILE *file = __stdio_files; file; file = file->next) {
        if (file->lock.owner != self)
            file->lock = (struct limen_lock){0};
    }
}
