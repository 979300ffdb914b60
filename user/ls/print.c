/*
 * ls: prints a listing: long, in columns where a terminal reads it, or one name a line.
 * readlink(2), strftime(3), getpwuid(3), ioctl_tty(2).
 */
#include <grp.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "user/ls/ls.h"

enum {
    HALF_YEAR_SECONDS = 31556952 / 2,
    NAME_BYTES = 64,
};

static char type_letter(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return 'd';
    case S_IFLNK:
        return 'l';
    case S_IFCHR:
        return 'c';
    case S_IFBLK:
        return 'b';
    case S_IFIFO:
        return 'p';
    case S_IFSOCK:
        return 's';
    default:
        return '-';
    }
}

/* Writes a mode as in -rwxr-x--t: set-id and sticky bits take the place of the x. */
static void mode_format(mode_t mode, char text[11])
{
    text[0] = type_letter(mode);
    for (int i = 0; i < 9; i++)
        text[1 + i] = mode & (0400 >> i) ? "rwx"[i % 3] : '-';
    if (mode & S_ISUID)
        text[3] = mode & S_IXUSR ? 's' : 'S';
    if (mode & S_ISGID)
        text[6] = mode & S_IXGRP ? 's' : 'S';
    if (mode & S_ISVTX)
        text[9] = mode & S_IXOTH ? 't' : 'T';
    text[10] = '\0';
}

/*
 * A file's owner and group by their names, or by their numbers where nobody has that number. The
 * last answer is kept: mostly all files of a listing are of one owner.
 */
static const char *owner_name(uid_t uid)
{
    static char name[NAME_BYTES];
    static uid_t named = (uid_t)-1;

    if (uid != named || name[0] == '\0') {
        struct passwd *user = getpwuid(uid);

        if (user)
            snprintf(name, sizeof(name), "%s", user->pw_name);
        else
            snprintf(name, sizeof(name), "%u", uid);
        named = uid;
    }
    return name;
}

static const char *group_name(gid_t gid)
{
    static char name[NAME_BYTES];
    static gid_t named = (gid_t)-1;

    if (gid != named || name[0] == '\0') {
        struct group *group = getgrgid(gid);

        if (group)
            snprintf(name, sizeof(name), "%s", group->gr_name);
        else
            snprintf(name, sizeof(name), "%u", gid);
        named = gid;
    }
    return name;
}

int human_format(unsigned long long bytes, char text[32])
{
    static const char units[] = "KMGTPE";
    unsigned long long unit = 1024, whole, tenths;
    int i = 0;

    if (bytes < unit)
        return snprintf(text, 32, "%llu", bytes);
    while (bytes > 1023 * unit && units[i + 1]) {
        unit *= 1024;
        i++;
    }
    whole = bytes / unit;
    tenths = (bytes % unit * 10 + unit - 1) / unit;
    if (whole * 10 + tenths < 100)
        return snprintf(text, 32, "%llu.%llu%c", whole + tenths / 10, tenths % 10, units[i]);
    return snprintf(text, 32, "%llu%c", whole + (tenths > 0), units[i]);
}

/* A device has numbers in the place of its size. */
static int size_format(const struct stat *status, unsigned options, char text[32])
{
    if (S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode))
        return snprintf(text, 32, "%u, %u", major(status->st_rdev), minor(status->st_rdev));
    if (options & OPTION_HUMAN)
        return human_format((unsigned long long)status->st_size, text);
    return snprintf(text, 32, "%lld", (long long)status->st_size);
}

/* The hour matters for what is recent, the year for the rest (POSIX ls). */
static void time_format(time_t when, char text[32])
{
    time_t now = time(NULL);
    bool recent = when <= now && when > now - HALF_YEAR_SECONDS;
    struct tm *local = localtime(&when);

    if (!local || strftime(text, 32, recent ? "%b %e %H:%M" : "%b %e  %Y", local) == 0)
        snprintf(text, 32, "%lld", (long long)when);
}

static void link_print(const char *path)
{
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof(target));

    if (length >= 0)
        printf(" -> %.*s", (int)length, target);
}

static int width_of(unsigned long number)
{
    return snprintf(NULL, 0, "%lu", number);
}

static int larger(int left, int right)
{
    return left > right ? left : right;
}

/* Prints LIST with everything, each column as wide as its widest entry. */
static void listing_print_long(const struct listing *list, unsigned options)
{
    int links = 0, owner = 0, group = 0, size = 0;
    char mode[11], bytes[32], when[32];

    for (size_t i = 0; i < list->count; i++) {
        const struct stat *status = &list->entries[i].status;

        links = larger(links, width_of(status->st_nlink));
        owner = larger(owner, (int)strlen(owner_name(status->st_uid)));
        group = larger(group, (int)strlen(group_name(status->st_gid)));
        size = larger(size, size_format(status, options, bytes));
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct entry *entry = &list->entries[i];
        const struct stat *status = &entry->status;

        mode_format(status->st_mode, mode);
        size_format(status, options, bytes);
        time_format(status->st_mtime, when);
        printf("%s %*lu %-*s %-*s %*s %s %s", mode, links, (unsigned long)status->st_nlink, owner,
               owner_name(status->st_uid), group, group_name(status->st_gid), size, bytes, when,
               entry->name);
        if (S_ISLNK(status->st_mode))
            link_print(entry->path);
        putchar('\n');
    }
}

static int terminal_columns(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

/* Prints the names of LIST in columns, down then across. */
static void listing_print_columns(const struct listing *list)
{
    int width = 0;

    for (size_t i = 0; i < list->count; i++)
        width = larger(width, (int)strlen(list->entries[i].name) + 2);

    size_t columns = (size_t)larger(1, width ? terminal_columns() / width : 1);
    size_t rows = (list->count + columns - 1) / columns;

    for (size_t row = 0; row < rows; row++) {
        for (size_t i = row; i < list->count; i += rows) {
            bool last = i + rows >= list->count;

            printf("%-*s%s", last ? 0 : width, list->entries[i].name, last ? "\n" : "");
        }
    }
}

void listing_print(struct listing *list, unsigned options)
{
    listing_sort(list, options);
    if (options & OPTION_LONG) {
        listing_print_long(list, options);
    } else if (!(options & OPTION_ONE) && isatty(STDOUT_FILENO)) {
        listing_print_columns(list);
    } else {
        for (size_t i = 0; i < list->count; i++)
            puts(list->entries[i].name);
    }
}
