/* Reading lines of /etc/passwd and /etc/group. See database.h. */
#include "libc/misc/database.h"

#include <errno.h>
#include <string.h>

static bool line_split(char *line, int field_count, char *fields[DATABASE_FIELDS])
{
    line[strcspn(line, "\n")] = '\0';
    for (int i = 0; i < field_count; i++) {
        fields[i] = strsep(&line, ":");
        if (!fields[i])
            return false;
    }
    return true;
}

bool __record_next(FILE *file, int field_count, struct record *record)
{
    while (getline(&record->text, &record->size, file) >= 0) {
        if (line_split(record->text, field_count, record->fields))
            return true;
    }
    return false;
}

bool __record_find(const char *path, int key_field, const char *key, int field_count,
                   struct record *record)
{
    FILE *file = fopen(path, "re");
    int error = errno;
    bool found = false;

    if (!file)
        return false;
    while (!found && __record_next(file, field_count, record))
        found = strcmp(record->fields[key_field], key) == 0;
    if (!found && !feof(file))
        error = errno;
    fclose(file);
    errno = error;
    return found;
}

bool __record_move(struct record *record, int field_count, char **buf, size_t *size)
{
    char *last = record->fields[field_count - 1];
    size_t length = (size_t)(last - record->text) + strlen(last) + 1;

    if (length > *size)
        return false;
    memcpy(*buf, record->text, length);
    for (int i = 0; i < field_count; i++)
        record->fields[i] = *buf + (record->fields[i] - record->text);
    *buf += length;
    *size -= length;
    return true;
}
