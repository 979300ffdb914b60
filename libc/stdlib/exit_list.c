/* Lists of functions to run at exit. See atexit.h. */
#include <stdlib.h>

#include "libc/stdlib/atexit.h"

int __exit_list_add(struct exit_list *list, void (*function)(void))
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

void __exit_list_run(struct exit_list *list)
{
    while (list->last) {
        struct exit_block *block = list->last;

        if (block->count > 0)
            block->functions[--block->count]();
        else
            list->last = block->previous;
    }
}
