/*
 * FUTEX_WAKE_OP's arithmetic (futex(2)): an atomic change of a word of user memory, and a
 * comparison of what it held before. May be called under a spin lock.
 */
#include "arch/api/user.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/futex.h"
#include "kernel/proc/futex_internal.h"

/* The parts of the operation, from its top bit down. */
#define OP_SHIFTS (1u << 31) /* FUTEX_OP_OPARG_SHIFT */
#define OP_OF(encoded) ((encoded) >> 28 & 7)
#define COMPARISON_OF(encoded) ((encoded) >> 24 & 15)
#define ARGUMENT_OF(encoded) ((int)((encoded) << 8) >> 20)
#define COMPARED_OF(encoded) ((int)((encoded) << 20) >> 20)

/* What the word becomes; -ENOSYS: no such operation. */
static int futex_op_compute(uint32_t encoded, uint32_t before, uint32_t *after)
{
    uint32_t argument = (uint32_t)ARGUMENT_OF(encoded);

    if (encoded & OP_SHIFTS)
        argument = 1u << (argument & 31);
    switch (OP_OF(encoded)) {
    case FUTEX_OP_SET:
        *after = argument;
        return 0;
    case FUTEX_OP_ADD:
        *after = before + argument;
        return 0;
    case FUTEX_OP_OR:
        *after = before | argument;
        return 0;
    case FUTEX_OP_ANDN:
        *after = before & ~argument;
        return 0;
    case FUTEX_OP_XOR:
        *after = before ^ argument;
        return 0;
    default:
        return -ENOSYS;
    }
}

/* 1, 0; -ENOSYS: no such comparison. */
static int futex_op_compare(uint32_t encoded, int before)
{
    int with = COMPARED_OF(encoded);

    switch (COMPARISON_OF(encoded)) {
    case FUTEX_OP_CMP_EQ:
        return before == with;
    case FUTEX_OP_CMP_NE:
        return before != with;
    case FUTEX_OP_CMP_LT:
        return before < with;
    case FUTEX_OP_CMP_LE:
        return before <= with;
    case FUTEX_OP_CMP_GT:
        return before > with;
    case FUTEX_OP_CMP_GE:
        return before >= with;
    default:
        return -ENOSYS;
    }
}

int futex_op_apply(unsigned int __user *word, uint32_t encoded)
{
    uint32_t seen, after, found;
    int err = arch_load_user_u32(&found, word);

    do {
        if (err != 0)
            return err;
        seen = found;
        err = futex_op_compute(encoded, seen, &after);
        if (err != 0)
            return err;
        err = arch_compare_swap_user_u32(word, seen, after, &found);
    } while (err != 0 || found != seen);
    return futex_op_compare(encoded, (int)seen);
}
