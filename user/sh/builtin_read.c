/* sh: read (POSIX): a line of standard input, split at the characters of IFS, into variables. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/run.h"

/* The line, and for each of its characters whether a backslash stood before it. */
struct input {
    struct text bytes, quoted;
};

/* Byte by byte: what comes after the line is not for the shell. */
static int byte_read(struct shell *sh)
{
    unsigned char byte;
    ssize_t count;

    do {
        if (!input_await(sh, STDIN_FILENO))
            return -1;
        count = read(STDIN_FILENO, &byte, 1);
    } while (count < 0 && errno == EINTR);
    return count == 1 ? byte : -1;
}

/* Reads up to a newline; false if there was none. A backslash and a newline together are none. */
static bool line_read(struct shell *sh, bool raw, struct input *input)
{
    for (int c; (c = byte_read(sh)) >= 0;) {
        bool quoted = c == '\\' && !raw;

        if (c == '\n')
            return true;
        if (quoted)
            c = byte_read(sh);
        if (c < 0)
            return false;
        if (c == '\0' || (quoted && c == '\n'))
            continue;
        text_add_char(&input->bytes, (char)c);
        text_add_char(&input->quoted, quoted ? 'q' : ' ');
    }
    return false;
}

static bool is_separator(const struct input *input, size_t place, const char *ifs)
{
    char c = input->bytes.bytes[place];

    return c && input->quoted.bytes[place] == ' ' && strchr(ifs, c);
}

static bool is_blank(const struct input *input, size_t place, const char *ifs)
{
    return is_separator(input, place, ifs) && strchr(" \t\n", input->bytes.bytes[place]);
}

/* Passes over what ends a field: blanks of IFS, with at most one other character of it. */
static size_t separator_end(const struct input *input, size_t place, const char *ifs)
{
    while (is_blank(input, place, ifs))
        place++;
    if (is_separator(input, place, ifs))
        place++;
    while (is_blank(input, place, ifs))
        place++;
    return place;
}

static size_t field_end_find(const struct input *input, size_t place, const char *ifs)
{
    while (place < input->bytes.length && !is_separator(input, place, ifs))
        place++;
    return place;
}

/* The last variable takes all that is left, the blanks at its end aside; if that is one field,
 * without what ends it. */
static size_t rest_end_find(const struct input *input, size_t place, const char *ifs)
{
    size_t end = input->bytes.length;
    size_t field = field_end_find(input, place, ifs);

    if (separator_end(input, field, ifs) == end)
        return field;
    while (end > place && is_blank(input, end - 1, ifs))
        end--;
    return end;
}

static bool fields_assign(struct shell *sh, const struct input *input, char **names)
{
    const char *ifs = variable_get(sh, "IFS");
    size_t place = 0;

    ifs = arena_copy(&sh->arena, ifs ? ifs : " \t\n", ifs ? strlen(ifs) : 3);
    while (is_blank(input, place, ifs))
        place++;
    for (; *names; names++) {
        size_t end =
            names[1] ? field_end_find(input, place, ifs) : rest_end_find(input, place, ifs);
        const char *value = arena_copy(&sh->arena, input->bytes.bytes + place, end - place);

        if (!is_name(*names)) {
            shell_error(sh, "read: %s: not a name", *names);
            return false;
        }
        if (!variable_set(sh, *names, value))
            return false;
        place = separator_end(input, end, ifs);
    }
    return true;
}

/* read [-r] [-p PROMPT] NAME...: -r takes backslashes as they are. 1 at the end of the input. */
int run_read(struct shell *sh, char **arguments)
{
    struct input input;
    bool raw = false, complete;
    int signal;

    for (arguments++; *arguments && (*arguments)[0] == '-'; arguments++) {
        if (strcmp(*arguments, "-r") == 0) {
            raw = true;
        } else if (strcmp(*arguments, "-p") == 0 && arguments[1]) {
            const char *prompt = *++arguments;

            if (isatty(STDIN_FILENO) && write(STDERR_FILENO, prompt, strlen(prompt)) < 0)
                return 1;
        } else {
            shell_error(sh, "read: %s: unknown option", *arguments);
            return STATUS_ERROR;
        }
    }
    if (!*arguments) {
        shell_error(sh, "read: into which variable?");
        return STATUS_ERROR;
    }
    text_begin(&input.bytes, &sh->arena);
    text_begin(&input.quoted, &sh->arena);
    complete = line_read(sh, raw, &input);
    signal = trap_pending(sh);
    if (!complete && (signal || (sh->interactive && interrupted)))
        return STATUS_SIGNAL + (signal ? signal : SIGINT);
    if (!fields_assign(sh, &input, arguments))
        return STATUS_ERROR;
    return complete ? 0 : 1;
}
