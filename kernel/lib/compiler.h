/*
 * What Limen asks of the compiler (gcc 12 or clang 14 and later): attributes, type-safe helpers,
 * checked arithmetic. Everything here is a macro; nothing has state or generates code by itself.
 */
#ifndef LIMEN_LIB_COMPILER_H
#define LIMEN_LIB_COMPILER_H

#include <stddef.h>

/* Marks a pointer that came from user space: only copy_*_user and friends may follow it. */
#define __user

#define __must_check __attribute__((warn_unused_result))
#define __noreturn __attribute__((noreturn))
#define __packed __attribute__((packed))
#define __aligned(bytes) __attribute__((aligned(bytes)))
#define __section(name) __attribute__((section(name)))
#define __maybe_unused __attribute__((unused))
#define __used __attribute__((used))
#define __noinline __attribute__((noinline))
#define __cold __attribute__((cold))
#define __weak __attribute__((weak))
#define __not_sanitized __attribute__((no_sanitize("undefined")))
/* Arguments: position of the format string, and of the first variable argument (0 for va_list). */
#define __printf(fmt, args) __attribute__((__format__(__printf__, fmt, args)))
#define fallthrough __attribute__((__fallthrough__))

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

#define static_assert _Static_assert

/* Orders the compiler's memory accesses, not the CPU's. */
#define barrier() __asm__ volatile("" ::: "memory")

/* The value stays somewhere until here, where a debugger finds it: gdb tells by it what an entry
 * was about (tools/gdb/limen/crossings.py). */
#define debugger_keeps(value) __asm__ volatile("" : : "g"(value))

/* One access, neither torn, repeated nor dropped; for words that other CPUs or handlers change. */
#define READ_ONCE(place) (*(const volatile __typeof__(place) *)&(place))
#define WRITE_ONCE(place, value) (*(volatile __typeof__(place) *)&(place) = (value))

#define LIMEN_SAME_TYPE(a, b) __builtin_types_compatible_p(__typeof__(a), __typeof__(b))
#define LIMEN_JOIN_(a, b) a##b
#define LIMEN_JOIN(a, b) LIMEN_JOIN_(a, b)

/* Number of elements; a pointer instead of an array does not compile. */
#define ARRAY_SIZE(array)                 \
    (sizeof(array) / sizeof((array)[0]) + \
     0 * sizeof(struct { int is_array : LIMEN_SAME_TYPE(array, &(array)[0]) ? -1 : 1; }))

/* The object of `type` whose `member` is at `pointer`; another type of pointer does not compile. */
#define container_of(pointer, type, member)                               \
    ({                                                                    \
        static_assert(LIMEN_SAME_TYPE(*(pointer), ((type *)0)->member) || \
                          LIMEN_SAME_TYPE(*(pointer), void),              \
                      "container_of: wrong pointer type");                \
        (type *)((char *)(pointer)-offsetof(type, member));               \
    })

/*
 * min and max evaluate each argument once and refuse to mix sizes or signs (a negative number would
 * be compared as a huge one). The names are unique so that calls nest without shadowing.
 */
#define LIMEN_IS_SIGNED(value) ((__typeof__(value))-1 < (__typeof__(value))1)
#define LIMEN_ALIKE(a, b) (sizeof(a) == sizeof(b) && LIMEN_IS_SIGNED(a) == LIMEN_IS_SIGNED(b))
#define LIMEN_PICK(a, b, operator, name_a, name_b)                                \
    ({                                                                            \
        __typeof__(a) name_a = (a);                                               \
        __typeof__(b) name_b = (b);                                               \
        static_assert(LIMEN_ALIKE(name_a, name_b), "min/max of different types"); \
        name_a operator name_b ? name_a : name_b;                                 \
    })
#define LIMEN_PICK_UNIQUE(a, b, operator, number) \
    LIMEN_PICK(a, b, operator, LIMEN_JOIN(pick_a_, number), LIMEN_JOIN(pick_b_, number))
#define min(a, b) LIMEN_PICK_UNIQUE(a, b, <, __COUNTER__)
#define max(a, b) LIMEN_PICK_UNIQUE(a, b, >, __COUNTER__)
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))

/*
 * `step` is a power of two. The result has the type of `value`; round_up wraps to 0 above the
 * type's last multiple, so check a size that somebody else chose before rounding it up.
 */
#define round_down(value, step) ((value) & ~((__typeof__(value))(step)-1))
#define round_up(value, step) ((((value)-1) | ((__typeof__(value))(step)-1)) + 1)
#define is_aligned(value, step) (((value) & ((__typeof__(value))(step)-1)) == 0)
#define is_power_of_two(value) ((value) != 0 && ((value) & ((value)-1)) == 0)
#define DIV_ROUND_UP(value, divisor) ((value) / (divisor) + ((value) % (divisor) != 0))

/* True when the exact result does not fit *result; *result then holds the wrapped one. */
#define check_add_overflow(a, b, result) __builtin_add_overflow(a, b, result)
#define check_sub_overflow(a, b, result) __builtin_sub_overflow(a, b, result)
#define check_mul_overflow(a, b, result) __builtin_mul_overflow(a, b, result)

#endif
