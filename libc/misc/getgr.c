/*
 * getgrnam, getgrgid, getgrent: a group's line in /etc/group; setgrent and endgrent begin anew. All
 * answer in the same place.
 */
#include <grp.h>
#include <stdlib.h>
#include <string.h>

#include "libc/misc/database.h"
#include "libc/misc/group.h"

static struct database groups = {.path = GROUP_PATH, .field_count = GROUP_FIELDS};
static struct group answer;
static char **members;

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

static struct group *answer_make(bool found)
{
    char **larger;

    if (!found)
        return NULL;
    larger =
        reallocarray(members, __group_pointers(groups.fields[GROUP_MEMBERS]), sizeof(*members));
    if (!larger)
        return NULL;
    members = larger;
    __group_fill(&answer, groups.fields, members);
    return &answer;
}

struct group *getgrnam(const char *name)
{
    return answer_make(__database_find(&groups, GROUP_NAME, name));
}

struct group *getgrgid(gid_t gid)
{
    return answer_make(__database_find(&groups, GROUP_GID, __number_key(gid).text));
}

struct group *getgrent(void)
{
    return answer_make(__database_next(&groups));
}

void setgrent(void)
{
    __database_rewind(&groups);
}

void endgrent(void)
{
    __database_close(&groups);
}
