/*
 * Intrusive doubly linked circular list. A `struct list` is either a head or a member embedded in
 * an object; an empty head, and a member that is on no list, point to themselves. No locking: the
 * list belongs to whatever lock guards its head.
 */
#ifndef LIMEN_LIB_LIST_H
#define LIMEN_LIB_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/lib/compiler.h"

struct list {
    struct list *prev;
    struct list *next;
};

/* Initializer of a head: struct list queue = LIST_INIT(queue); */
#define LIST_INIT(name)  \
    {                    \
        &(name), &(name) \
    }

/* Non-canonical addresses, so that following a deleted member faults and the value tells why. */
#define LIST_POISON_PREV ((struct list *)0xdead4c4953540100UL)
#define LIST_POISON_NEXT ((struct list *)0xdead4c4953540200UL)

static inline void list_init(struct list *list)
{
    list->prev = list;
    list->next = list;
}

static inline bool list_empty(const struct list *head)
{
    return head->next == head;
}

/* Puts `member` right after `place`; with a head as place it becomes the first. */
static inline void list_add(struct list *place, struct list *member)
{
    member->prev = place;
    member->next = place->next;
    place->next->prev = member;
    place->next = member;
}

/* Puts `member` right before `place`; with a head as place it becomes the last. */
static inline void list_add_tail(struct list *place, struct list *member)
{
    list_add(place->prev, member);
}

/*
 * Takes `member` off its list. It must not be used again before list_add or list_init; a debug
 * build makes sure that such a use faults.
 */
static inline void list_del(struct list *member)
{
    member->prev->next = member->next;
    member->next->prev = member->prev;
#if defined(LIMEN_DEBUG) && LIMEN_DEBUG
    member->prev = LIST_POISON_PREV;
    member->next = LIST_POISON_NEXT;
#endif
}

/* As list_del, and leaves `member` pointing to itself: list_empty(member) says "on no list". */
static inline void list_del_init(struct list *member)
{
    member->prev->next = member->next;
    member->next->prev = member->prev;
    list_init(member);
}

/* Moves all members of `from`, in order, to the end of `to`; `from` is then empty. */
static inline void list_splice_tail(struct list *to, struct list *from)
{
    if (list_empty(from))
        return;
    from->next->prev = to->prev;
    to->prev->next = from->next;
    from->prev->next = to;
    to->prev = from->prev;
    list_init(from);
}

#define list_entry(pointer, type, member) container_of(pointer, type, member)

/* NULL when the list is empty. */
#define list_first_entry(head, type, member) \
    (list_empty(head) ? (type *)NULL : list_entry((head)->next, type, member))
#define list_last_entry(head, type, member) \
    (list_empty(head) ? (type *)NULL : list_entry((head)->prev, type, member))

/* `pos` is a pointer to the object; the loop's body must not delete it. */
#define list_for_each_entry(pos, head, member)                                                   \
    for ((pos) = list_entry((head)->next, __typeof__(*(pos)), member); &(pos)->member != (head); \
         (pos) = list_entry((pos)->member.next, __typeof__(*(pos)), member))

/* The body may delete `pos`, but not `ahead`, the object that follows it. */
#define list_for_each_entry_safe(pos, ahead, head, member)                    \
    for ((pos) = list_entry((head)->next, __typeof__(*(pos)), member),        \
        (ahead) = list_entry((pos)->member.next, __typeof__(*(pos)), member); \
         &(pos)->member != (head);                                            \
         (pos) = (ahead), (ahead) = list_entry((ahead)->member.next, __typeof__(*(pos)), member))

#endif
