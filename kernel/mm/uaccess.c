/*
 * User memory: the parts of uaccess.h that are not inline.
 */
#include "kernel/mm/uaccess.h"

#include "kernel/core/preempt.h"
#include "kernel/core/spinlock.h"
#include "kernel/sched/mutex.h"

#if LIMEN_DEBUG
void user_access_assert(void)
{
    assert(may_sleep());
    for (uint32_t i = 0; i < current->mutexes_held; i++)
        assert(current->mutexes[i]->rank < RANK_MM);
}
#endif

ssize_t strncpy_from_user(char *to, const char __user *from, size_t size)
{
    size_t reach = USER_END - min((uintptr_t)from, USER_END);
    size_t limit = min(size, reach);
    ssize_t length;

    user_access_assert();
    if (size == 0)
        return 0;
    if (limit == 0)
        return -EFAULT;
    length = arch_copy_string_from_user(to, from, limit);
    if (length == (ssize_t)limit && limit < size)
        return -EFAULT; /* it would go on where no user memory is */
    return length;
}
