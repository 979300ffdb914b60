/*
 * hexdump: the bytes of files, as `hexdump -C` shows them: offset, 16 bytes, their characters. A
 * run of equal lines is one `*`. Without a file, its standard input.
 */
#include <ctype.h>

#include "user/tool.h"

enum {
    LINE_BYTES = 16
};

static char line[LINE_BYTES], line_before[LINE_BYTES];
static size_t line_length;
static unsigned long offset;
static bool squeezing;

static void line_format(void)
{
    printf("%08lx ", offset);
    for (size_t i = 0; i < LINE_BYTES; i++) {
        if (i == LINE_BYTES / 2)
            putchar(' ');
        if (i < line_length)
            printf(" %02x", (unsigned char)line[i]);
        else
            printf("   ");
    }
    printf("  |");
    for (size_t i = 0; i < line_length; i++)
        putchar(isprint((unsigned char)line[i]) ? line[i] : '.');
    printf("|\n");
}

/* Prints the line gathered so far, unless it repeats the one before. */
static void line_flush(void)
{
    bool same =
        offset > 0 && line_length == LINE_BYTES && memcmp(line, line_before, LINE_BYTES) == 0;

    if (!same)
        line_format();
    else if (!squeezing)
        printf("*\n");
    squeezing = same;
    memcpy(line_before, line, LINE_BYTES);
    offset += line_length;
    line_length = 0;
}

static int stream_dump(FILE *stream, const char *name)
{
    int byte;

    while (!ferror(stdout) && (byte = getc(stream)) != EOF) {
        line[line_length++] = (char)byte;
        if (line_length == LINE_BYTES)
            line_flush();
    }
    return ferror(stream) ? tool_fail("hexdump", name) : 0;
}

static int file_dump(const char *name)
{
    FILE *stream = fopen(name, "r");

    if (!stream)
        return tool_fail("hexdump", name);

    int status = stream_dump(stream, name);

    fclose(stream);
    return status;
}

int main(int argc, char **argv)
{
    unsigned options;
    char **names = tool_options(argv, "C", &options, "hexdump [-C] [NAME]...");
    int status = 0;

    (void)argc;
    if (!*names)
        status = stream_dump(stdin, "standard input");
    for (; *names; names++)
        status |= file_dump(*names);
    if (line_length > 0)
        line_flush();
    if (offset > 0)
        printf("%08lx\n", offset);
    return tool_finish("hexdump", status);
}
