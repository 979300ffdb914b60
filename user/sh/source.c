/*
 * sh: where characters come from. Commands share the shell's standard input, so of that the shell
 * must not take more than the line it is about to run: it reads byte by byte (POSIX, sh, "INPUT
 * FILES"). A script has a descriptor of its own and is read in chunks.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/sh.h"

void source_begin_command(struct source *source)
{
    source->continuing = source->ended = false;
}

void source_open_text(struct source *source, struct shell *sh, const char *text)
{
    source->sh = sh;
    source->fd = -1;
    source->line = 1;
    source->prompting = source->line_pending = false;
    source_begin_command(source);
    source->next = text;
    source->end = text + strlen(text);
}

void source_open_fd(struct source *source, struct shell *sh, int fd)
{
    source_open_text(source, sh, "");
    source->fd = fd;
    source->chunk_bytes = fd == STDIN_FILENO ? 1 : SOURCE_CHUNK_BYTES - 1;
    source->prompting = sh->interactive;
}

static void prompt_print(const struct source *source)
{
    const char *prompt = variable_get(source->sh, source->continuing ? "PS2" : "PS1");

    if (prompt)
        fputs(prompt, stderr);
    fflush(stderr);
}

/* A NUL cannot be part of any word: it is passed over, as other shells do. */
static size_t nuls_drop(char *bytes, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != '\0')
            bytes[kept++] = bytes[i];
    }
    return kept;
}

/* Reads more; false at the end, and after an error, which is reported. */
static bool source_fill(struct source *source)
{
    size_t left = (size_t)(source->end - source->next);
    ssize_t count;

    if (source->fd < 0 || source->ended)
        return false;
    if (source->prompting && !source->line_pending && left == 0)
        prompt_print(source);
    memmove(source->buffer, source->next, left);
    do
        count = read(source->fd, source->buffer + left, source->chunk_bytes);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        shell_error(source->sh, "cannot read commands: %s", strerror(errno));
    source->next = source->buffer;
    source->end = source->buffer + left;
    if (count > 0)
        source->end += nuls_drop(source->buffer + left, (size_t)count);
    source->ended = count <= 0;
    return !source->ended;
}

int source_peek(struct source *source, size_t ahead)
{
    while ((size_t)(source->end - source->next) <= ahead) {
        if (!source_fill(source))
            return SOURCE_END;
    }
    return (unsigned char)source->next[ahead];
}

int source_take(struct source *source)
{
    int c = source_peek(source, 0);

    if (c == SOURCE_END)
        return c;
    source->next++;
    source->line_pending = c != '\n';
    source->line += c == '\n';
    return c;
}

void source_skip_line(struct source *source)
{
    while (source->line_pending && source_take(source) != SOURCE_END)
        ;
}
