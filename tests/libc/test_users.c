/* <pwd.h>, <grp.h>: users and groups. Which there are is each machine's own: root is everywhere. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static int same_user(const struct passwd *a, const struct passwd *b)
{
    return same(a->pw_name, b->pw_name) && same(a->pw_passwd, b->pw_passwd) &&
           a->pw_uid == b->pw_uid && a->pw_gid == b->pw_gid && same(a->pw_gecos, b->pw_gecos) &&
           same(a->pw_dir, b->pw_dir) && same(a->pw_shell, b->pw_shell);
}

static void users(void)
{
    struct passwd user, *found, *result = NULL;
    char buf[1024];
    int count = 0, wrong = 0, again = 0;
    size_t size = 0;

    found = getpwnam("root");
    printf("%s %d %d\n", found->pw_name, (int)found->pw_uid, (int)found->pw_gid);
    printf("%s\n", getpwuid(0)->pw_name);
    while ((found = getpwent())) {
        count++;
        wrong += getpwnam_r(found->pw_name, &user, buf, sizeof(buf), &result);
        wrong += result != &user || !same_user(found, &user);
    }
    setpwent();
    while (getpwent())
        again++;
    endpwent();
    printf("%d %d %d", count > 0, wrong, again == count);
    printf(" %d\n", getpwent() != NULL);
    endpwent();
    printf("%d", getpwuid_r(0, &user, buf, sizeof(buf), &result));
    printf(" %s", result->pw_name);
    errno = 0;
    printf(" %d", getpwnam_r("nobody of this name", &user, buf, sizeof(buf), &result));
    printf(" %d", result == NULL);
    printf(" %d", getpwuid_r(987654, &user, buf, sizeof(buf), &result));
    printf(" %d", result == NULL);
    printf(" %d", getpwnam("nobody of this name") == NULL);
    printf(" %d\n", errno);
    do
        result = &user;
    while (getpwuid_r(0, &user, buf, size++, &result) == ERANGE && !result);
    printf("%d %d\n", size > 20, result == &user);
}

static int same_group(const struct group *a, const struct group *b)
{
    char **one = a->gr_mem, **other = b->gr_mem;

    while (*one && *other && same(*one, *other)) {
        one++;
        other++;
    }
    return same(a->gr_name, b->gr_name) && same(a->gr_passwd, b->gr_passwd) &&
           a->gr_gid == b->gr_gid && !*one && !*other;
}

static void groups(void)
{
    struct group group, *found, *result = NULL;
    char buf[1024];
    int count = 0, wrong = 0, again = 0;
    size_t size = 0;

    found = getgrnam("root");
    printf("%s %d\n", found->gr_name, (int)found->gr_gid);
    printf("%s\n", getgrgid(0)->gr_name);
    while ((found = getgrent())) {
        count++;
        wrong += getgrnam_r(found->gr_name, &group, buf, sizeof(buf), &result);
        wrong += result != &group || !same_group(found, &group);
    }
    setgrent();
    while (getgrent())
        again++;
    endgrent();
    printf("%d %d %d", count > 0, wrong, again == count);
    printf(" %d\n", getgrent() != NULL);
    endgrent();
    printf("%d", getgrgid_r(0, &group, buf, sizeof(buf), &result));
    printf(" %s", result->gr_name);
    printf(" %d", getgrnam_r("none of this name", &group, buf, sizeof(buf), &result));
    printf(" %d", result == NULL);
    printf(" %d", getgrgid_r(987654, &group, buf, sizeof(buf), &result));
    printf(" %d\n", result == NULL);
    do
        result = &group;
    while (getgrgid_r(0, &group, buf, size++, &result) == ERANGE && !result);
    printf("%d %d\n", size > 12, result == &group);
}

int main(void)
{
    users();
    groups();
    return 0;
}
