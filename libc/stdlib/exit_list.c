/* Lists of functions to run at exit. See atexit.h. */
#include <stdlib.h>

#include "libc/stdlib/atexit.h"
#include "libc/thread/lock.h"

static struct limen_lock lists_lock;

static int list_add(struct exit_list *list, void (*function)(void))
{
    struct exit_block *block = list->last ? list->last : &list->first;

    if (block->count == EXIT_BLOCK_FUNCTIONS) {
        block = calloc(1, sizeof(*block));
        if (!block)
            return -1;
        block->previous = list->last;
    }
    list->last = block;
    block->functions[block->count++] = function;
    return 0;
}

int __exit_list_add(struct exit_list *list, void (*function)(void))
{
    int result;

    __lock(&lists_lock);
    result = list_add(list, function);
    __unlock(&lists_lock);
    return result;
}

/* The lock stays taken: what another thread adds from now on, or its own exit, comes too late. */
void __exit_list_run(struct exit_list *list)
{
    __lock(&lists_lock);
    while (list->last) {
        struct exit_block *block = list->last;

        if (block->count > 0)
            block->functions[--block->count]();
        else
            list->last = block->previous;
    }
}
