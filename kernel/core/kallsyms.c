/*
 * Symbol lookup by binary search in the table that tools/gen_kallsyms describes. See kallsyms.h.
 */
#include "kernel/core/kallsyms.h"

#include "kernel/lib/compiler.h"

#define KALLSYMS_MAGIC 0x4c53594d
#define NAME_GLOBAL 0x80000000u /* in a function's name */

struct kallsyms_table {
    uint32_t magic;
    uint32_t function_count;
    uint32_t file_count;
    uint32_t text_bytes;
    uint32_t lines_bytes;
    uint32_t strings_bytes;
    uint32_t words[]; /* start, name and line of each function; name of each file; lines; strings */
};

/* Not there in the first link, which has no table. */
extern const struct kallsyms_table kallsyms_table __weak;
extern const char _text[];

/* What is left of a function's packed lines. */
struct line_reader {
    const uint8_t *next;
    const uint8_t *end;
    bool broken;
};

/* The function that the code at `offset` belongs to; there is one: the first starts at 0 or before.
 */
static uint32_t function_find(const struct kallsyms_table *table, uint32_t offset)
{
    uint32_t low = 0;
    uint32_t high = table->function_count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (table->words[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static const uint8_t *table_lines(const struct kallsyms_table *table)
{
    return (const uint8_t *)&table->words[3 * table->function_count + table->file_count];
}

static const char *table_string(const struct kallsyms_table *table, uint32_t offset)
{
    const char *strings = (const char *)table_lines(table) + table->lines_bytes;

    return offset < table->strings_bytes ? strings + offset : "?";
}

/* The next number, seven bits a byte, low ones first (DWARF's ULEB128). */
static uint32_t line_read(struct line_reader *reader)
{
    uint32_t value = 0;

    for (unsigned shift = 0; shift < 32 && reader->next < reader->end; shift += 7) {
        uint8_t byte = *reader->next++;

        value |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    reader->broken = true;
    return 0;
}

/* Finds the last row that begins at or before `distance` bytes into the function. */
static void line_find(const struct kallsyms_table *table, uint32_t function, uint32_t distance,
                      struct kallsyms_location *where)
{
    const uint32_t *lines = &table->words[2 * table->function_count];
    uint32_t begin = lines[function];
    uint32_t end = function + 1 < table->function_count ? lines[function + 1] : table->lines_bytes;
    uint32_t at = 0, line = 0, file = 0;

    if (begin > end || end > table->lines_bytes)
        return;

    struct line_reader reader = {table_lines(table) + begin, table_lines(table) + end, false};

    while (reader.next < reader.end) {
        at += line_read(&reader);

        uint32_t change = line_read(&reader);
        uint32_t next_file = change & 1 ? line_read(&reader) : file;
        uint32_t zigzag = change >> 1;

        if (reader.broken || at > distance)
            break;
        line += zigzag & 1 ? -((zigzag + 1) / 2) : zigzag / 2;
        file = next_file;
    }
    where->line = line;
    if (file > 0 && file < table->file_count)
        where->file = table_string(table, table->words[3 * table->function_count + file]);
}

static bool table_is_there(const struct kallsyms_table *table)
{
    return table && table->magic == KALLSYMS_MAGIC;
}

static const char *function_name(const struct kallsyms_table *table, uint32_t function)
{
    return table_string(table, table->words[table->function_count + function] & ~NAME_GLOBAL);
}

bool kallsyms_nth(size_t n, struct kallsyms_function *function)
{
    const struct kallsyms_table *table = &kallsyms_table;

    if (!table_is_there(table) || n >= table->function_count)
        return false;
    function->address = (uintptr_t)_text + table->words[n];
    function->name = function_name(table, (uint32_t)n);
    function->is_global = table->words[table->function_count + n] & NAME_GLOBAL;
    return true;
}

bool kallsyms_lookup(uintptr_t address, struct kallsyms_location *where)
{
    const struct kallsyms_table *table = &kallsyms_table;
    uintptr_t offset = address - (uintptr_t)_text;

    if (!table_is_there(table) || table->function_count == 0 || offset >= table->text_bytes ||
        offset < table->words[0])
        return false;

    uint32_t function = function_find(table, (uint32_t)offset);

    where->name = function_name(table, function);
    where->offset = offset - table->words[function];
    where->file = NULL;
    where->line = 0;
    line_find(table, function, (uint32_t)where->offset, where);
    return true;
}
