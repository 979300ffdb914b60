/* insque: puts an element behind another one; behind NULL, it is a list of its own. */
#include <search.h>

#include "libc/search/queue.h"

void insque(void *element, void *before)
{
    struct queue_element *new = element, *previous = before;

    new->previous = previous;
    new->next = previous ? previous->next : NULL;
    if (previous)
        previous->next = new;
    if (new->next)
        new->next->previous = new;
}
