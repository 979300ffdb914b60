/*
 * Epolls that watch epolls (epoll(7), "Questions and answers"): they must not watch each other in a
 * circle, nor in long rows, nor so that one event has to be passed on in too many ways, for all of
 * it is done in one go, interrupts off. The limits are Linux's.
 *
 * Everything here runs under epoll_nest_lock: the graph of epolls, made of `inner` and `outer`,
 * stands still. What is left to bound is the walks. Downwards each epoll is visited once
 * (`generation`); upwards there are no more ways than the limits allow.
 */
#include "kernel/abi/errno.h"
#include "kernel/ipc/epoll_internal.h"

#define NESTS_MAX 4 /* steps from the lowest epoll of a row to the highest */

struct mutex epoll_nest_lock = MUTEX_INIT(epoll_nest_lock, RANK_EPOLL_NEST);

static unsigned generation;

/* How many ways of so many steps may lead up from a file; of one step, any number. */
static const unsigned ways_max[NESTS_MAX + 1] = {0, 500, 100, 50, 10};

/* The longest row below. *meets: it leads to `end`. */
static unsigned depth_below(struct epoll *epoll, const struct epoll *end, bool *meets)
{
    const struct epoll_item *item;
    unsigned depth = 0;

    if (epoll == end)
        *meets = true;
    if (epoll->visit == generation)
        return epoll->depth;
    list_for_each_entry (item, &epoll->inner, inner_node)
        depth = max(depth, depth_below(epoll_of(item->file), end, meets) + 1);
    epoll->visit = generation;
    epoll->depth = depth;
    return depth;
}

static unsigned depth_above(const struct epoll *epoll)
{
    const struct epoll_item *item;
    unsigned depth = 0;

    list_for_each_entry (item, &epoll->outer, outer_node)
        depth = max(depth, depth_above(item->epoll) + 1);
    return depth;
}

int epoll_nest_check(struct epoll *outer, struct epoll *inner)
{
    bool meets = false;
    unsigned below;

    generation++;
    below = depth_below(inner, outer, &meets);
    return meets || below + 1 + depth_above(outer) > NESTS_MAX ? -ELOOP : 0;
}

/* Counts the ways that lead up from an epoll, by their steps. False: too many. */
static bool ways_count(const struct epoll *epoll, unsigned steps, unsigned ways[NESTS_MAX + 1])
{
    const struct epoll_item *item;

    list_for_each_entry (item, &epoll->outer, outer_node)
        if (++ways[steps] > ways_max[steps] || !ways_count(item->epoll, steps + 1, ways))
            return false;
    return true;
}

/* From a file that is no epoll. */
static int file_check(struct file *file)
{
    unsigned ways[NESTS_MAX + 1] = {0};
    const struct epoll_item *item;
    bool is_fine = true;

    spin_lock(&file->lock);
    list_for_each_entry (item, &file->watches, file_node)
        is_fine = is_fine && ways_count(item->epoll, 1, ways);
    spin_unlock(&file->lock);
    return is_fine ? 0 : -EINVAL;
}

/* From all files that an epoll watches, and those that it watches. */
static int files_check(struct epoll *epoll)
{
    struct rb_node *node;
    int err = 0;

    if (epoll->visit == generation)
        return 0;
    epoll->visit = generation;
    mutex_lock_nested(&epoll->lock);
    for (node = rb_first(&epoll->items); node && err == 0; node = rb_next(node)) {
        const struct epoll_item *item = rb_entry(node, struct epoll_item, node);
        struct epoll *inner = epoll_of(item->file);

        err = inner ? files_check(inner) : file_check(item->file);
    }
    mutex_unlock(&epoll->lock);
    return err;
}

int epoll_paths_check(const struct epoll_item *item)
{
    struct epoll *inner = epoll_of(item->file);

    generation++;
    return inner ? files_check(inner) : file_check(item->file);
}
