/* Looking up a line in /etc/passwd or /etc/group. See database.h. */
#include "libc/misc/database.h"

#include <stdio.h>
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

bool __database_find(const char *path, int key_field, const char *key, int field_count, char **line,
                     size_t *size, char *fields[DATABASE_FIELDS])
{
    FILE *file = fopen(path, "re");
    bool found = false;

    if (!file)
        return false;
    while (!found && getline(line, size, file) >= 0) {
        found = line_split(*line, field_count, fields) && strcmp(fields[key_field], key) == 0;
    }
    fclose(file);
    return found;
}
