/*
 * realpath: the path without symlinks, "." and "..". It is built up component by component, and
 * each is looked at with readlink: EINVAL says that it is there and is no symlink.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct walk {
    char done[PATH_MAX]; /* resolved, absolute, without a slash at its end; "" is the root */
    char rest[PATH_MAX]; /* still to be walked */
    int links;
};

/* Puts a symlink's target before what is still to be walked. */
static bool walk_follow(struct walk *walk, const char *target)
{
    char longer[2 * PATH_MAX];

    if (++walk->links > SYMLINKS_MAX) {
        errno = ELOOP;
        return false;
    }
    strcpy(stpcpy(stpcpy(longer, target), "/"), walk->rest);
    if (strlcpy(walk->rest, longer, sizeof(walk->rest)) >= sizeof(walk->rest)) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (*target == '/')
        walk->done[0] = '\0';
    return true;
}

/* Steps down into a component, which `more` says is to be a directory, or along a symlink. */
static bool walk_step(struct walk *walk, const char *name, size_t length, bool more)
{
    char target[PATH_MAX];
    size_t end = strlen(walk->done);
    struct stat st;
    ssize_t size;

    if (end + 1 + length >= sizeof(walk->done)) {
        errno = ENAMETOOLONG;
        return false;
    }
    walk->done[end] = '/';
    strlcpy(walk->done + end + 1, name, length + 1);
    size = readlink(walk->done, target, sizeof(target) - 1);
    if (size >= 0) {
        target[size] = '\0';
        walk->done[end] = '\0';
        return walk_follow(walk, target);
    }
    if (errno != EINVAL)
        return false;
    if (more && stat(walk->done, &st) == 0 && !S_ISDIR(st.st_mode)) {
        errno = ENOTDIR;
        return false;
    }
    return true;
}

/* One level up; the root is its own parent. */
static void walk_up(struct walk *walk)
{
    char *slash = strrchr(walk->done, '/');

    if (slash)
        *slash = '\0';
}

static bool walk_all(struct walk *walk)
{
    char name[PATH_MAX];

    while (walk->rest[0]) {
        size_t length = strcspn(walk->rest, "/");
        size_t slashes = strspn(walk->rest + length, "/");
        const char *behind = walk->rest + length + slashes;

        strlcpy(name, walk->rest, length + 1);
        memmove(walk->rest, behind, strlen(behind) + 1);
        if (strcmp(name, "..") == 0)
            walk_up(walk);
        else if (length > 0 && strcmp(name, ".") != 0 &&
                 !walk_step(walk, name, length, slashes > 0))
            return false;
    }
    return true;
}

char *realpath(const char *restrict path, char *restrict resolved)
{
    struct walk walk = {.links = 0};

    if (!path || !*path) {
        errno = path ? ENOENT : EINVAL;
        return NULL;
    }
    if (strlcpy(walk.rest, path, sizeof(walk.rest)) >= sizeof(walk.rest)) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    if (*path != '/' && !getcwd(walk.done, sizeof(walk.done)))
        return NULL;
    if (strcmp(walk.done, "/") == 0)
        walk.done[0] = '\0';
    if (!walk_all(&walk))
        return NULL;
    if (!walk.done[0])
        strcpy(walk.done, "/");
    return resolved ? strcpy(resolved, walk.done) : strdup(walk.done);
}
