/*
 * The memory of a new program (execve(2), System V ABI AMD64 3.4.1): its segments and those of its
 * interpreter, the vDSO, its heap's place, its stack with arguments, environment and auxiliary
 * vector (getauxval(3)), in Linux's order.
 */
#include "arch/api/user.h"
#include "kernel/abi/auxvec.h"
#include "kernel/abi/elf.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/core/cred.h"
#include "kernel/core/random.h"
#include "kernel/lib/string.h"
#include "kernel/mm/mm.h"
#include "kernel/proc/exec.h"
#include "kernel/proc/process.h"
#include "kernel/proc/vdso.h"

/* Where position-independent programs go: two thirds of user space, as on Linux without
 * randomization. */
#define PROGRAM_BASE 0x555555554000ul

#define WORDS_AT_ONCE 32u
#define AUXV_MAX 24u

/* Writes 64-bit words to consecutive addresses of an address space, several at a time. */
struct word_writer {
    struct mm *mm;
    uintptr_t address;
    uint64_t words[WORDS_AT_ONCE];
    size_t count;
    int err;
};

static void words_flush(struct word_writer *writer)
{
    size_t size = writer->count * sizeof(uint64_t);

    if (writer->err == 0)
        writer->err = mm_write(writer->mm, writer->address, writer->words, size, false);
    writer->address += size;
    writer->count = 0;
}

static void words_put(struct word_writer *writer, uint64_t word)
{
    writer->words[writer->count++] = word;
    if (writer->count == WORDS_AT_ONCE)
        words_flush(writer);
}

/* The pointers to the next `count` strings, and NULL. */
static void words_put_strings(struct word_writer *writer, const struct exec_args *args,
                              uintptr_t strings, size_t *offset, size_t count)
{
    while (count-- > 0) {
        words_put(writer, strings + *offset);
        (void)exec_args_next(args, offset);
    }
    words_put(writer, 0);
}

/* The vector, AT_NULL included. Returns the number of entries; stack may be blank to get only that.
 */
static size_t auxv_fill(const struct exec *exec, const struct exec_stack *stack, struct auxv *auxv)
{
    const struct exec_elf *program = &exec->program, *interpreter = &exec->interpreter;
    const struct cred *cred = exec->cred;
    const struct auxv entries[] = {
        {AT_SYSINFO_EHDR, exec->vdso},
        {AT_MINSIGSTKSZ, user_signal_frame_size()},
        {AT_HWCAP, user_hwcap()},
        {AT_PAGESZ, PAGE_SIZE},
        {AT_CLKTCK, USER_HZ},
        {AT_PHDR, program->bias + program->image.table_address},
        {AT_PHENT, sizeof(struct elf64_phdr)},
        {AT_PHNUM, program->image.segment_count},
        {AT_BASE, interpreter->file != NULL ? interpreter->bias : 0},
        {AT_FLAGS, 0},
        {AT_ENTRY, program->bias + program->image.entry},
        {AT_UID, cred->uid},
        {AT_EUID, cred->euid},
        {AT_GID, cred->gid},
        {AT_EGID, cred->egid},
        {AT_SECURE, exec->is_secure},
        {AT_RANDOM, stack->random},
        {AT_HWCAP2, user_hwcap2()},
        {AT_EXECFN, stack->name},
        {AT_PLATFORM, stack->platform},
        {AT_NULL, 0},
    };

    static_assert(sizeof(entries) <= AUXV_MAX * sizeof(*auxv), "AUXV_MAX");
    memcpy(auxv, entries, sizeof(entries));
    return ARRAY_SIZE(entries);
}

/* Everything from the stack pointer up to the strings. */
static int stack_write_words(const struct exec *exec, const struct exec_stack *stack,
                             const struct auxv *auxv)
{
    struct word_writer writer = {.mm = exec->mm, .address = stack->sp};
    size_t offset = 0;

    words_put(&writer, stack->argument_count);
    words_put_strings(&writer, &exec->args, stack->strings, &offset, stack->argument_count);
    exec->mm->args_start = stack->strings;
    exec->mm->args_end = stack->strings + offset;
    exec->mm->environment_end = stack->strings + stack->strings_size;
    words_put_strings(&writer, &exec->args, stack->strings, &offset, stack->environment_count);
    exec->mm->auxv_start = writer.address + writer.count * sizeof(uint64_t);
    exec->mm->auxv_end = exec->mm->auxv_start + stack->auxv_count * sizeof(*auxv);
    for (size_t i = 0; i < stack->auxv_count; i++) {
        words_put(&writer, auxv[i].key);
        words_put(&writer, auxv[i].value);
    }
    words_flush(&writer);
    return writer.err;
}

static int stack_build(const struct exec *exec, uintptr_t *sp)
{
    struct auxv auxv[AUXV_MAX];
    struct exec_stack stack = {
        .top = USER_END,
        .name_size = strlen(exec->name) + 1,
        .strings_size = exec_args_size(&exec->args),
        .argument_count = exec_args_argument_count(&exec->args),
        .environment_count = exec->args.environment_count,
    };
    uint8_t random[EXEC_RANDOM_SIZE];
    int err;

    stack.auxv_count = auxv_fill(exec, &stack, auxv);
    exec_stack_layout(&stack);
    (void)auxv_fill(exec, &stack, auxv);
    random_bytes(random, sizeof(random));
    if ((err = mm_write(exec->mm, stack.name, exec->name, stack.name_size, false)) != 0 ||
        (err = exec_args_write(&exec->args, exec->mm, stack.strings)) != 0 ||
        (err = mm_write(exec->mm, stack.platform, EXEC_PLATFORM, sizeof(EXEC_PLATFORM), false)) ||
        (err = mm_write(exec->mm, stack.random, random, sizeof(random), false)) != 0)
        return err;
    *sp = stack.sp;
    return stack_write_words(exec, &stack, auxv);
}

int exec_image_build(struct exec *exec, uintptr_t *ip, uintptr_t *sp)
{
    struct exec_elf *program = &exec->program, *first = program;
    unsigned prot = PROT_READ | PROT_WRITE;
    int err;

    if (program->image.stack_is_executable)
        prot |= PROT_EXEC;
    err = mm_map_stack(exec->mm, prot);
    if (err == 0)
        err = exec_elf_map(program, exec->mm, PROGRAM_BASE);
    if (err == 0 && exec->interpreter.file != NULL) {
        first = &exec->interpreter;
        err = exec_elf_map(first, exec->mm, 0);
    }
    if (err == 0)
        err = vdso_map(exec->mm, &exec->vdso);
    if (err != 0)
        return err;
    mm_set_brk(exec->mm, round_up(program->bias + program->image.brk, PAGE_SIZE));
    *ip = first->bias + first->image.entry;
    return stack_build(exec, sp);
}
