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

static int entry_compare(const void *left, const void *right)
{
    return strcmp(((const struct entry *)left)->name, ((const struct entry *)right)->name);
}

void listing_sort(struct listing *list)
{
    if (list->count > 1)
        qsort(list->entries, list->count, sizeof(struct entry), entry_compare);
}
