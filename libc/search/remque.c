/* remque: takes an element out of its list, be that a ring or not. */
#include <search.h>

#include "libc/search/queue.h"

void remque(void *element)
{
    struct queue_element *old = element;

    if (old->previous)
        old->previous->next = old->next;
    if (old->next)
        old->next->previous = old->previous;
}
