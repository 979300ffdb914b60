/*
 * ls [-adhlrt1] [NAME]...: lists files, and what is in folders. A name that no folder has, or that
 * cannot be read, is reported, and the others are listed. opendir(3), readdir(3).
 */
#include <dirent.h>

#include "user/ls/ls.h"

static unsigned options;

/* Reads the names in the open folder STREAM, called FOLDER, into LIST. */
static int folder_read(DIR *stream, const char *folder, struct listing *list)
{
    struct dirent *entry;
    int status = 0;

    while (errno = 0, (entry = readdir(stream))) {
        char path[PATH_MAX];

        if (entry->d_name[0] == '.' && !(options & OPTION_ALL))
            continue;
        if (path_into(path, folder, entry->d_name))
            status |= listing_add(list, entry->d_name, path);
        else
            status |= tool_fail("ls", entry->d_name);
    }
    return errno ? tool_fail("ls", folder) : status;
}

/* How much of the file system the files of a folder take; a block has 512 bytes. */
static void total_print(long long blocks)
{
    char text[32];

    if (options & OPTION_HUMAN)
        human_format((unsigned long long)blocks * 512, text);
    else
        snprintf(text, sizeof(text), "%lld", blocks / 2);
    printf("total %s\n", text);
}

static int folder_list(const char *folder)
{
    struct listing list = {0};
    long long blocks = 0;
    DIR *stream = opendir(folder);

    if (!stream)
        return tool_fail("ls", folder);

    int status = folder_read(stream, folder, &list);

    closedir(stream);
    for (size_t i = 0; i < list.count; i++)
        blocks += list.entries[i].status.st_blocks;
    if (options & OPTION_LONG)
        total_print(blocks);
    listing_print(&list, options);
    listing_free(&list);
    return status;
}

/* A link to a folder is followed where it is named, as POSIX says, but not with -l. */
static bool is_folder(const struct entry *entry)
{
    if (options & OPTION_FOLDER)
        return false;
    if (S_ISLNK(entry->status.st_mode) && !(options & OPTION_LONG))
        return path_is_folder(entry->path);
    return S_ISDIR(entry->status.st_mode);
}

/* Lists the operands: first those that are no folders, then each folder under its name. */
static int operands_list(char **names)
{
    struct listing operands = {0}, files = {0};
    bool several = names[1] != NULL;
    int status = 0;

    for (; *names; names++)
        status |= listing_add(&operands, *names, *names);
    listing_sort(&operands, options);
    for (size_t i = 0; i < operands.count; i++) {
        if (!is_folder(&operands.entries[i]))
            status |= listing_add(&files, operands.entries[i].name, operands.entries[i].path);
    }
    listing_print(&files, options);

    bool first = files.count == 0;

    for (size_t i = 0; i < operands.count; i++) {
        if (!is_folder(&operands.entries[i]))
            continue;
        if (several)
            printf(first ? "%s:\n" : "\n%s:\n", operands.entries[i].name);
        first = false;
        status |= folder_list(operands.entries[i].path);
    }
    listing_free(&files);
    listing_free(&operands);
    return status;
}

int main(int argc, char **argv)
{
    static char here[] = ".";
    char **names = tool_options(argv, "al1dhrt", &options, "ls [-adhlrt1] [NAME]...");

    (void)argc;
    if (*names)
        return tool_finish("ls", operands_list(names));
    return tool_finish("ls", operands_list((char *[]){here, NULL}));
}
