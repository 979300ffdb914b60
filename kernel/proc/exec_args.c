/*
 * Arguments and environment of a new program (execve(2) "Limits on size of arguments and
 * environment"). See exec.h. The user's memory is read once, string by string.
 */
#include "kernel/abi/limits.h"
#include "kernel/abi/resource.h"
#include "kernel/lib/string.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/exec.h"
#include "kernel/proc/process.h"

#define ARGS_SIZE_MAX (STACK_LIMIT_DEFAULT / 4 * 3) /* whatever the stack may be */
#define ARGS_SHARE_OF_STACK 4
#define FIRST_PAGES 4u

/* Where the next byte goes and how many fit behind it; 0: no memory. */
static size_t args_room(struct exec_args *args, char **to)
{
    size_t index = args->size / PAGE_SIZE, offset = args->size % PAGE_SIZE;
    size_t capacity = args->page_capacity != 0 ? args->page_capacity * 2 : FIRST_PAGES;
    struct page *page;
    char **pages;

    if (index == args->page_capacity) {
        pages = kmalloc_array(capacity, sizeof(*pages));
        if (pages == NULL)
            return 0;
        if (args->page_count != 0)
            memcpy(pages, args->pages, args->page_count * sizeof(*pages));
        kfree(args->pages);
        args->pages = pages;
        args->page_capacity = capacity;
    }
    if (index == args->page_count) {
        page = page_alloc(0, 0);
        if (page == NULL)
            return 0;
        args->pages[args->page_count++] = page_to_virt(page);
    }
    *to = args->pages[index] + offset;
    return PAGE_SIZE - offset;
}

static size_t args_pointers_size(const struct exec_args *args)
{
    return (args->argument_count + args->environment_count + args->prefix_count) * sizeof(char *);
}

static int args_check_size(const struct exec_args *args)
{
    size_t size = args->size + args->prefix_size + args_pointers_size(args);

    return size > args->size_limit ? -E2BIG : 0;
}

/* Copies up to `size` bytes of a string with its NUL: its length, or `size` if it is longer. */
static ssize_t string_copy(char *to, uintptr_t from, size_t size, bool is_user)
{
    size_t length;

    if (is_user)
        return strncpy_from_user(to, (const char __user *)from, size);
    length = strnlen((const char *)from, size);
    memcpy(to, (const char *)from, length == size ? size : length + 1);
    return (ssize_t)length;
}

static int args_append(struct exec_args *args, uintptr_t from, bool is_user)
{
    size_t done = 0, room;
    ssize_t length;
    char *to = NULL;

    for (;;) {
        room = min(args_room(args, &to), MAX_ARG_STRLEN - done);
        if (room == 0)
            return done == MAX_ARG_STRLEN ? -E2BIG : -ENOMEM;
        length = string_copy(to, from + done, room, is_user);
        if (length < 0)
            return (int)length;
        if ((size_t)length < room)
            break;
        args->size += room;
        done += room;
        if (args->size > args->size_limit)
            return -E2BIG;
    }
    args->size += (size_t)length + 1;
    return 0;
}

/* The address of a vector's next string, 0 at its end. */
static int vector_next(const struct exec_vector *vector, size_t index, uintptr_t *string)
{
    uintptr_t place = (uintptr_t)vector->user + index * sizeof(*string);

    *string = 0;
    if (vector->user != NULL)
        return copy_from_user(string, (void __user *)place, sizeof(*string));
    if (vector->kernel != NULL)
        *string = (uintptr_t)vector->kernel[index];
    return 0;
}

static int args_append_vector(struct exec_args *args, const struct exec_vector *vector,
                              size_t *count)
{
    uintptr_t string;
    int err;

    for (;; (*count)++) {
        err = args_check_size(args);
        if (err == 0)
            err = vector_next(vector, *count, &string);
        if (err != 0 || string == 0)
            return err;
        err = args_append(args, string, vector->user != NULL);
        if (err != 0)
            return err;
    }
}

/* The size of the string at an offset in the pages. */
static size_t args_string_size(const struct exec_args *args, size_t offset)
{
    size_t size = 0, piece, length;

    for (;;) {
        piece = PAGE_SIZE - offset % PAGE_SIZE;
        length = strnlen(args->pages[offset / PAGE_SIZE] + offset % PAGE_SIZE, piece);
        if (length < piece)
            return size + length + 1;
        size += piece;
        offset += piece;
    }
}

int exec_args_copy(struct exec_args *args, struct exec_vector argv, struct exec_vector envp)
{
    int err;

    args->size_limit = min(ARGS_SIZE_MAX, process_limit(RLIMIT_STACK) / ARGS_SHARE_OF_STACK);
    args->size_limit = max_t(size_t, args->size_limit, ARG_MAX);
    err = args_append_vector(args, &argv, &args->argument_count);
    /* A program may count on argv[0]; who gives none gets an empty one, as on Linux. */
    if (err == 0 && args->argument_count == 0) {
        err = args_append(args, (uintptr_t) "", false);
        args->argument_count = 1;
    }
    if (err != 0)
        return err;
    args->first_size = args_string_size(args, 0);
    return args_append_vector(args, &envp, &args->environment_count);
}

void exec_args_free(struct exec_args *args)
{
    for (size_t i = 0; i < args->page_count; i++)
        page_free(virt_to_page(args->pages[i]));
    kfree(args->pages);
    kfree(args->prefix);
    *args = (struct exec_args){0};
}

int exec_args_prepend(struct exec_args *args, const char *text)
{
    size_t size = strlen(text) + 1;

    if (args->prefix == NULL) {
        args->prefix = kmalloc(EXEC_PREFIX_SIZE);
        if (args->prefix == NULL)
            return -ENOMEM;
    }
    if (size > EXEC_PREFIX_SIZE - args->prefix_size)
        return -E2BIG;
    args->prefix_size += size;
    args->prefix_count++;
    memcpy(args->prefix + EXEC_PREFIX_SIZE - args->prefix_size, text, size);
    return args_check_size(args);
}

/* Where in the pages the strings begin that the program gets. */
static size_t args_start(const struct exec_args *args)
{
    return args->prefix != NULL ? args->first_size : 0;
}

size_t exec_args_argument_count(const struct exec_args *args)
{
    return args->argument_count - (args->prefix != NULL ? 1 : 0) + args->prefix_count;
}

size_t exec_args_size(const struct exec_args *args)
{
    return args->prefix_size + args->size - args_start(args);
}

int exec_args_write(const struct exec_args *args, struct mm *mm, uintptr_t address)
{
    size_t offset = args_start(args), piece;
    int err = 0;

    if (args->prefix_size != 0)
        err = mm_write(mm, address, args->prefix + EXEC_PREFIX_SIZE - args->prefix_size,
                       args->prefix_size, false);
    address += args->prefix_size;
    for (; err == 0 && offset < args->size; offset += piece, address += piece) {
        piece = min(PAGE_SIZE - offset % PAGE_SIZE, args->size - offset);
        err = mm_write(mm, address, args->pages[offset / PAGE_SIZE] + offset % PAGE_SIZE, piece,
                       false);
    }
    return err;
}

size_t exec_args_next(const struct exec_args *args, size_t *offset)
{
    size_t size;

    if (*offset < args->prefix_size)
        size = strlen(args->prefix + EXEC_PREFIX_SIZE - args->prefix_size + *offset) + 1;
    else
        size = args_string_size(args, *offset - args->prefix_size + args_start(args));
    *offset += size;
    return size;
}
