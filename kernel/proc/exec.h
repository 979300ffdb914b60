/*
 * Running programs (execve(2)): what the files exec*.c share. Others need process_exec only.
 */
#ifndef LIMEN_PROC_EXEC_H
#define LIMEN_PROC_EXEC_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/elf.h"
#include "kernel/lib/types.h"

struct cred;
struct file;
struct mm;
struct page;
struct sighand;

/* argv or envp: a NULL-terminated array of strings, in user memory or (user NULL) the kernel's. */
struct exec_vector {
    const char __user *const __user *user;
    const char *const *kernel; /* NULL: no strings */
};

/* Where a program is, in execveat(2)'s terms. */
struct exec_target {
    int dirfd;
    const char *path;
    int at_flags; /* AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW */
};

/*
 * Replaces the running thread's program by another one. 0: on its return to user mode the
 * thread begins there. -errno: nothing has changed, or, when it was too late for that, the process
 * has been killed. The other threads of the process are ended.
 */
long process_exec(const struct exec_target *target, struct exec_vector argv,
                  struct exec_vector envp);

/*
 * exec_args.c: the strings of argv and envp on their way from the old memory to the new.
 *
 * They lie one after the other in pages. A script replaces argv[0] by the names of its interpreter
 * and itself: those are collected, from the last to the first, at the end of `prefix`.
 */
#define EXEC_PREFIX_SIZE 8192u /* a path, and some lines of scripts that run scripts */

struct exec_args {
    char **pages;
    size_t page_count, page_capacity;
    size_t size;                              /* bytes of strings in pages */
    size_t size_limit;                        /* of all strings and of the pointers to them */
    size_t argument_count, environment_count; /* without prefix; argument_count includes argv[0] */
    size_t first_size;                        /* argv[0]'s bytes */
    char *prefix;                             /* NULL: not a script */
    size_t prefix_size, prefix_count;
};

/* Copies the strings. -EFAULT, -E2BIG, -ENOMEM; exec_args_free in any case. */
int exec_args_copy(struct exec_args *args, struct exec_vector argv, struct exec_vector envp);
void exec_args_free(struct exec_args *args);

/* Puts a string before all others; the first time it takes the place of argv[0]. */
int exec_args_prepend(struct exec_args *args, const char *text);

/* Strings that the program gets as argv; all bytes of argv and envp. */
size_t exec_args_argument_count(const struct exec_args *args);
size_t exec_args_size(const struct exec_args *args);

/* Writes all strings to an address of `mm`. */
int exec_args_write(const struct exec_args *args, struct mm *mm, uintptr_t address);

/* For walks over the strings: *offset is where one begins, first 0; its size with NUL. */
size_t exec_args_next(const struct exec_args *args, size_t *offset);

/*
 * exec_script.c: the first line of a file that begins with #!. Cuts `line`, the first
 * EXEC_HEADER_SIZE bytes of the file and a NUL, into words: the interpreter and its one argument or
 * NULL. -ENOEXEC: not a script, or its first line is too long or empty.
 */
#define EXEC_HEADER_SIZE 256u
int exec_script_parse(char *line, const char **interpreter, const char **argument);

/*
 * exec_stack.c: the initial stack (System V ABI, AMD64, 3.4.1), as Linux lays it out from `top`
 * down: 8 zero bytes, the program's name, the strings, the platform's name, 16 random bytes, and
 * below, with sp a multiple of 16: argc, argv, NULL, envp, NULL, auxv.
 */
#define EXEC_PLATFORM "x86_64"
#define EXEC_RANDOM_SIZE 16u

struct exec_stack {
    /* in */
    uintptr_t top;
    size_t name_size, strings_size; /* with NULs */
    size_t argument_count, environment_count, auxv_count;
    /* out: addresses */
    uintptr_t name, strings, platform, random, sp;
};

void exec_stack_layout(struct exec_stack *stack);

/*
 * exec_elf.c
 */
struct exec_elf {
    struct file *file;
    struct elf_image image;
    void *table;        /* program headers */
    int segments_error; /* the table is senseless: Linux notices when it is too late to go back */
    uintptr_t bias;     /* what is added to the file's addresses */
};

/* Reads and checks the headers; header[size]: the file's first bytes. Takes over the caller's
 * reference on the file in any case. -ENOEXEC, -ENOMEM, -EIO; exec_elf_free in any case. */
int exec_elf_read(struct exec_elf *elf, struct file *file, const void *header, size_t size);
void exec_elf_free(struct exec_elf *elf);

/* The path in PT_INTERP, to be freed by kfree, or NULL in *path if there is none. */
int exec_elf_interpreter(const struct exec_elf *elf, char **path);

/* Maps the image: a position-independent one at *base or a little above, or where there is room
 * (0). Sets elf->bias. */
int exec_elf_map(struct exec_elf *elf, struct mm *mm, uintptr_t base);

/*
 * exec.c: one execve under way.
 */
struct exec {
    const struct exec_target *target;
    const char *name;  /* a path to the program: as given, or by /dev/fd */
    char *fd_name;     /* that, made here; or NULL */
    bool is_closed_to; /* name leads nowhere once the program runs: its descriptor closes */
    struct exec_args args;
    struct exec_elf program, interpreter; /* interpreter.file NULL: there is none */
    char header[EXEC_HEADER_SIZE + 1];
    struct mm *mm;
    struct sighand *sighand;
    struct cred *cred;
    uintptr_t vdso;      /* AT_SYSINFO_EHDR */
    bool is_secure;      /* AT_SECURE: has privileges that its user hasn't */
    bool is_dumpable;    /* its user may see what is in it */
    bool is_past_return; /* nothing to go back to */
};

/* exec_image.c: fills exec->mm with the program: segments, stack. The first ip and sp. */
int exec_image_build(struct exec *exec, uintptr_t *ip, uintptr_t *sp);

/* exec_thread.c: ends all other threads and makes the running one the leader. -EAGAIN: the process
 * is dying, or another thread was faster. */
int process_become_single(void);

#endif
