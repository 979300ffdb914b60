/* assert: included again, it follows NDEBUG anew. */
#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition) \
    ((condition) ? (void)0 : __assert_fail(#condition, __FILE__, __LINE__, __func__))
#endif

#ifndef LIMEN_LIBC_ASSERT_H
#define LIMEN_LIBC_ASSERT_H

#ifndef static_assert
#define static_assert _Static_assert
#endif

_Noreturn void __assert_fail(const char *condition, const char *file, unsigned int line,
                             const char *function);

#endif
