/*
 * ps [-Aef | aux]: the processes there are, in the order of their ids; with f or u, whose they are.
 * Each is a folder in /proc; its stat and cmdline have all that is printed. proc(5), opendir(3).
 */
#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>

#include "user/tool.h"

struct process {
    char name[64]; /* what was executed; a kernel thread has nothing else to be called by */
    char state;
    int id, parent, group;
    unsigned long ticks; /* of the CPU, in user space and in the kernel */
};

/* Reads PATH, of the folder FOLDER, into TEXT. Its length, or -1: it may have gone meanwhile. */
static ssize_t file_read(int folder, const char *path, char *text, size_t size)
{
    int fd = openat(folder, path, O_RDONLY);
    ssize_t count;

    if (fd < 0)
        return -1;
    count = read(fd, text, size - 1);
    close(fd);
    if (count >= 0)
        text[count] = '\0';
    return count;
}

/* The name stands in parentheses, and may have some itself: the last one ends it. */
static bool stat_parse(const char *text, struct process *process)
{
    const char *begin = strchr(text, '('), *end = strrchr(text, ')');
    unsigned long user, kernel;

    if (!begin || !end || (size_t)(end - begin) > sizeof(process->name))
        return false;
    memcpy(process->name, begin + 1, (size_t)(end - begin - 1));
    process->name[end - begin - 1] = '\0';
    process->id = atoi(text);
    if (sscanf(end + 1, " %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &process->state,
               &process->parent, &process->group, &user, &kernel) != 5)
        return false;
    process->ticks = user + kernel;
    return true;
}

/* Its words are separated by NULs; what a terminal would obey is not shown to it. */
static void command_clean(char *command, ssize_t length)
{
    while (length > 0 && command[length - 1] == '\0')
        length--;
    for (ssize_t i = 0; i < length; i++) {
        if (command[i] == '\0')
            command[i] = ' ';
        else if ((unsigned char)command[i] < ' ' || command[i] == 0x7f)
            command[i] = '?';
    }
}

static void user_print(int proc, const char *id)
{
    struct stat status = {0};
    bool known = fstatat(proc, id, &status, 0) == 0; /* it may have gone just now */
    struct passwd *user = known ? getpwuid(status.st_uid) : NULL;

    if (user || !known)
        printf("%-8s ", user ? user->pw_name : "?");
    else
        printf("%-8u ", status.st_uid);
}

static void process_print(int proc, const char *id, bool with_user)
{
    char path[64], text[1024], command[256];
    struct process process;
    unsigned long seconds;
    ssize_t length;

    snprintf(path, sizeof(path), "%s/stat", id);
    if (file_read(proc, path, text, sizeof(text)) < 0 || !stat_parse(text, &process))
        return;
    snprintf(path, sizeof(path), "%s/cmdline", id);
    length = file_read(proc, path, command, sizeof(command));
    if (length > 0)
        command_clean(command, length);
    else
        snprintf(command, sizeof(command), "[%s]", process.name);
    if (with_user)
        user_print(proc, id);
    seconds = process.ticks / (unsigned long)sysconf(_SC_CLK_TCK);
    printf("%5d %5d %5d %c %3lu:%02lu %s\n", process.id, process.parent, process.group,
           process.state, seconds / 60, seconds % 60, command);
}

/* Are the users asked for? All processes, which the other letters ask for, are shown anyway. */
static bool options_read(int argc, char **argv)
{
    const char *known = "aux", *words = argc > 1 ? argv[1] : "";

    if (*words == '-') {
        known = "Aef";
        words++;
    }
    if (argc > 2 || (argc == 2 && !*words) || words[strspn(words, known)])
        tool_usage("ps [-Aef | aux]");
    return strpbrk(words, "fu") != NULL;
}

int main(int argc, char **argv)
{
    DIR *proc = opendir("/proc");
    struct dirent *entry;

    bool with_user = options_read(argc, argv);

    if (!proc)
        return tool_fail("ps", "/proc");
    if (with_user)
        printf("%-8s ", "USER");
    printf("%5s %5s %5s %c %6s %s\n", "PID", "PPID", "PGRP", 'S', "TIME", "COMMAND");
    while ((entry = readdir(proc))) {
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
            process_print(dirfd(proc), entry->d_name, with_user);
    }
    closedir(proc);
    return tool_finish("ps", 0);
}
