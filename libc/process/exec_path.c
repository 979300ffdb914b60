/* Seeking a program in PATH: execvpe and posix_spawnp. */
#include "libc/process/exec_path.h"

#include <errno.h>
#include <limits.h>
#include <paths.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Errors that say "not here", after which the next directory is tried. */
static bool is_not_here(int error)
{
    return error == ENOENT || error == ENOTDIR || error == EACCES || error == ENAMETOOLONG;
}

static int exec_search(const char *file, const char *place, char *const argv[], char *const envp[],
                       int (*exec)(const char *, char *const[], char *const[]))
{
    char path[PATH_MAX];
    bool denied = false;

    for (;;) {
        size_t length = strcspn(place, ":");

        if (length + strlen(file) + 2 <= sizeof(path)) {
            memcpy(path, place, length);
            strcpy(stpcpy(path + length, length ? "/" : ""), file);
            exec(path, argv, envp);
            if (!is_not_here(errno))
                return -1;
            denied = denied || errno == EACCES;
        }
        if (!place[length])
            break;
        place += length + 1;
    }
    errno = denied ? EACCES : ENOENT;
    return -1;
}

int __exec_path(const char *file, char *const argv[], char *const envp[],
                int (*exec)(const char *path, char *const argv[], char *const envp[]))
{
    const char *path = getenv("PATH");

    if (!*file) {
        errno = ENOENT;
        return -1;
    }
    if (strchr(file, '/'))
        return exec(file, argv, envp);
    return exec_search(file, path ? path : _PATH_DEFPATH, argv, envp, exec);
}
