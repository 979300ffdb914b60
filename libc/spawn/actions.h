/* What a spawned child does with its descriptors, in order, before it becomes the program. */
#ifndef LIMEN_LIBC_SPAWN_ACTIONS_H
#define LIMEN_LIBC_SPAWN_ACTIONS_H

#include <spawn.h>

enum spawn_action {
    SPAWN_OPEN,
    SPAWN_CLOSE,
    SPAWN_DUP2,
    SPAWN_CHDIR,
    SPAWN_FCHDIR,
};

struct limen_spawn_action {
    struct limen_spawn_action *next;
    enum spawn_action what;
    int fd;
    int new_fd;
    int flags;
    mode_t mode;
    const char *path; /* right behind */
};

/* -1 and errno. */
int __spawn_action_run(const struct limen_spawn_action *action);

#endif
