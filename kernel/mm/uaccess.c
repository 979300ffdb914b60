/*
 * User memory: the parts of uaccess.h that are not inline.
 */
#include "kernel/mm/uaccess.h"

#include "kernel/core/preempt.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/string.h"
#include "kernel/sched/mutex.h"

#if LIMEN_DEBUG
void user_access_assert(void)
{
    assert_may_sleep();
    for (uint32_t i = 0; i < current->mutexes_held; i++)
        assert(current->mutexes[i]->rank < RANK_MM);
}
#endif

size_t copy_from_user_some(void *to, const void __user *from, size_t size)
{
    size_t reach = USER_END - min((uintptr_t)from, USER_END);

    user_access_assert();
    size = min(size, reach);
    return size - arch_copy_from_user(to, from, size);
}

int copy_struct_from_user(void *to, size_t known, const void __user *from, size_t size)
{
    char byte;

    memset(to, 0, known);
    if (copy_from_user(to, from, min(size, known)) != 0)
        return -EFAULT;
    for (size_t i = known; i < size; i++) {
        if (copy_from_user(&byte, (const void __user *)((uintptr_t)from + i), 1) != 0)
            return -EFAULT;
        if (byte != 0)
            return -E2BIG;
    }
    return 0;
}

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
