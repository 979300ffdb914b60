/* head: the first lines of files, or of its standard input: 10, or `-n COUNT`. getc(3). */
#include "user/tool.h"

static const char usage[] = "head [-n COUNT] [NAME]...";

static int stream_head(FILE *stream, const char *name, unsigned long lines)
{
    int byte;

    while (lines > 0 && !ferror(stdout) && (byte = getc(stream)) != EOF) {
        putchar(byte);
        lines -= byte == '\n';
    }
    return ferror(stream) ? tool_fail("head", name) : 0;
}

static int file_head(const char *name, unsigned long lines, const char *header_format)
{
    bool is_stdin = strcmp(name, "-") == 0;
    FILE *stream = is_stdin ? stdin : fopen(name, "r");

    if (!stream)
        return tool_fail("head", name);
    if (header_format)
        printf(header_format, is_stdin ? "standard input" : name);

    int status = stream_head(stream, name, lines);

    if (!is_stdin)
        fclose(stream);
    return status;
}

/* Takes `-n COUNT`, `-nCOUNT` or `-COUNT` from the front of *ARGUMENTS. */
static unsigned long count_take(char ***arguments)
{
    unsigned long lines;
    char *option = **arguments;

    if (!option || option[0] != '-' || option[1] == '\0')
        return 10;
    if (strcmp(option, "--") == 0) {
        ++*arguments;
        return 10;
    }

    char *text = option[1] == 'n' ? option + 2 : option + 1;

    if (strcmp(option, "-n") == 0)
        text = *++*arguments;
    if (!text || !number_parse(text, 10, ULONG_MAX, &lines))
        tool_usage(usage);
    ++*arguments;
    return lines;
}

int main(int argc, char **argv)
{
    char **names = argv + 1;
    unsigned long lines = count_take(&names);
    int status = 0;

    (void)argc;
    if (!*names)
        return tool_finish("head", stream_head(stdin, "standard input", lines));

    bool several = names[1] != NULL;

    for (bool first = true; *names; names++, first = false) {
        const char *header = first ? "==> %s <==\n" : "\n==> %s <==\n";

        status |= file_head(*names, lines, several ? header : NULL);
    }
    return tool_finish("head", status);
}
