/*
 * regexec: the longest of the leftmost matches of a compiled expression in a text. Characters are
 * UTF-8's; a byte that is part of none is one of its own. POSIX, XBD 9.1; `man 3 regexec`.
 */
#include "libc/regex/program.h"

#include <limits.h>
#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool __re_anchor_holds(const struct re_program *program, enum re_kind kind,
                       const struct re_text *text, size_t at)
{
    bool newline = (program->flags & REG_NEWLINE) != 0;
    bool at_start = at == 0, at_end = at == text->length;
    bool before = !at_start && __re_is_word(text->chars[at - 1]);
    bool behind = !at_end && __re_is_word(text->chars[at]);

    switch (kind) {
    case RE_LINE_START:
        return at_start ? !(text->flags & REG_NOTBOL) : newline && text->chars[at - 1] == '\n';
    case RE_LINE_END:
        return at_end ? !(text->flags & REG_NOTEOL) : newline && text->chars[at] == '\n';
    case RE_TEXT_START:
        return at_start;
    case RE_TEXT_END:
        return at_end;
    case RE_WORD_START:
        return !before && behind;
    case RE_WORD_END:
        return before && !behind;
    case RE_WORD_EDGE:
        return before != behind;
    case RE_WORD_INSIDE:
        return before == behind;
    default:
        return false;
    }
}

/* The text's characters, and in text->first the one that stands at byte `start`. */
static int text_decode(struct re_text *text, const char *bytes, size_t start, size_t size)
{
    size_t at = 0, step;

    if (size > INT_MAX)
        return REG_ESPACE;
    text->chars = reallocarray(NULL, size + 1, sizeof(text->chars[0]));
    text->offsets = reallocarray(NULL, size + 1, sizeof(text->offsets[0]));
    if (!text->chars || !text->offsets)
        return REG_ESPACE;
    for (text->length = 0; at < size; text->length++) {
        text->chars[text->length] = __re_decode(bytes + at, size - at, &step);
        text->offsets[text->length] = (int)at;
        at += step;
        if (at <= start)
            text->first = text->length + 1;
    }
    text->offsets[text->length] = (int)size;
    return 0;
}

/* Spans of characters become places of bytes. */
static void matches_give(const struct re_text *text, const struct re_span *spans, size_t count,
                         regmatch_t *matches)
{
    for (size_t i = 0; i < count; i++) {
        bool takes_part = spans[i].start != SIZE_MAX;

        matches[i].rm_so = takes_part ? text->offsets[spans[i].start] : -1;
        matches[i].rm_eo = takes_part ? text->offsets[spans[i].end] : -1;
    }
}

int regexec(const regex_t *regex, const char *string, size_t count, regmatch_t *matches, int flags)
{
    const struct re_program *program = regex->__program;
    struct re_text text = {.flags = flags};
    size_t wanted = program->flags & REG_NOSUB ? 0 : count;
    struct re_span *spans = calloc(wanted + 1, sizeof(*spans));
    size_t start = flags & REG_STARTEND ? (size_t)matches[0].rm_so : 0;
    size_t size = flags & REG_STARTEND ? (size_t)matches[0].rm_eo : strlen(string);
    int error = spans ? text_decode(&text, string, start, size) : REG_ESPACE;

    if (!error) {
        memset(spans, 0xff, (wanted + 1) * sizeof(*spans));
        error = program->has_back ? __re_search_back(program, &text, wanted, spans)
                                  : __re_search(program, &text, wanted, spans);
    }
    if (!error)
        matches_give(&text, spans, wanted, matches);
    free(text.offsets);
    free(text.chars);
    free(spans);
    return error;
}
