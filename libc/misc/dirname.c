/* dirname: what is before a path's last slash. */
#include <libgen.h>
#include <string.h>

char *dirname(char *path)
{
    size_t end;

    if (!path || !*path)
        return (char *)".";
    end = strlen(path);
    while (end > 0 && path[end - 1] == '/')
        end--;
    if (end == 0)
        return (char *)"/";
    while (end > 0 && path[end - 1] != '/')
        end--;
    if (end == 0)
        return (char *)".";
    while (end > 1 && path[end - 1] == '/')
        end--;
    path[end] = '\0';
    return path;
}
