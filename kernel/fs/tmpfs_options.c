/*
 * The options of tmpfs: see tmpfs_options.h.
 */
#include "kernel/fs/tmpfs_options.h"

#include "arch/api/memory.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/parse.h"
#include "kernel/lib/string.h"

#define VALUE_MAX 32

/* A number of bytes with k, m, g behind it, as Linux takes them; moves *at behind it. */
static int parse_count(const char **at, uint64_t *count)
{
    static const char units[] = "kmg";
    const char *unit;
    int err = parse_digits(at, 10, count);

    if (err)
        return -EINVAL;
    unit = **at != '\0' ? strchr(units, **at | 0x20) : NULL;
    if (!unit)
        return 0;
    ++*at;
    return check_mul_overflow(*count, 1ul << (10 * (unit - units + 1)), count) ? -EINVAL : 0;
}

static int parse_size(const char *value, uint64_t ram_pages, struct tmpfs_options *options)
{
    uint64_t size;
    int err = parse_count(&value, &size);

    if (err)
        return err;
    if (*value == '%') {
        if (check_mul_overflow(size, ram_pages, &size))
            return -EINVAL;
        size /= 100;
        value++;
    } else {
        size = size / PAGE_SIZE + (size % PAGE_SIZE != 0);
    }
    options->pages_max = size == 0 ? TMPFS_UNLIMITED : size;
    options->given |= TMPFS_HAS_SIZE;
    return *value == '\0' ? 0 : -EINVAL;
}

static int parse_blocks(const char *value, struct tmpfs_options *options)
{
    uint64_t count;
    int err = parse_count(&value, &count);

    options->pages_max = err || count == 0 ? TMPFS_UNLIMITED : count;
    options->given |= TMPFS_HAS_SIZE;
    return err || *value != '\0' ? -EINVAL : 0;
}

static int parse_inodes(const char *value, struct tmpfs_options *options)
{
    uint64_t count;
    int err = parse_count(&value, &count);

    options->inodes_max = err || count == 0 ? TMPFS_UNLIMITED : count;
    options->given |= TMPFS_HAS_INODES;
    return err || *value != '\0' ? -EINVAL : 0;
}

static int parse_id(const char *value, unsigned base, uint32_t *id)
{
    uint64_t number;

    if (parse_u64(value, base, &number) != 0 || number >= UINT32_MAX)
        return -EINVAL;
    *id = (uint32_t)number;
    return 0;
}

static int option_set(const char *key, const char *value, uint64_t ram_pages,
                      struct tmpfs_options *options)
{
    uint32_t mode;

    if (strcmp(key, "size") == 0)
        return parse_size(value, ram_pages, options);
    if (strcmp(key, "nr_blocks") == 0)
        return parse_blocks(value, options);
    if (strcmp(key, "nr_inodes") == 0)
        return parse_inodes(value, options);
    if (strcmp(key, "uid") == 0)
        return parse_id(value, 10, &options->uid);
    if (strcmp(key, "gid") == 0)
        return parse_id(value, 10, &options->gid);
    if (strcmp(key, "mode") != 0 || parse_id(value, 8, &mode) != 0)
        return -EINVAL;
    options->mode = mode & 07777;
    return 0;
}

/* Splits one option off the text. False: it is none that could be known. */
static bool option_next(const char **text, char key[VALUE_MAX], char value[VALUE_MAX])
{
    size_t length = 0;
    char *to = key;

    for (; **text != '\0' && **text != ','; ++*text) {
        if (**text == '=' && to == key) {
            to[length] = '\0';
            to = value;
            length = 0;
        } else if (length < VALUE_MAX - 1) {
            to[length++] = **text;
        } else {
            return false;
        }
    }
    to[length] = '\0';
    return to == value;
}

int tmpfs_options_parse(const char *text, uint64_t ram_pages, struct tmpfs_options *options)
{
    char key[VALUE_MAX], value[VALUE_MAX];

    while (*text != '\0') {
        if (*text == ',') {
            text++;
            continue;
        }
        if (!option_next(&text, key, value))
            return -EINVAL;
        if (option_set(key, value, ram_pages, options) != 0)
            return -EINVAL;
    }
    return 0;
}
