/*
 * getgrnam, getgrgid, getgrent: a group's line in /etc/group; setgrent and endgrent begin anew. All
 * answer in the same place.
 */
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libc/misc/database.h"
#include "libc/misc/group.h"

static struct record record;
static struct group answer;
static char **members;
static FILE *file; /* that getgrent reads */

size_t __group_pointers(const char *names)
{
    size_t count = 2;

    for (; *names; names++)
        count += *names == ',';
    return count;
}

void __group_fill(struct group *group, char *const fields[GROUP_FIELDS], char **pointers)
{
    char *rest = fields[GROUP_MEMBERS];
    char *name = strtok_r(rest, ",", &rest);

    group->gr_name = fields[GROUP_NAME];
    group->gr_passwd = fields[GROUP_PASSWORD];
    group->gr_gid = (gid_t)strtoul(fields[GROUP_GID], NULL, 10);
    group->gr_mem = pointers;
    for (; name; name = strtok_r(NULL, ",", &rest))
        *pointers++ = name;
    *pointers = NULL;
}

static struct group *answer_make(void)
{
    size_t count = __group_pointers(record.fields[GROUP_MEMBERS]);
    char **larger = reallocarray(members, count, sizeof(*members));

    if (!larger)
        return NULL;
    members = larger;
    __group_fill(&answer, record.fields, members);
    return &answer;
}

static struct group *find(int key_field, const char *key)
{
    if (!__record_find(GROUP_PATH, key_field, key, GROUP_FIELDS, &record))
        return NULL;
    return answer_make();
}

struct group *getgrnam(const char *name)
{
    return find(GROUP_NAME, name);
}

struct group *getgrgid(gid_t gid)
{
    char key[16];

    snprintf(key, sizeof(key), "%u", gid);
    return find(GROUP_GID, key);
}

struct group *getgrent(void)
{
    if (!file)
        file = fopen(GROUP_PATH, "re");
    if (!file || !__record_next(file, GROUP_FIELDS, &record))
        return NULL;
    return answer_make();
}

void setgrent(void)
{
    if (file)
        rewind(file);
}

void endgrent(void)
{
    if (file)
        fclose(file);
    file = NULL;
}
