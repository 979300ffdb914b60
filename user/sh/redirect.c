/*
 * sh: redirections (POSIX, "Redirection"). For a program they are made in the child, for good; for
 * a built-in command the shell makes them in itself, and undoes them after it. open(2), dup2(2),
 * fcntl(2).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/sh.h"

int fd_make_private(int fd)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, FD_PRIVATE_FIRST);

    if (copy >= 0)
        close(fd);
    return copy;
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

static int open_flags(enum token_kind operation)
{
    switch (operation) {
    case TOKEN_LESS:
        return O_RDONLY;
    case TOKEN_READ_WRITE:
        return O_RDWR | O_CREAT;
    case TOKEN_APPEND:
        return O_WRONLY | O_CREAT | O_APPEND;
    default:
        return O_WRONLY | O_CREAT | O_TRUNC;
    }
}

/* < FILE and its like. */
static bool file_redirect(struct shell *sh, const struct redirection *redirection, const char *path)
{
    int opened = open(path, open_flags(redirection->operation), 0666);

    if (opened < 0) {
        shell_error(sh, "%s: %s", path, strerror(errno));
        return false;
    }
    if (opened == redirection->fd)
        return true;

    bool moved = dup2(opened, redirection->fd) >= 0;

    if (!moved)
        shell_error(sh, "%d: %s", redirection->fd, strerror(errno));
    close(opened);
    return moved;
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

bool redirections_apply(struct shell *sh, const struct redirection *redirections,
                        struct saved_fd **saved)
{
    for (; redirections; redirections = redirections->next) {
        const char *target = text_expand(sh, redirections->target);
        bool copies =
            redirections->operation == TOKEN_LESS_AND || redirections->operation == TOKEN_GREAT_AND;

        if (saved && !fd_save(sh, redirections->fd, saved))
            return false;
        if (!(copies ? fd_redirect : file_redirect)(sh, redirections, target))
            return false;
    }
    return true;
}
