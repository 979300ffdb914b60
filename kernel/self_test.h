/*
 * Checks of what no program can bring about at will, and deliberate failures, for the tests of what
 * reports them.
 */
#ifndef LIMEN_SELF_TEST_H
#define LIMEN_SELF_TEST_H

/*
 * Debug builds: the checks, which panic when they fail. Then crash=KIND on the kernel's command
 * line makes the kernel fail in that way before it starts the first program. Kinds: panic, assert,
 * null (a write to address 0), user (a read by a user pointer), constant (a write to one), freed (a
 * pointer from freed memory), sleep (a mutex with a spin lock held), stack (endless recursion), ud
 * (an undefined instruction), spin (interrupts off for ever), hog (preemption off for ever), reset
 * (triple fault). Release builds do none of it, and say so in the log.
 */
void self_test_run(void);

#endif
