/* mkdir: makes folders; with -p their parents too, and none of them need be new. mkdir(2). */
#include "user/tool.h"

/* Makes the parents of PATH that are missing. A parent must stay open to its owner (POSIX). */
static bool parents_make(const char *path)
{
    mode_t mask = umask(0);
    bool made = strlen(path) < PATH_MAX;

    if (!made)
        errno = ENAMETOOLONG;
    umask(mask & ~(mode_t)(S_IWUSR | S_IXUSR));
    for (const char *slash = path; made && (slash = strchr(slash + 1, '/'));) {
        char parent[PATH_MAX];

        snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
        made = mkdir(parent, 0777) == 0 || errno == EEXIST;
    }
    umask(mask);
    return made;
}

int main(int argc, char **argv)
{
    unsigned parents;
    char **paths = tool_options(argv, "p", &parents, "mkdir [-p] FOLDER...");
    int status = 0;

    (void)argc;
    if (!*paths)
        tool_usage("mkdir [-p] FOLDER...");
    for (; *paths; paths++) {
        if (parents && !parents_make(*paths))
            status = tool_fail("mkdir", *paths);
        else if (mkdir(*paths, 0777) < 0 && !(parents && path_is_folder(*paths)))
            status = tool_fail("mkdir", *paths);
    }
    return status;
}
