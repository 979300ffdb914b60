/* The list of a spawned child's file actions: made by the parent, run by the child. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc/spawn/actions.h"

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions)
{
    *actions = (posix_spawn_file_actions_t){NULL, NULL};
    return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions)
{
    while (actions->first) {
        struct limen_spawn_action *next = actions->first->next;

        free(actions->first);
        actions->first = next;
    }
    actions->last = NULL;
    return 0;
}

static int action_add(posix_spawn_file_actions_t *actions, const struct limen_spawn_action *action,
                      const char *path)
{
    size_t path_bytes = strlen(path) + 1;
    struct limen_spawn_action *added;

    if (action->fd < 0 || action->new_fd < 0)
        return EBADF;
    added = malloc(sizeof(*added) + path_bytes);
    if (!added)
        return ENOMEM;
    *added = *action;
    added->path = memcpy(added + 1, path, path_bytes);
    if (actions->last)
        actions->last->next = added;
    else
        actions->first = added;
    actions->last = added;
    return 0;
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict actions, int fd,
                                     const char *restrict path, int flags, mode_t mode)
{
    struct limen_spawn_action action = {.what = SPAWN_OPEN, .fd = fd, .flags = flags, .mode = mode};

    return action_add(actions, &action, path);
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions, int fd)
{
    return action_add(actions, &(struct limen_spawn_action){.what = SPAWN_CLOSE, .fd = fd}, "");
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int fd, int new_fd)
{
    struct limen_spawn_action action = {.what = SPAWN_DUP2, .fd = fd, .new_fd = new_fd};

    return action_add(actions, &action, "");
}

int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *restrict actions,
                                         const char *restrict path)
{
    return action_add(actions, &(struct limen_spawn_action){.what = SPAWN_CHDIR}, path);
}

int posix_spawn_file_actions_addfchdir_np(posix_spawn_file_actions_t *actions, int fd)
{
    return action_add(actions, &(struct limen_spawn_action){.what = SPAWN_FCHDIR, .fd = fd}, "");
}

/* That number, whatever open itself gives; what had it is closed first. */
static int open_as(const struct limen_spawn_action *action)
{
    int fd;

    close(action->fd);
    fd = open(action->path, action->flags, action->mode);
    if (fd < 0 || fd == action->fd)
        return fd;
    if (dup3(fd, action->fd, action->flags & O_CLOEXEC) < 0)
        return -1;
    return close(fd);
}

int __spawn_action_run(const struct limen_spawn_action *action)
{
    switch (action->what) {
    case SPAWN_OPEN:
        return open_as(action);
    case SPAWN_CLOSE:
        /* One that isn't open is closed. */
        close(action->fd);
        return 0;
    case SPAWN_DUP2:
        /* Onto itself: then it shall at least stay open. */
        if (action->fd == action->new_fd)
            return fcntl(action->fd, F_SETFD, 0);
        return dup2(action->fd, action->new_fd);
    case SPAWN_CHDIR:
        return chdir(action->path);
    case SPAWN_FCHDIR:
        return fchdir(action->fd);
    }
    errno = EINVAL;
    return -1;
}
