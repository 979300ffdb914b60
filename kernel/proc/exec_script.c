/*
 * Scripts (execve(2) "Interpreter scripts"): #! INTERPRETER [ARGUMENT]. Pure. See exec.h.
 */
#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/proc/exec.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static char *skip_blanks(char *at)
{
    while (is_blank(*at))
        at++;
    return at;
}

static char *skip_word(char *at)
{
    while (*at != '\0' && !is_blank(*at))
        at++;
    return at;
}

int exec_script_parse(char *line, const char **interpreter, const char **argument)
{
    size_t length = strlen(line);
    char *end = memchr(line, '\n', length), *name, *rest;
    bool is_whole = end != NULL;

    if (line[0] != '#' || line[1] != '!')
        return -ENOEXEC;
    name = skip_blanks(line + 2);
    /* If the line isn't whole, the name must be, at least: a word, and something behind it. */
    if (!is_whole) {
        if (length == EXEC_HEADER_SIZE && *skip_word(name) == '\0')
            return -ENOEXEC;
        end = line + min(length, (size_t)EXEC_HEADER_SIZE - 1);
    }
    while (end > line + 2 && is_blank(end[-1]))
        end--;
    *end = '\0';
    /* Without a newline Linux goes on with the name "", which to it is the working directory. */
    if (name >= end)
        return is_whole ? -ENOEXEC : -EACCES;

    rest = skip_word(name);
    *interpreter = name;
    *argument = NULL;
    if (*rest != '\0') {
        *rest = '\0';
        *argument = skip_blanks(rest + 1);
    }
    return 0;
}
