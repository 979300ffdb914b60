/* Reading lines of /etc/passwd and /etc/group. See database.h. */
#include "libc/misc/database.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct number_key __number_key(unsigned number)
{
    struct number_key key = {""};

    snprintf(key.text, sizeof(key.text), "%u", number);
    return key;
}

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

static bool line_read(struct database *database, FILE *file)
{
    while (getline(&database->text, &database->size, file) >= 0) {
        if (line_split(database->text, database->field_count, database->fields))
            return true;
    }
    return false;
}

bool __database_next(struct database *database)
{
    if (!database->file)
        database->file = fopen(database->path, "re");
    return database->file && line_read(database, database->file);
}

void __database_rewind(struct database *database)
{
    if (database->file)
        rewind(database->file);
}

void __database_close(struct database *database)
{
    if (database->file)
        fclose(database->file);
    database->file = NULL;
}

bool __database_find(struct database *database, int key_field, const char *key)
{
    FILE *file = fopen(database->path, "re");
    int error = errno;
    bool found = false;

    if (!file)
        return false;
    while (!found && line_read(database, file))
        found = strcmp(database->fields[key_field], key) == 0;
    if (!found && !feof(file))
        error = errno;
    fclose(file);
    errno = error;
    return found;
}

/* False if there is no room for the line. */
static bool line_move(struct database *database, char **buf, size_t *size)
{
    const char *last = database->fields[database->field_count - 1];
    size_t length = (size_t)(last - database->text) + strlen(last) + 1;

    if (length > *size)
        return false;
    memcpy(*buf, database->text, length);
    for (int i = 0; i < database->field_count; i++)
        database->fields[i] = *buf + (database->fields[i] - database->text);
    *buf += length;
    *size -= length;
    return true;
}

int __database_take(struct database *database, int key_field, const char *key, char **buf,
                    size_t *size)
{
    int old_error = errno, error = 0;

    errno = 0;
    if (!__database_find(database, key_field, key)) {
        database->fields[0] = NULL;
        error = errno;
    } else if (!line_move(database, buf, size)) {
        error = ERANGE;
    }
    free(database->text);
    database->text = NULL;
    errno = old_error;
    return error;
}
