/*
 * Validation of ELF64 images for the program loader (System V ABI, "Object Files" and "Program
 * Loading"; its AMD64 supplement; man 5 elf). Pure checks over bytes that the loader has read: file
 * contents are hostile. What is refused, and with which errno, follows Linux's execve.
 *
 *     read the first bytes of the file; elf_check_header
 *     read image.table_size bytes at image.table_offset; elf_check_segments
 *     map each PT_LOAD of the table
 *
 * The structures of the file are in kernel/abi/elf.h. No locking.
 */
#ifndef LIMEN_LIB_ELF_H
#define LIMEN_LIB_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/lib/compiler.h"

/* Largest program header table: one page, as on Linux. */
#define ELF_TABLE_MAX 4096

#define ELF_NO_SEGMENT (-1)

struct elf_image {
    /* From the header. */
    uint64_t entry;               /* not checked: a wrong one faults in user mode */
    bool is_position_independent; /* ET_DYN: addresses below are relative to a base */
    uint64_t table_offset;        /* program header table in the file */
    size_t table_size;            /* bytes, 1 .. ELF_TABLE_MAX */
    unsigned segment_count;       /* program headers */

    /* From the program headers. */
    uint64_t low;           /* page-aligned range that holds all of the PT_LOADs: low .. high - 1 */
    uint64_t high;          /* low < high <= the limit */
    uint64_t alignment;     /* largest p_align of a PT_LOAD: power of two, page size .. limit */
    uint64_t brk;           /* first address above the last PT_LOAD's memory, not rounded */
    uint64_t table_address; /* of the program header table, for AT_PHDR; 0 if it isn't loaded */
    int interp;             /* index of the first PT_INTERP, or ELF_NO_SEGMENT; its size is sane */
    int tls;                /* index of the first PT_TLS, or ELF_NO_SEGMENT */
    bool stack_is_executable; /* a PT_GNU_STACK asks for it; not if there is none, as on Linux */
};

/*
 * Checks the ELF header in bytes[size], the beginning of the file, and fills the first part of
 * *image. 0 or -ENOEXEC.
 */
int __must_check elf_check_header(const void *bytes, size_t size, struct elf_image *image);

/*
 * Checks the program headers in table[image->table_size] and fills the rest of *image. `user_limit`
 * is the first address above user space, page-aligned. On success each PT_LOAD has filesz <= memsz,
 * file offsets that don't wrap, vaddr and offset congruent modulo the page size (unless filesz is
 * 0), lies below user_limit; they may overlap and come in any order; those of memsz 0 are not
 * looked at further; at least one isn't empty. Returns 0, -ENOEXEC (PT_INTERP of a senseless size)
 * or -EINVAL (the others; then image->interp and image->tls are right all the same).
 */
int __must_check elf_check_segments(const void *table, uint64_t user_limit,
                                    struct elf_image *image);

#endif
