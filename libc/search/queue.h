/* What an element of the caller's begins with (POSIX, insque). */
#ifndef LIMEN_LIBC_SEARCH_QUEUE_H
#define LIMEN_LIBC_SEARCH_QUEUE_H

struct queue_element {
    struct queue_element *next, *previous;
};

#endif
