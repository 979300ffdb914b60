/*
 * mount: shows what is mounted, or mounts something.
 *
 *   mount                               lists what /proc/mounts has
 *   mount [-t TYPE] [-o OPTIONS] SOURCE FOLDER
 *
 * OPTIONS are words with commas between them: those that are flags (ro, nosuid, bind, rbind, move,
 * remount ...) and those that the file system knows (size=1m).
 *
 * mount(2), mount(8), proc(5).
 */
#include <sys/mount.h>

#include "user/tool.h"

static const char usage[] = "mount [-t TYPE] [-o OPTIONS] [SOURCE FOLDER]";

/* A word of -o, and what it does to the flags. */
struct word {
    const char *name;
    unsigned long set, clear;
};

static const struct word words[] = {
    {"ro", MS_RDONLY, 0},
    {"rw", 0, MS_RDONLY},
    {"nosuid", MS_NOSUID, 0},
    {"suid", 0, MS_NOSUID},
    {"nodev", MS_NODEV, 0},
    {"dev", 0, MS_NODEV},
    {"noexec", MS_NOEXEC, 0},
    {"exec", 0, MS_NOEXEC},
    {"nosymfollow", MS_NOSYMFOLLOW, 0},
    {"noatime", MS_NOATIME, 0},
    {"nodiratime", MS_NODIRATIME, 0},
    {"relatime", MS_RELATIME, 0},
    {"strictatime", MS_STRICTATIME, 0},
    {"sync", MS_SYNCHRONOUS, 0},
    {"bind", MS_BIND, 0},
    {"rbind", MS_BIND | MS_REC, 0},
    {"move", MS_MOVE, 0},
    {"remount", MS_REMOUNT, 0},
    {"private", MS_PRIVATE, 0},
    {"unbindable", MS_UNBINDABLE, 0},
    {"defaults", 0, 0},
};

/* Its lines are: source, folder, type, options, two numbers. Blanks in names are \040 there, and
 * stay that. */
static int list_show(void)
{
    FILE *file = fopen("/proc/mounts", "re");
    char *line = NULL;
    size_t size = 0;

    if (!file)
        return tool_fail("mount", "/proc/mounts");
    while (getline(&line, &size, file) > 0) {
        const char *source = strtok(line, " "), *folder = strtok(NULL, " ");
        const char *type = strtok(NULL, " "), *options = strtok(NULL, " ");

        if (options)
            printf("%s on %s type %s (%s)\n", source, folder, type, options);
    }
    if (ferror(file))
        return tool_fail("mount", "/proc/mounts");
    free(line);
    fclose(file);
    return tool_finish("mount", 0);
}

static bool flag_apply(const char *name, unsigned long *flags)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i].name, name) != 0)
            continue;
        *flags = (*flags | words[i].set) & ~words[i].clear;
        return true;
    }
    return false;
}

/* Takes the flags out of the options; what is left is for the file system. */
static void options_read(char *options, unsigned long *flags, char *rest)
{
    for (char *word = strtok(options, ","); word; word = strtok(NULL, ",")) {
        if (flag_apply(word, flags))
            continue;
        if (*rest)
            strcat(rest, ",");
        strcat(rest, word);
    }
}

int main(int argc, char **argv)
{
    const char *type = NULL;
    unsigned long flags = 0;
    char *options = NULL, *rest;
    int letter;

    while ((letter = getopt(argc, argv, "t:o:")) != -1) {
        if (letter == 't')
            type = optarg;
        else if (letter == 'o')
            options = optarg;
        else
            tool_usage(usage);
    }
    if (argc == 1)
        return list_show();
    if (argc - optind != 2)
        tool_usage(usage);
    rest = calloc(1, options ? strlen(options) + 1 : 1);
    if (!rest)
        return tool_fail("mount", "options");
    if (options)
        options_read(options, &flags, rest);
    if (mount(argv[optind], argv[optind + 1], type, flags, rest) < 0)
        return tool_fail("mount", argv[optind + 1]);
    free(rest);
    return 0;
}
