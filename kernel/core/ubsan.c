/*
 * What the compiler's undefined-behaviour sanitizer calls in debug builds (-fsanitize=undefined):
 * each finding is a panic with its place. The data structures are the compilers' (gcc and clang
 * share them; see the interface of compiler-rt's ubsan_handlers).
 */
#include "kernel/core/panic.h"
#include "kernel/lib/types.h"

struct ubsan_place {
    const char *file;
    uint32_t line, column;
};

#define UBSAN_HANDLER(name, what)                                                   \
    void __ubsan_handle_##name(const struct ubsan_place *place);                    \
    void __ubsan_handle_##name(const struct ubsan_place *place)                     \
    {                                                                               \
        panic("undefined behaviour: " what " (%s:%u:%u)", place->file, place->line, \
              place->column);                                                       \
    }

UBSAN_HANDLER(add_overflow, "addition overflows")
UBSAN_HANDLER(sub_overflow, "subtraction overflows")
UBSAN_HANDLER(mul_overflow, "multiplication overflows")
UBSAN_HANDLER(negate_overflow, "negation overflows")
UBSAN_HANDLER(divrem_overflow, "division overflows or is by zero")
UBSAN_HANDLER(shift_out_of_bounds, "shift by too much")
UBSAN_HANDLER(out_of_bounds, "array index out of bounds")
UBSAN_HANDLER(builtin_unreachable, "unreachable code reached")
UBSAN_HANDLER(missing_return, "function without result")
UBSAN_HANDLER(vla_bound_not_positive, "array size not positive")
UBSAN_HANDLER(load_invalid_value, "invalid value of a bool or enum")
UBSAN_HANDLER(nonnull_arg, "null argument")
UBSAN_HANDLER(nonnull_return_v1, "null returned")
UBSAN_HANDLER(pointer_overflow, "pointer arithmetic overflows")
UBSAN_HANDLER(type_mismatch_v1, "null or misaligned pointer, or object too small")
UBSAN_HANDLER(invalid_builtin, "invalid argument of a compiler builtin")
UBSAN_HANDLER(float_cast_overflow, "conversion overflows")
UBSAN_HANDLER(function_type_mismatch, "call through the wrong function type")
UBSAN_HANDLER(implicit_conversion, "conversion loses value")
UBSAN_HANDLER(alignment_assumption, "alignment assumption broken")
