/*
 * sh: where characters come from. Commands share the shell's standard input, so of that the shell
 * must not take more than the line it is about to run: it reads byte by byte (POSIX, sh, "INPUT
 * FILES"). A script has a descriptor of its own and is read in chunks.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/edit.h"
#include "user/sh/run.h"

void source_begin_command(struct source *source, struct tree *tree)
{
    source->continuing = source->ended = false;
    source->script = tree ? &tree->script : NULL;
}

void source_open_text(struct source *source, struct shell *sh, const char *text)
{
    *source = (struct source){.sh = sh, .fd = -1, .line = 1};
    source->next = text;
    source->end = text + strlen(text);
}

void source_open_fd(struct source *source, struct shell *sh, int fd)
{
    source_open_text(source, sh, "");
    source->fd = fd;
    source->chunk_bytes = fd == STDIN_FILENO ? 1 : SOURCE_CHUNK_BYTES;
    source->prompting = sh->interactive && fd == STDIN_FILENO;
    source->buffer = memory_alloc(2 * EDIT_LINE_BYTES + SOURCE_CHUNK_BYTES);
}

void source_close(struct source *source)
{
    source_forget(source);
    free(source->buffer);
    if (source->fd > STDIN_FILENO)
        close(source->fd);
}

static void inset_end(struct source *source)
{
    struct inset *inset = source->insets;

    source->next = inset->next;
    source->end = inset->end;
    source->insets = inset->outer;
    inset->outer = source->read_insets;
    source->read_insets = inset;
}

void source_inset(struct source *source, struct inset *inset, struct alias *alias)
{
    *inset = (struct inset){.outer = source->insets, .alias = alias};
    inset->read = source->read_insets; /* ended with the word whose meaning this is: still in use */
    source->read_insets = NULL;
    inset->next = source->next;
    inset->end = source->end;
    alias->in_use = true;
    source->insets = inset;
    source->next = alias->value;
    source->end = alias->value + strlen(alias->value);
}

static bool insets_release(struct inset *inset)
{
    bool blank_follows = false;

    for (; inset; inset = inset->outer) {
        const char *value = inset->alias->value;
        size_t length = strlen(value);

        blank_follows |= length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t');
        alias_release(inset->alias);
        blank_follows |= insets_release(inset->read);
    }
    return blank_follows;
}

bool source_release_aliases(struct source *source)
{
    struct inset *inset = source->read_insets;

    source->read_insets = NULL;
    return insets_release(inset);
}

void source_forget(struct source *source)
{
    while (source->insets)
        inset_end(source);
    source_release_aliases(source);
    source->next = source->end;
    source->line_pending = false;
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

/* Has a line typed into PLACE. ^C at the prompt gives up what has been typed of the command. */
static ssize_t line_type(struct source *source, const char *prompt, char *place)
{
    switch (edit_read(source->sh, prompt, place)) {
    case EDIT_LINE:
        return (ssize_t)strlen(place);
    case EDIT_INTERRUPT:
        shell_abandon(source->sh, STATUS_SIGNAL + SIGINT);
        return 0;
    default:
        return 0;
    }
}

/* read(2), again where a signal cut it short. At the prompt ^C ends it, and traps run meanwhile. */
static ssize_t bytes_read(struct source *source, char *place)
{
    struct shell *sh = source->sh;
    ssize_t count;

    while (source->prompting && !input_await(sh, source->fd)) {
        if (interrupted) {
            fputc('\n', stderr);
            shell_abandon(sh, STATUS_SIGNAL + SIGINT);
            return 0;
        }
        traps_run(sh);
        if (sh->unwind)
            return 0;
    }
    do
        count = read(source->fd, place, source->chunk_bytes);
    while (count < 0 && errno == EINTR);
    return count;
}

static ssize_t prompted_read(struct source *source, char *place)
{
    struct shell *sh = source->sh;
    struct arena_mark mark = arena_mark(&sh->arena);
    const char *prompt = prompt_expand(sh, source->continuing ? "PS2" : "PS1");
    ssize_t count;

    if (edit_possible(sh)) {
        count = line_type(source, prompt, place);
    } else {
        if (!source->line_pending && source->next == source->end)
            fputs(prompt, stderr);
        count = bytes_read(source, place);
    }
    arena_release(&sh->arena, mark);
    return count;
}

/* Reads more; false at the end, and after an error, which is reported. */
static bool source_fill(struct source *source)
{
    size_t left = (size_t)(source->end - source->next);
    char *place = source->buffer + left;
    ssize_t count;

    if (source->fd < 0 || source->ended)
        return false;
    memmove(source->buffer, source->next, left);
    count = source->prompting ? prompted_read(source, place) : bytes_read(source, place);
    if (count < 0)
        shell_error(source->sh, "cannot read commands: %s", strerror(errno));
    if (count > 0 && source->sh->options[OPTION_VERBOSE])
        fwrite(place, 1, (size_t)count, stderr);
    source->next = source->buffer;
    source->end = place + (count > 0 ? nuls_drop(place, (size_t)count) : 0);
    source->ended = count <= 0;
    return !source->ended;
}

/* The character after those of the alias that is being read, as far as it is known. */
static int inset_peek_behind(const struct source *source, size_t ahead)
{
    size_t left = (size_t)(source->end - source->next);

    for (const struct inset *inset = source->insets; inset; inset = inset->outer) {
        ahead -= left;
        left = (size_t)(inset->end - inset->next);
        if (ahead < left)
            return (unsigned char)inset->next[ahead];
    }
    return SOURCE_END;
}

int source_peek(struct source *source, size_t ahead)
{
    while (source->insets && source->next == source->end)
        inset_end(source);
    while ((size_t)(source->end - source->next) <= ahead) {
        if (source->insets)
            return inset_peek_behind(source, ahead);
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
    if (source->script)
        text_add_char(source->script, (char)c);
    return c;
}

void source_skip_line(struct source *source)
{
    while (source->insets)
        inset_end(source);
    source_release_aliases(source);
    while (source->line_pending && source_take(source) != SOURCE_END)
        ;
}
