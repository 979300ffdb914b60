/*
 * rm: removes names; a file goes when its last name and its last opener have gone. -r removes
 * folders with all below, -f is silent of what isn't there. lstat(2), readdir(3), unlink(2),
 * rmdir(2).
 */
#include <dirent.h>

#include "user/tool.h"

static bool recursive, forced;

static int path_remove(const char *path);

/* Removes what is in FOLDER. Entries already read may be removed while reading goes on (POSIX). */
static int contents_remove(const char *folder)
{
    DIR *stream = opendir(folder);
    struct dirent *entry;
    int status = 0;

    if (!stream)
        return tool_fail("rm", folder);
    while (errno = 0, (entry = readdir(stream))) {
        char path[PATH_MAX];

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (path_into(path, folder, entry->d_name))
            status |= path_remove(path);
        else
            status |= tool_fail("rm", entry->d_name);
    }
    if (errno)
        status |= tool_fail("rm", folder);
    closedir(stream);
    return status;
}

static int folder_remove(const char *path)
{
    if (!recursive) {
        errno = EISDIR;
        return tool_fail("rm", path);
    }
    if (contents_remove(path) != 0)
        return 1;
    return rmdir(path) < 0 ? tool_fail("rm", path) : 0;
}

/* lstat, not stat: a symbolic link is removed, never followed. */
static int path_remove(const char *path)
{
    struct stat status;

    if (lstat(path, &status) < 0)
        return forced && (errno == ENOENT || errno == ENOTDIR) ? 0 : tool_fail("rm", path);
    if (S_ISDIR(status.st_mode))
        return folder_remove(path);
    return unlink(path) < 0 ? tool_fail("rm", path) : 0;
}

/*
 * POSIX has rm refuse these: nobody means to remove the folder that he stands in, or all. The root
 * is known by what it is, since it has many names (//, /proc/self/root/); if it cannot be looked
 * at, nothing is removed.
 */
static bool is_protected(const char *path)
{
    const char *name;
    int length;
    struct stat root, status;

    path_last(path, &name, &length);
    if ((length == 1 && *name == '.') || (length == 2 && strncmp(name, "..", 2) == 0))
        return true;
    if (stat("/", &root) < 0)
        return true;
    return lstat(path, &status) == 0 && status.st_dev == root.st_dev &&
           status.st_ino == root.st_ino;
}

int main(int argc, char **argv)
{
    enum {
        RECURSIVE = 3,
        FORCED = 4
    };
    unsigned options;
    char **paths = tool_options(argv, "rRf", &options, "rm [-rf] NAME...");
    int status = 0;

    (void)argc;
    recursive = options & RECURSIVE;
    forced = options & FORCED;
    if (!*paths && !forced)
        tool_usage("rm [-rf] NAME...");
    for (; *paths; paths++) {
        if (is_protected(*paths)) {
            errno = EINVAL;
            status |= tool_fail("rm", *paths);
        } else {
            status |= path_remove(*paths);
        }
    }
    return status;
}
