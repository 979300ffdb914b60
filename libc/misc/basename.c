/* basename: what is behind a path's last slash; slashes at the end don't count. */
#include <libgen.h>
#include <string.h>

char *basename(char *path)
{
    size_t end;

    if (!path || !*path)
        return (char *)".";
    end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        path[--end] = '\0';
    while (end > 0 && path[end - 1] != '/')
        end--;
    return path[end] ? path + end : path;
}
