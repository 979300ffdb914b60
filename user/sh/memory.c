/*
 * sh: memory. A command's tokens, tree and fields are made one after the other and die together:
 * they come from an arena, a chain of blocks of which only the newest is filled. Nothing in it is
 * freed alone; going back to a mark frees all that came after it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/sh/sh.h"

enum {
    BLOCK_BYTES = 4096 - 64,
    ALIGNMENT = 16
};

struct arena_block {
    struct arena_block *older;
    size_t used, size;
    _Alignas(ALIGNMENT) char bytes[];
};

void *memory_alloc(size_t bytes)
{
    void *memory = malloc(bytes);

    if (!memory) {
        fprintf(stderr, "sh: out of memory\n");
        _exit(STATUS_ERROR);
    }
    return memory;
}

char *string_copy(const char *string)
{
    return strcpy(memory_alloc(strlen(string) + 1), string);
}

static struct arena_block *block_add(struct arena *arena, size_t bytes)
{
    size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    struct arena_block *block = memory_alloc(sizeof(*block) + size);

    block->older = arena->newest;
    block->used = 0;
    block->size = size;
    arena->newest = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    struct arena_block *block = arena->newest;

    bytes = (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (!block || block->size - block->used < bytes)
        block = block_add(arena, bytes);
    block->used += bytes;
    return block->bytes + block->used - bytes;
}

char *arena_copy(struct arena *arena, const char *string, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);

    memcpy(copy, string, length);
    copy[length] = '\0';
    return copy;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){arena->newest, arena->newest ? arena->newest->used : 0};
}

void arena_release(struct arena *arena, struct arena_mark mark)
{
    while (arena->newest != mark.block) {
        struct arena_block *block = arena->newest;

        arena->newest = block->older;
        free(block);
    }
    if (arena->newest)
        arena->newest->used = mark.used;
}

void text_begin(struct text *text, struct arena *arena)
{
    text->arena = arena;
    text->length = 0;
    text->capacity = 32;
    text->bytes = arena_alloc(arena, text->capacity);
    text->bytes[0] = '\0';
}

void text_add_char(struct text *text, char c)
{
    if (text->length + 1 == text->capacity) {
        char *larger = arena_alloc(text->arena, text->capacity * 2);

        memcpy(larger, text->bytes, text->length);
        text->bytes = larger;
        text->capacity *= 2;
    }
    text->bytes[text->length++] = c;
    text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
    while (*string)
        text_add_char(text, *string++);
}

/* A quote in it stands as '\''. */
void text_add_quoted(struct text *text, const char *string)
{
    text_add_char(text, '\'');
    for (; *string; string++) {
        if (*string == '\'')
            text_add(text, "'\\''");
        else
            text_add_char(text, *string);
    }
    text_add_char(text, '\'');
}
