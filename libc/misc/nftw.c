/*
 * nftw: calls a function for each file of a tree. A folder is read as a whole before what is in it
 * is visited, so that no descriptors are held; folders that lead back up are not entered twice.
 */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct walk {
    int (*function)(const char *path, const struct stat *st, int type, struct FTW *place);
    int flags;
    dev_t dev; /* the tree's, for FTW_MOUNT */
    char path[PATH_MAX];
};

/* A folder on the way down, on the caller's stack. */
struct level {
    const struct level *above;
    struct stat st;
    struct FTW place;
};

static int visit(struct walk *walk, const struct level *above, struct FTW place);

static int type_of(const struct walk *walk, struct stat *st)
{
    bool links = (walk->flags & FTW_PHYS) != 0;

    if ((links ? lstat : stat)(walk->path, st) == 0)
        return S_ISDIR(st->st_mode) ? FTW_D : S_ISLNK(st->st_mode) ? FTW_SL : FTW_F;
    if (!links && errno == ENOENT && lstat(walk->path, st) == 0)
        return FTW_SLN;
    memset(st, 0, sizeof(*st));
    return errno == EACCES ? FTW_NS : -1;
}

static bool leads_back(const struct level *level)
{
    for (const struct level *above = level->above; above; above = above->above) {
        if (above->st.st_ino == level->st.st_ino && above->st.st_dev == level->st.st_dev)
            return true;
    }
    return false;
}

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* One of a folder's entries; the path is put back as it was. */
static int visit_entry(struct walk *walk, const struct level *level, const char *name)
{
    size_t length = strlen(walk->path);
    bool slash = length > 0 && walk->path[length - 1] != '/';
    struct FTW place = {.base = (int)(length + slash), .level = level->place.level + 1};
    int result;

    if (length + slash + strlen(name) >= sizeof(walk->path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(stpcpy(walk->path + length, slash ? "/" : ""), name);
    result = visit(walk, level, place);
    walk->path[length] = '\0';
    return result;
}

static int visit_folder(struct walk *walk, struct level *level)
{
    struct dirent **entries;
    int count = scandir(walk->path, &entries, is_entry, NULL);
    int type = count >= 0 ? FTW_D : FTW_DNR;
    int result = 0;

    if (count < 0 && errno != EACCES)
        return -1;
    if (!(walk->flags & FTW_DEPTH) || type == FTW_DNR)
        result = walk->function(walk->path, &level->st, type, &level->place);
    for (int i = 0; i < count; i++) {
        if (result == 0)
            result = visit_entry(walk, level, entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    if (result == 0 && (walk->flags & FTW_DEPTH) && type == FTW_D)
        result = walk->function(walk->path, &level->st, FTW_DP, &level->place);
    return result;
}

static int visit(struct walk *walk, const struct level *above, struct FTW place)
{
    struct level level = {.above = above, .place = place};
    int type = type_of(walk, &level.st);

    if (type < 0)
        return -1;
    if (!above)
        walk->dev = level.st.st_dev;
    if ((walk->flags & FTW_MOUNT) && type != FTW_NS && level.st.st_dev != walk->dev)
        return 0;
    if (type != FTW_D)
        return walk->function(walk->path, &level.st, type, &level.place);
    return leads_back(&level) ? 0 : visit_folder(walk, &level);
}

int nftw(const char *path,
         int (*function)(const char *path, const struct stat *st, int type, struct FTW *place),
         int descriptors, int flags)
{
    struct walk walk = {.function = function, .flags = flags};
    struct FTW place = {.level = 0};
    size_t length = strlen(path);

    (void)descriptors;
    if (flags & ~(FTW_PHYS | FTW_MOUNT | FTW_DEPTH)) {
        errno = EINVAL;
        return -1;
    }
    if (length >= sizeof(walk.path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    /* "a/" is a, as in glibc; of "/" the slash is the name. */
    strcpy(walk.path, path);
    while (length > 1 && walk.path[length - 1] == '/')
        walk.path[--length] = '\0';
    while (length > 0 && walk.path[length - 1] != '/')
        length--;
    place.base = (int)length;
    return visit(&walk, NULL, place);
}
