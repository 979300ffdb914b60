/*
 * What execve(2) makes of a script's first line (kernel/proc/exec_script.c), and where it puts what
 * on a new program's stack (kernel/proc/exec_stack.c).
 */
#include "kernel/abi/auxvec.h"
#include "kernel/abi/errno.h"
#include "kernel/proc/exec_script.c"
#include "kernel/proc/exec_stack.c"
#include "tests/unit/unit.h"

#define TOP 0x7ffffffff000ul

static char *line; /* in memory of just its size: a read beyond it is seen */
static const char *interpreter, *argument;

/* Parses a file that begins so. */
static int parse(const char *text, size_t size)
{
    free(line);
    line = calloc(1, EXEC_HEADER_SIZE + 1);
    memcpy(line, text, size < EXEC_HEADER_SIZE ? size : EXEC_HEADER_SIZE);
    interpreter = argument = NULL;
    return exec_script_parse(line, &interpreter, &argument);
}

static void check_script(const char *text, const char *wanted_interpreter,
                         const char *wanted_argument)
{
    CHECK_EQ(parse(text, strlen(text)), 0);
    CHECK_STR(interpreter, wanted_interpreter);
    if (wanted_argument)
        CHECK_STR(argument, wanted_argument);
    else
        CHECK(argument == NULL);
}

static void test_words(void)
{
    check_script("#!/bin/sh\necho\n", "/bin/sh", NULL);
    check_script("#! /bin/sh\n", "/bin/sh", NULL);
    check_script("#!\t /bin/sh \t\n", "/bin/sh", NULL);
    check_script("#!/bin/sh -e\n", "/bin/sh", "-e");
    check_script("#!/bin/sh  -e  -x y \t \n", "/bin/sh", "-e  -x y");
    check_script("#!/bin/sh", "/bin/sh", NULL);
    check_script("#!/bin/sh -e", "/bin/sh", "-e");
    check_script("#!sh\n", "sh", NULL);
}

static void test_refused(void)
{
    CHECK_EQ(parse("", 0), -ENOEXEC);
    CHECK_EQ(parse("#", 1), -ENOEXEC);
    CHECK_EQ(parse("!#/bin/sh\n", 10), -ENOEXEC);
    CHECK_EQ(parse("#!\n", 3), -ENOEXEC);
    CHECK_EQ(parse("#! \t \n", 6), -ENOEXEC);
    CHECK_EQ(parse("#!", 2), -EACCES);
    CHECK_EQ(parse("#!   ", 5), -EACCES);
    CHECK_EQ(parse("#!/bin/sh\0\n", 11), 0);
}

/* A line that does not end in the part that is read: that counts up to its last byte but one. */
static void test_long(void)
{
    char text[2 * EXEC_HEADER_SIZE];

    memset(text, 'a', sizeof(text));
    memcpy(text, "#!/", 3);
    CHECK_EQ(parse(text, sizeof(text)), -ENOEXEC);
    text[100] = ' ';
    CHECK_EQ(parse(text, sizeof(text)), 0);
    CHECK_EQ(strlen(interpreter), 98);
    CHECK_EQ(strlen(argument), EXEC_HEADER_SIZE - 1 - 101);
    memset(text + 2, ' ', sizeof(text) - 2);
    CHECK_EQ(parse(text, sizeof(text)), -ENOEXEC);
    memset(text, 'a', sizeof(text));
    memcpy(text, "#!/", 3);
    text[EXEC_HEADER_SIZE - 1] = '\n';
    CHECK_EQ(parse(text, sizeof(text)), 0);
    CHECK_EQ(strlen(interpreter), EXEC_HEADER_SIZE - 3);
}

static void test_stack(void)
{
    struct exec_stack stack = {
        .top = TOP,
        .name_size = sizeof("/bin/true"),
        .strings_size = sizeof("true") + sizeof("A=1"),
        .argument_count = 1,
        .environment_count = 1,
        .auxv_count = 20,
    };

    exec_stack_layout(&stack);
    CHECK_EQ(stack.name, TOP - 8 - 10);
    CHECK_EQ(stack.strings, stack.name - 9);
    CHECK_EQ(stack.platform, TOP - 32 - sizeof("x86_64"));
    CHECK_EQ(stack.random, stack.platform - 16);
    CHECK_EQ(stack.sp % 16, 0);
    CHECK(stack.sp + 8 * (1 + 2 + 2) + 20 * sizeof(struct auxv) <= stack.random);
    CHECK(stack.sp + 8 * (1 + 2 + 2) + 20 * sizeof(struct auxv) + 16 > stack.random);
}

static void test_stack_sizes(void)
{
    for (unsigned i = 0; i < 1000; i++) {
        struct exec_stack stack = {
            .top = TOP,
            .name_size = 1 + unit_random() % 5000,
            .strings_size = unit_random() % 100000,
            .argument_count = unit_random() % 1000,
            .environment_count = unit_random() % 1000,
            .auxv_count = 1 + unit_random() % 30,
        };
        size_t words = 3 + stack.argument_count + stack.environment_count;

        exec_stack_layout(&stack);
        CHECK_EQ(stack.sp % 16, 0);
        CHECK(stack.sp + 8 * words + 16 * stack.auxv_count <= stack.random);
        CHECK(stack.random + EXEC_RANDOM_SIZE <= stack.platform);
        CHECK(stack.platform + sizeof(EXEC_PLATFORM) <= stack.strings);
        CHECK_EQ(stack.strings + stack.strings_size, stack.name);
        CHECK_EQ(stack.name + stack.name_size + 8, TOP);
    }
}

int main(void)
{
    UNIT_RUN(test_words);
    UNIT_RUN(test_refused);
    UNIT_RUN(test_long);
    UNIT_RUN(test_stack);
    UNIT_RUN(test_stack_sizes);
    free(line);
    return unit_result();
}
