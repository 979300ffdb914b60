/*
 * sh: Tab. The word before the cursor is finished with what all names have in common that begin as
 * it does: those of programs and built-in commands where a command stands, else of files. A second
 * Tab lists them. opendir(3), stat(2).
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/sh/edit.h"
#include "user/sh/run.h"

/* Ends a word, unless a backslash stands before it. */
static const char word_ends[] = " \t|&;<>()=";
static const char needs_backslash[] = " \t|&;<>()$`\"'\\*?[#~!";

struct completion {
    struct arena *arena;
    const char *begin; /* what the names begin with */
    char **names;
    size_t count, capacity;
};

static void name_add(struct completion *completion, const char *name, const char *suffix)
{
    size_t length = strlen(name);
    struct text text;

    if (strncmp(name, completion->begin, strlen(completion->begin)) != 0)
        return;
    if (completion->count == completion->capacity) {
        size_t capacity = completion->capacity * 2 + 32;
        char **larger = arena_alloc(completion->arena, capacity * sizeof(*larger));

        if (completion->count > 0)
            memcpy(larger, completion->names, completion->count * sizeof(*larger));
        completion->names = larger;
        completion->capacity = capacity;
    }
    text_begin(&text, completion->arena);
    for (size_t i = 0; i < length; i++)
        text_add_char(&text, name[i]);
    text_add(&text, suffix);
    completion->names[completion->count++] = text.bytes;
}

/* A control character in a name would be obeyed by the terminal, and a newline ends the command. */
static bool is_typable(const char *name)
{
    for (; *name; name++) {
        if ((unsigned char)*name < ' ' || *name == 0x7f)
            return false;
    }
    return true;
}

/* Adds the names in FOLDER: a folder's ends with a slash. With PROGRAMS, only what can be run. */
static void folder_add(struct completion *completion, const char *folder, bool programs)
{
    DIR *stream = opendir(folder);
    struct dirent *entry;
    struct stat status;

    while (stream && (entry = readdir(stream))) {
        bool is_folder, hidden = entry->d_name[0] == '.' && completion->begin[0] != '.';

        if (hidden || !is_typable(entry->d_name) ||
            fstatat(dirfd(stream), entry->d_name, &status, 0) < 0)
            continue;
        is_folder = S_ISDIR(status.st_mode);
        if (programs && (is_folder || !(status.st_mode & 0111)))
            continue;
        name_add(completion, entry->d_name, is_folder ? "/" : "");
    }
    if (stream)
        closedir(stream);
}

static void commands_add(struct shell *sh, struct completion *completion)
{
    const char *folder = variable_get(sh, "PATH");
    const char *name;

    for (size_t i = 0; (name = builtin_name(i)); i++)
        name_add(completion, name, "");
    while (folder) {
        size_t length = strcspn(folder, ":");

        folder_add(completion, length ? arena_copy(&sh->arena, folder, length) : ".", true);
        folder = folder[length] ? folder + length + 1 : NULL;
    }
}

/* The part of the line from FROM to TO, without its backslashes. */
static char *word_plain(struct shell *sh, const struct edit_line *line, size_t from, size_t to)
{
    struct text text;

    text_begin(&text, &sh->arena);
    for (; from < to; from++) {
        if (line->bytes[from] == '\\' && from + 1 < to)
            from++;
        text_add_char(&text, line->bytes[from]);
    }
    return text.bytes;
}

static size_t word_start(const struct edit_line *line)
{
    size_t start = 0;

    for (size_t i = 0; i < line->cursor; i++) {
        if (line->bytes[i] == '\\')
            i++;
        else if (strchr(word_ends, line->bytes[i]))
            start = i + 1;
    }
    return start;
}

/* Does a command's name stand at PLACE: at the begin of the line, or behind | & ; or ( ? */
static bool is_command_place(const struct edit_line *line, size_t place)
{
    while (place > 0 && (line->bytes[place - 1] == ' ' || line->bytes[place - 1] == '\t'))
        place--;
    return place == 0 || strchr("|&;(", line->bytes[place - 1]);
}

static int name_compare(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Sorts the names; one that is found in two folders of PATH stands there once. */
static void names_sort(struct completion *completion)
{
    size_t kept = 0;

    if (completion->count > 1)
        qsort(completion->names, completion->count, sizeof(char *), name_compare);
    for (size_t i = 0; i < completion->count; i++) {
        if (kept == 0 || strcmp(completion->names[kept - 1], completion->names[i]) != 0)
            completion->names[kept++] = completion->names[i];
    }
    completion->count = kept;
}

/* How many characters all names have in common. The first and the last differ most. */
static size_t names_common(const struct completion *completion)
{
    const char *first = completion->names[0], *last = completion->names[completion->count - 1];
    size_t length = 0;

    while (first[length] && first[length] == last[length])
        length++;
    return length;
}

/* Puts in what is new of the common part; behind a name that is the only one, a blank. */
static bool common_insert(struct editor *editor, const struct completion *completion)
{
    size_t common = names_common(completion), before = editor->line.length;
    const char *name = completion->names[0];

    while (common > 0 && ((unsigned char)name[common] & 0xc0) == 0x80)
        common--; /* only whole characters of UTF-8 */

    for (size_t i = strlen(completion->begin); i < common; i++) {
        if (strchr(needs_backslash, name[i]))
            edit_insert(editor, "\\", 1);
        edit_insert(editor, name + i, 1);
    }
    if (completion->count == 1 && common > 0 && name[common - 1] != '/')
        edit_insert(editor, " ", 1);
    return editor->line.length != before;
}

void complete_word(struct editor *editor)
{
    struct shell *sh = editor->sh;
    struct arena_mark mark = arena_mark(&sh->arena);
    size_t start = word_start(&editor->line);
    char *word = word_plain(sh, &editor->line, start, editor->line.cursor);
    char *slash = strrchr(word, '/');
    struct completion completion = {.arena = &sh->arena, .begin = slash ? slash + 1 : word};

    if (slash)
        folder_add(&completion, arena_copy(&sh->arena, word, (size_t)(slash - word) + 1), false);
    else if (is_command_place(&editor->line, start))
        commands_add(sh, &completion);
    else
        folder_add(&completion, ".", false);
    names_sort(&completion);
    if (completion.count == 0 || !common_insert(editor, &completion)) {
        if (completion.count > 1 && editor->listed)
            draw_list(editor, completion.names, completion.count);
        else
            draw_bytes("\a", 1);
        editor->listed = true;
    }
    arena_release(&sh->arena, mark);
}
