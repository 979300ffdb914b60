/*
 * /proc/kallsyms (proc(5)): the kernel's functions, a line each, `address type name` as nm(1)
 * writes it: type T for those that are seen outside their file, t for others. Only for root's
 * openings there are addresses, as on Linux: where the kernel's code lies is what an attacker asks
 * first.
 *
 * Nothing is kept between two reads: the text never changes, so a position in it is found again by
 * adding up lines.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/cred.h"
#include "kernel/core/init.h"
#include "kernel/core/kallsyms.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/mm/iter.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/pseudo.h"

#define PREFIX_LENGTH (16 + 3) /* address, blank, type, blank */
#define NAME_MOST 255u

static size_t line_length(const struct kallsyms_function *function)
{
    return PREFIX_LENGTH + min_t(size_t, strlen(function->name), NAME_MOST) + 1;
}

static void line_write(const struct kallsyms_function *function, bool shows_address, char *line,
                       size_t size)
{
    format_string(line, size, "%016lx %c %.*s\n", shows_address ? function->address : 0,
                  function->is_global ? 'T' : 't', (int)NAME_MOST, function->name);
}

/* file->private: not NULL if the opener may see addresses. */
static int kallsyms_open(struct inode *inode, struct file *file)
{
    file->private = cred_is_privileged(current->cred) ? inode : NULL;
    return 0;
}

/* The first line of which something lies behind the position, and where that begins in it. */
static size_t line_find(loff_t pos, size_t *skipped)
{
    struct kallsyms_function function;
    size_t n = 0;

    while (kallsyms_nth(n, &function) && (size_t)pos >= line_length(&function)) {
        pos -= (loff_t)line_length(&function);
        n++;
    }
    *skipped = (size_t)pos;
    return n;
}

static ssize_t kallsyms_read(struct file *file, struct iter *to, loff_t *pos)
{
    char line[PREFIX_LENGTH + NAME_MOST + 2];
    struct kallsyms_function function;
    size_t total = 0, skipped, n = line_find(*pos, &skipped);

    for (; iter_count(to) > 0 && kallsyms_nth(n, &function); n++) {
        size_t wanted = min(line_length(&function) - skipped, iter_count(to)), moved;

        line_write(&function, file->private != NULL, line, sizeof(line));
        moved = iter_copy_to(to, line + skipped, wanted);
        *pos += (loff_t)moved;
        total += moved;
        skipped = 0;
        if (moved < wanted)
            return total > 0 ? (ssize_t)total : -EFAULT;
    }
    return (ssize_t)total;
}

static const struct file_ops kallsyms_ops = {.open = kallsyms_open, .read = kallsyms_read};

static struct pseudo_entry entries[] = {
    {.name = "kallsyms", .mode = S_IFREG | 0444, .ops = &kallsyms_ops},
};

static void proc_kallsyms_register(void)
{
    pseudo_register(entries, ARRAY_SIZE(entries));
}
INIT_CALL(2, proc_kallsyms_register);
