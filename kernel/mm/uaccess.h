/*
 * User memory. Only what is declared here (and in kernel/mm/iter.h) may follow a __user pointer.
 *
 * Every function checks that the range lies below USER_END, without wrapping; a range of size 0 is
 * always fine. A page that isn't there yet comes by a page fault, which sleeps on the mm's mutex:
 * so hold no spin lock and no mutex of rank RANK_MM or above while calling any of these (debug
 * builds assert it). Copy once, then validate the copy, then act: another thread may change the
 * original meanwhile.
 */
#ifndef LIMEN_MM_UACCESS_H
#define LIMEN_MM_UACCESS_H

#include "arch/api/memory.h"
#include "arch/api/user.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

/* True if [address, address + size) can be a user's. */
static inline bool user_range_ok(const void __user *address, size_t size)
{
    return size <= USER_END && (uintptr_t)address <= USER_END - size;
}

#if LIMEN_DEBUG
void user_access_assert(void);
#else
static inline void user_access_assert(void)
{
}
#endif

/* 0 or -EFAULT; some of the bytes may have been copied then. */
static inline __must_check int copy_from_user(void *to, const void __user *from, size_t size)
{
    user_access_assert();
    if (unlikely(!user_range_ok(from, size)) || arch_copy_from_user(to, from, size) != 0)
        return -EFAULT;
    return 0;
}

static inline __must_check int copy_to_user(void __user *to, const void *from, size_t size)
{
    user_access_assert();
    if (unlikely(!user_range_ok(to, size)) || arch_copy_to_user(to, from, size) != 0)
        return -EFAULT;
    return 0;
}

static inline __must_check int clear_user(void __user *to, size_t size)
{
    user_access_assert();
    if (unlikely(!user_range_ok(to, size)) || arch_clear_user(to, size) != 0)
        return -EFAULT;
    return 0;
}

/* Scalars: err = get_user(value, pointer), err = put_user(value, pointer). 0 or -EFAULT; `value` is
 * left as it was by a fault. */
#define get_user(value, pointer)                                                      \
    ({                                                                                \
        __typeof__(*(pointer)) _user_value;                                           \
        int _user_error = copy_from_user(&_user_value, pointer, sizeof(_user_value)); \
        if (_user_error == 0)                                                         \
            (value) = _user_value;                                                    \
        _user_error;                                                                  \
    })
#define put_user(value, pointer)                                  \
    ({                                                            \
        __typeof__(*(pointer)) _user_value = (value);             \
        copy_to_user(pointer, &_user_value, sizeof(_user_value)); \
    })

/* How many of the bytes could be copied, from the first on. */
size_t copy_from_user_some(void *to, const void __user *from, size_t size);

/* Copies a struct of `size` bytes that may be of another age than ours of `known` bytes: what the
 * caller's lacks is 0. -E2BIG when what it has more isn't. */
__must_check int copy_struct_from_user(void *to, size_t known, const void __user *from,
                                       size_t size);

/* Copies a string with its NUL: its length without NUL; `size` if there was none in the first size
 * bytes (the caller makes that -ENAMETOOLONG or whatever it is); -EFAULT. */
__must_check ssize_t strncpy_from_user(char *to, const char __user *from, size_t size);

#endif
