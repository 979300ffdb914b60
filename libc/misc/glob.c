/*
 * glob: the paths that match a pattern. The pattern is split at its slashes; a component without
 * special characters is taken as it is, any other is matched with the directory's entries.
 */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct search {
    glob_t *result;
    int flags;
    int (*on_error)(const char *path, int error);
    char path[PATH_MAX]; /* found so far */
};

static int result_add(glob_t *result, const char *path)
{
    size_t count = result->gl_offs + result->gl_pathc;
    char **paths = realloc(result->gl_pathv, (count + 2) * sizeof(*paths));

    if (!paths)
        return GLOB_NOSPACE;
    result->gl_pathv = paths;
    paths[count] = strdup(path);
    paths[count + 1] = NULL;
    if (!paths[count])
        return GLOB_NOSPACE;
    result->gl_pathc++;
    return 0;
}

static bool is_special(const char *component, size_t length, int flags)
{
    for (size_t i = 0; i < length; i++) {
        if (strchr("*?[", component[i]) || (component[i] == '\\' && !(flags & GLOB_NOESCAPE)))
            return true;
    }
    return false;
}

static int search_rest(struct search *search, size_t length, const char *pattern);

/* Appends a name to the path; its new length, 0 if it became too long. */
static size_t path_append(struct search *search, size_t length, const char *name, size_t size)
{
    if (length + size >= sizeof(search->path))
        return 0;
    memcpy(search->path + length, name, size);
    search->path[length + size] = '\0';
    return length + size;
}

static int search_directory(struct search *search, size_t length, const char *component,
                            const char *rest)
{
    int flags = (search->flags & GLOB_NOESCAPE ? FNM_NOESCAPE : 0) |
                ((search->flags & GLOB_PERIOD) && !*rest ? 0 : FNM_PERIOD);
    DIR *dir = opendir(length ? search->path : ".");
    struct dirent *entry;
    int result = 0;

    /* A name before a slash need not be a directory's. */
    if (!dir && errno == ENOTDIR)
        return 0;
    if (!dir) {
        bool stop = search->on_error && search->on_error(search->path, errno);

        return stop || (search->flags & GLOB_ERR) ? GLOB_ABORTED : 0;
    }
    while (result == 0 && (entry = readdir(dir)) != NULL) {
        size_t longer;

        if (fnmatch(component, entry->d_name, flags) != 0)
            continue;
        longer = path_append(search, length, entry->d_name, strlen(entry->d_name));
        if (longer)
            result = search_rest(search, longer, rest);
        search->path[length] = '\0';
    }
    closedir(dir);
    return result;
}

static int search_component(struct search *search, size_t length, const char *component,
                            size_t size, const char *rest)
{
    char *copy;
    int result;

    if (!is_special(component, size, search->flags)) {
        length = path_append(search, length, component, size);
        return length ? search_rest(search, length, rest) : 0;
    }
    copy = strndup(component, size);
    if (!copy)
        return GLOB_NOSPACE;
    result = search_directory(search, length, copy, rest);
    free(copy);
    return result;
}

/* What of the pattern is left, below the path of that length. */
static int search_rest(struct search *search, size_t length, const char *pattern)
{
    size_t slashes = strspn(pattern, "/");
    struct stat st;

    length = slashes ? path_append(search, length, pattern, slashes) : length;
    if (slashes && length == 0)
        return 0;
    pattern += slashes;
    if (*pattern) {
        size_t size = strcspn(pattern, "/");

        return search_component(search, length, pattern, size, pattern + size);
    }
    if (length == 0 || lstat(search->path, &st) < 0)
        return 0;
    if ((search->flags & GLOB_MARK) && search->path[length - 1] != '/' &&
        stat(search->path, &st) == 0 && S_ISDIR(st.st_mode))
        path_append(search, length, "/", 1);
    return result_add(search->result, search->path);
}

static int compare_paths(const void *a, const void *b)
{
    return strcoll(*(char *const *)a, *(char *const *)b);
}

int glob(const char *restrict pattern, int flags, int (*on_error)(const char *path, int error),
         glob_t *restrict result)
{
    struct search search = {.result = result, .flags = flags, .on_error = on_error};
    size_t before;
    int error;

    if (!(flags & GLOB_DOOFFS))
        result->gl_offs = 0;
    if (!(flags & GLOB_APPEND)) {
        result->gl_pathc = 0;
        result->gl_pathv = calloc(result->gl_offs + 1, sizeof(char *));
        if (!result->gl_pathv)
            return GLOB_NOSPACE;
    }
    before = result->gl_pathc;
    error = search_rest(&search, 0, pattern);
    if (error)
        return error;
    if (result->gl_pathc == before)
        return flags & GLOB_NOCHECK ? result_add(result, pattern) : GLOB_NOMATCH;
    if (!(flags & GLOB_NOSORT))
        qsort(result->gl_pathv + result->gl_offs + before, result->gl_pathc - before,
              sizeof(char *), compare_paths);
    return 0;
}

void globfree(glob_t *result)
{
    for (size_t i = 0; i < result->gl_pathc; i++)
        free(result->gl_pathv[result->gl_offs + i]);
    free(result->gl_pathv);
    result->gl_pathv = NULL;
    result->gl_pathc = 0;
}
