/*
 * The layout of a program's initial stack. Pure. See exec.h.
 */
#include "kernel/abi/auxvec.h"
#include "kernel/proc/exec.h"

#define STACK_ALIGN 16u
#define END_MARKER_SIZE sizeof(uint64_t)

void exec_stack_layout(struct exec_stack *stack)
{
    size_t words = 1 + stack->argument_count + 1 + stack->environment_count + 1;

    stack->name = stack->top - END_MARKER_SIZE - stack->name_size;
    stack->strings = stack->name - stack->strings_size;
    stack->platform = round_down(stack->strings, STACK_ALIGN) - sizeof(EXEC_PLATFORM);
    stack->random = stack->platform - EXEC_RANDOM_SIZE;
    stack->sp = round_down(stack->random - words * sizeof(uint64_t) -
                               stack->auxv_count * sizeof(struct auxv),
                           STACK_ALIGN);
}
