/* wc: counts lines, words and bytes of files, or of its standard input. read(2). */
#include <ctype.h>
#include <fcntl.h>

#include "user/tool.h"

enum {
    LINES,
    WORDS,
    BYTES,
    COUNTERS
};

static unsigned shown; /* bit i: counter i is printed */

static void counts_print(const unsigned long counts[COUNTERS], const char *name)
{
    const char *separator = "";

    for (int i = 0; i < COUNTERS; i++) {
        if (!(shown & (1u << i)))
            continue;
        printf("%s%lu", separator, counts[i]);
        separator = " ";
    }
    printf(name ? " %s\n" : "\n", name);
}

/* A word is a run of what isn't space; IN_WORD goes from one buffer to the next. */
static void buffer_count(const char *buffer, ssize_t bytes, unsigned long counts[COUNTERS],
                         bool *in_word)
{
    counts[BYTES] += (unsigned long)bytes;
    for (ssize_t i = 0; i < bytes; i++) {
        bool space = isspace((unsigned char)buffer[i]);

        counts[LINES] += buffer[i] == '\n';
        counts[WORDS] += !space && !*in_word;
        *in_word = !space;
    }
}

/* Counts FD to its end, prints its line, adds it to TOTAL. */
static int fd_count(int fd, const char *name, unsigned long total[COUNTERS])
{
    static char buffer[65536];
    unsigned long counts[COUNTERS] = {0};
    bool in_word = false;
    ssize_t bytes;

    while ((bytes = read(fd, buffer, sizeof(buffer))) != 0) {
        if (bytes > 0)
            buffer_count(buffer, bytes, counts, &in_word);
        else if (errno != EINTR)
            return tool_fail("wc", name ? name : "standard input");
    }
    counts_print(counts, name);
    for (int i = 0; i < COUNTERS; i++)
        total[i] += counts[i];
    return 0;
}

static int file_count(const char *name, unsigned long total[COUNTERS])
{
    if (strcmp(name, "-") == 0)
        return fd_count(STDIN_FILENO, name, total);

    int fd = open(name, O_RDONLY);

    if (fd < 0)
        return tool_fail("wc", name);

    int status = fd_count(fd, name, total);

    close(fd);
    return status;
}

int main(int argc, char **argv)
{
    unsigned long total[COUNTERS] = {0};
    char **names = tool_options(argv, "lwc", &shown, "wc [-lwc] [NAME]...");
    bool several = names[0] && names[1];
    int status = 0;

    (void)argc;
    if (!shown)
        shown = 1u << LINES | 1u << WORDS | 1u << BYTES;
    if (!*names)
        return tool_finish("wc", fd_count(STDIN_FILENO, NULL, total));
    for (; *names; names++)
        status |= file_count(*names, total);
    if (several)
        counts_print(total, "total");
    return tool_finish("wc", status);
}
