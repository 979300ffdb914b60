/*
 * sh: redirections (POSIX, "Redirection"). For a program they are made in the child, for good; for
 * a built-in command the shell makes them in itself, and undoes them after it. open(2), dup2(2),
 * fcntl(2).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/sh/run.h"

int fd_make_private(int fd)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, FD_PRIVATE_FIRST);

    if (copy >= 0)
        close(fd);
    return copy;
}

bool pipe_open(struct shell *sh, int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) < 0) {
        shell_error(sh, "cannot make a pipe: %s", strerror(errno));
        return false;
    }
    for (int i = 0; i < 2; i++) {
        if (ends[i] <= STDERR_FILENO)
            ends[i] = fd_make_private(ends[i]);
    }
    return true;
}

/* Keeps what FD is now, out of the sight of commands, on the list *SAVED. */
static bool fd_save(struct shell *sh, int fd, struct saved_fd **saved)
{
    struct saved_fd *entry;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, FD_PRIVATE_FIRST);

    if (copy < 0 && errno != EBADF) {
        shell_error(sh, "%d: %s", fd, strerror(errno));
        return false;
    }
    entry = arena_alloc(&sh->arena, sizeof(*entry));
    *entry = (struct saved_fd){.next = *saved, .fd = fd, .copy = copy};
    *saved = entry;
    return true;
}

/* The last one saved is the first to come back: a descriptor may have been replaced twice. */
void redirections_undo(struct saved_fd *saved)
{
    for (; saved; saved = saved->next) {
        if (saved->copy < 0) {
            close(saved->fd);
        } else {
            dup2(saved->copy, saved->fd);
            close(saved->copy);
        }
    }
}

static int open_flags(enum redirection_kind kind)
{
    switch (kind) {
    case REDIRECT_READ:
        return O_RDONLY;
    case REDIRECT_READ_WRITE:
        return O_RDWR | O_CREAT;
    case REDIRECT_APPEND:
        return O_WRONLY | O_CREAT | O_APPEND;
    default:
        return O_WRONLY | O_CREAT | O_TRUNC;
    }
}

/* With `set -C` > makes files and writes to devices, and overwrites nothing. */
static int no_clobber_open(const char *path)
{
    int opened = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
    struct stat status;

    if (opened >= 0 || errno != EEXIST)
        return opened;
    opened = open(path, O_WRONLY);
    if (opened >= 0 && fstat(opened, &status) == 0 && !S_ISREG(status.st_mode))
        return opened;
    if (opened >= 0)
        close(opened);
    errno = EEXIST;
    return -1;
}

/* Makes OPENED the descriptor FD, and closes it. */
static bool fd_place(struct shell *sh, int opened, int fd)
{
    bool moved;

    if (opened == fd)
        return fcntl(fd, F_SETFD, 0) == 0; /* a pipe's end was not for commands */
    moved = dup2(opened, fd) >= 0;
    if (!moved)
        shell_error(sh, "%d: %s", fd, strerror(errno));
    close(opened);
    return moved;
}

/* < FILE and its like. */
static bool file_redirect(struct shell *sh, const struct redirection *redirection, const char *path)
{
    bool no_clobber = redirection->kind == REDIRECT_WRITE && sh->options[OPTION_NOCLOBBER];
    int opened =
        no_clobber ? no_clobber_open(path) : open(path, open_flags(redirection->kind), 0666);

    if (opened < 0) {
        shell_error(sh, "%s: %s", path, strerror(errno));
        return false;
    }
    return fd_place(sh, opened, redirection->fd);
}

/* >&DIGIT makes FD a copy; >&- closes it. The shell's own descriptors are not there to be copied.
 */
static bool fd_redirect(struct shell *sh, const struct redirection *redirection, const char *target)
{
    int source = target[0] - '0';

    if (strcmp(target, "-") == 0) {
        close(redirection->fd);
        return true;
    }
    if (strlen(target) != 1 || source < 0 || source > 9) {
        shell_error(sh, "%s: not a descriptor (0 to 9)", target);
        return false;
    }
    if (fcntl(source, F_GETFD) < 0 ||
        (source != redirection->fd && dup2(source, redirection->fd) < 0)) {
        shell_error(sh, "%d: %s", source, strerror(errno));
        return false;
    }
    return true;
}

static void all_write(int fd, const char *text, size_t count)
{
    while (count > 0) {
        ssize_t written = write(fd, text, count);

        if (written < 0 && errno != EINTR)
            return;
        if (written > 0) {
            text += written;
            count -= (size_t)written;
        }
    }
}

/* A here-document comes through a pipe; one that may not fit in it, from a child that waits. */
static bool document_redirect(struct shell *sh, const struct redirection *redirection,
                              const char *text)
{
    size_t length = strlen(text);
    int ends[2];

    if (!pipe_open(sh, ends))
        return false;
    if (length <= PIPE_BUF) {
        all_write(ends[1], text, length);
    } else if (job_fork(sh, NULL, false) == 0) {
        close(ends[0]);
        all_write(ends[1], text, length);
        _exit(0);
    }
    close(ends[1]);
    return fd_place(sh, ends[0], redirection->fd);
}

bool redirections_apply(struct shell *sh, const struct redirection *redirections,
                        struct saved_fd **saved)
{
    for (; redirections; redirections = redirections->next) {
        const char *target = parts_expand(sh, redirections->target);
        bool done;

        if (sh->unwind || (saved && !fd_save(sh, redirections->fd, saved)))
            return false;
        if (redirections->kind == REDIRECT_COPY)
            done = fd_redirect(sh, redirections, target);
        else if (redirections->kind == REDIRECT_DOCUMENT)
            done = document_redirect(sh, redirections, target);
        else
            done = file_redirect(sh, redirections, target);
        if (!done)
            return false;
    }
    return true;
}
