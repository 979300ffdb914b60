/* ls: a listing is a growing array of names with their status. lstat(2), realloc(3), qsort(3). */
#include "user/ls/ls.h"

static void *memory_get(void *old, size_t bytes)
{
    void *memory = realloc(old, bytes);

    if (!memory)
        exit(tool_fail("ls", "memory"));
    return memory;
}

static char *text_copy(const char *text)
{
    return strcpy(memory_get(NULL, strlen(text) + 1), text);
}

int listing_add(struct listing *list, const char *name, const char *path)
{
    struct stat status;

    if (lstat(path, &status) < 0)
        return tool_fail("ls", path);
    if (list->count == list->capacity) {
        list->capacity = list->capacity * 2 + 16;
        list->entries = memory_get(list->entries, list->capacity * sizeof(struct entry));
    }
    list->entries[list->count].name = text_copy(name);
    list->entries[list->count].path = text_copy(path);
    list->entries[list->count++].status = status;
    return 0;
}

void listing_free(struct listing *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->entries[i].name);
        free(list->entries[i].path);
    }
    free(list->entries);
}

static int compare_by_name(const void *left, const void *right)
{
    return strcmp(((const struct entry *)left)->name, ((const struct entry *)right)->name);
}

static int compare_by_time(const void *left, const void *right)
{
    const struct timespec *a = &((const struct entry *)left)->status.st_mtim;
    const struct timespec *b = &((const struct entry *)right)->status.st_mtim;

    if (a->tv_sec != b->tv_sec)
        return a->tv_sec > b->tv_sec ? -1 : 1;
    if (a->tv_nsec != b->tv_nsec)
        return a->tv_nsec > b->tv_nsec ? -1 : 1;
    return compare_by_name(left, right);
}

void listing_sort(struct listing *list, unsigned options)
{
    if (list->count < 2)
        return;
    qsort(list->entries, list->count, sizeof(struct entry),
          options & OPTION_TIME ? compare_by_time : compare_by_name);
    for (size_t i = 0; options & OPTION_REVERSE && i < list->count / 2; i++) {
        struct entry first = list->entries[i];

        list->entries[i] = list->entries[list->count - 1 - i];
        list->entries[list->count - 1 - i] = first;
    }
}
