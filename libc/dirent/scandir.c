/* scandir: all entries of a directory that a filter wants, sorted. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct entries {
    struct dirent **list;
    size_t count;
    size_t size;
};

static int entries_add(struct entries *entries, const struct dirent *entry)
{
    struct dirent *copy;

    if (entries->count == entries->size) {
        size_t size = entries->size ? 2 * entries->size : 16;
        struct dirent **list = reallocarray(entries->list, size, sizeof(void *));

        if (!list)
            return -1;
        entries->list = list;
        entries->size = size;
    }
    copy = malloc(entry->d_reclen);
    if (!copy)
        return -1;
    memcpy(copy, entry, entry->d_reclen);
    entries->list[entries->count++] = copy;
    return 0;
}

static void entries_free(struct entries *entries)
{
    for (size_t i = 0; i < entries->count; i++)
        free(entries->list[i]);
    free(entries->list);
}

static int entries_read(struct entries *entries, DIR *dir, int (*filter)(const struct dirent *))
{
    struct dirent *entry;

    errno = 0;
    while ((entry = readdir(dir)) != NULL) {
        if (filter && !filter(entry))
            continue;
        if (entries_add(entries, entry) < 0)
            return -1;
        errno = 0;
    }
    return errno ? -1 : 0;
}

typedef int (*compare_function)(const void *, const void *);

int scandir(const char *path, struct dirent ***list, int (*filter)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **))
{
    struct entries entries = {0};
    int saved = errno;
    DIR *dir = opendir(path);
    int result;

    if (!dir)
        return -1;
    result = entries_read(&entries, dir, filter);
    if (result < 0)
        saved = errno;
    closedir(dir);
    errno = saved;
    if (result < 0) {
        entries_free(&entries);
        return -1;
    }
    if (compare)
        qsort(entries.list, entries.count, sizeof(void *),
              (compare_function)(void (*)(void))compare);
    *list = entries.list;
    return (int)entries.count;
}
