/*
 * What the tests of mounts share: file systems of their own below the case's folder, and how these
 * look in /proc.
 *
 * On Linux such a test runs in name spaces of its own (tests/abi/linux.py), on file systems in
 * memory that are nobody else's.
 */
#ifndef LIMEN_TESTS_ABI_MOUNT_H
#define LIMEN_TESTS_ABI_MOUNT_H

#include "tests/abi/abi.h"

#include <sys/mount.h>

#define NOSYMFOLLOW 256
#define DETACH 2
#define EXPIRE 4
#define NOFOLLOW 8

static ABI_UNUSED int tmpfs_at(const char *path, unsigned long flags, const char *options)
{
    mkdir(path, 0755);
    return mount("src", path, "tmpfs", flags, options);
}

/* Where the case runs, whose lines in the lists of mounts are of interest. */
static ABI_UNUSED const char *case_folder(void)
{
    static char text[256];

    return getcwd(text, sizeof(text));
}

/* Shows the lines of /proc/self/mounts for mounts below the case's folder: without the folder, and
 * of the options those of the mount itself. */
static ABI_UNUSED void show_mounts(void)
{
    static char text[65536];
    const char *folder = case_folder();

    MUST(strcmp(read_text("/proc/self/mounts", text, sizeof(text)), "ok") == 0 ? 0 : -1);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        char source[64], place[256], type[32], options[256];

        if (sscanf(line, "%63s %255s %31s %255s", source, place, type, options) != 4)
            continue;
        if (strncmp(place, folder, strlen(folder)) != 0)
            continue;
        for (const char *end = ",size=,nr_inodes=,mode=,uid=,gid=,inode64"; *end;) {
            char word[16];
            char *found;
            size_t length = 1 + strcspn(end + 1, ",");

            snprintf(word, sizeof(word), "%.*s", (int)length, end);
            if ((found = strstr(options, word)) != NULL)
                *found = '\0';
            end += length;
        }
        if (strcmp(source, "limen") == 0 || strcmp(source, "rootfs") == 0)
            strcpy(source, "ROOT");
        say("%s on %s type %s (%s)", source, place + strlen(folder), type, options);
    }
}

/* Shows fields 4 to the separator of /proc/self/mountinfo for the mounts of the case. */
static ABI_UNUSED void show_mountinfo(void)
{
    static char text[65536];
    const char *folder = case_folder();

    MUST(strcmp(read_text("/proc/self/mountinfo", text, sizeof(text)), "ok") == 0 ? 0 : -1);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        char root[256], place[256], options[256], rest[256];

        if (sscanf(line, "%*s %*s %*s %255s %255s %255s %255[^\n]", root, place, options, rest) !=
            4)
            continue;
        if (strncmp(place, folder, strlen(folder)) != 0)
            continue;
        if (strstr(root, case_folder()))
            snprintf(root, sizeof(root), "FOLDER%s", strstr(root, folder) + strlen(folder));
        rest[strcspn(rest, "-")] = '\0';
        say("%s on %s (%s) [%s]", root, place + strlen(folder), options, rest);
    }
}

#endif
