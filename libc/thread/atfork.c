/* pthread_atfork: what is to be done around fork. */
#include <errno.h>
#include <stdlib.h>

#include "libc/thread/lock.h"
#include "libc/thread/thread.h"

struct handlers {
    void (*prepare)(void);
    void (*parent)(void);
    void (*child)(void);
    struct handlers *earlier;
    struct handlers *later;
};

static struct handlers *first, *last;
static struct limen_lock handlers_lock;

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
    struct handlers *added = malloc(sizeof(*added));

    if (!added)
        return ENOMEM;
    __lock(&handlers_lock);
    *added = (struct handlers){prepare, parent, child, last, NULL};
    *(last ? &last->later : &first) = added;
    last = added;
    __unlock(&handlers_lock);
    return 0;
}

/* Before, the last registered is the first to run. The lock is held until fork has come back. */
void __atfork_prepare(void)
{
    __lock(&handlers_lock);
    for (struct handlers *one = last; one; one = one->earlier) {
        if (one->prepare)
            one->prepare();
    }
}

void __atfork_parent(void)
{
    for (struct handlers *one = first; one; one = one->later) {
        if (one->parent)
            one->parent();
    }
    __unlock(&handlers_lock);
}

void __atfork_child(void)
{
    for (struct handlers *one = first; one; one = one->later) {
        if (one->child)
            one->child();
    }
    __unlock(&handlers_lock);
}
