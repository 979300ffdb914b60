/* Validation of ELF64 images; see elf.h. */
#include "kernel/lib/elf.h"

#include "kernel/abi/elf.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"

#define ELF_PAGE_SIZE 4096u
#define INTERP_MAX 4096 /* PATH_MAX, with the NUL */

static_assert(ELF_TABLE_MAX <= 65536, "the ABI's limit: e_phnum has 16 bits");

/* Linux also requires a sane table before it looks at anything else: all of it is ENOEXEC. Class
 * and byte order it takes for granted, given the machine. */
int elf_check_header(const void *bytes, size_t size, struct elf_image *image)
{
    struct elf64_ehdr header;
    uint64_t table_end;

    if (size < sizeof(header))
        return -ENOEXEC;
    memcpy(&header, bytes, sizeof(header));
    if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
        return -ENOEXEC;
    if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
        return -ENOEXEC;
    if (header.e_machine != EM_X86_64 || header.e_phentsize != sizeof(struct elf64_phdr))
        return -ENOEXEC;
    *image = (struct elf_image){
        .entry = header.e_entry,
        .is_position_independent = header.e_type == ET_DYN,
        .table_offset = header.e_phoff,
        .table_size = header.e_phnum * sizeof(struct elf64_phdr),
        .segment_count = header.e_phnum,
    };
    if (image->table_size == 0 || image->table_size > ELF_TABLE_MAX)
        return -ENOEXEC;
    if (check_add_overflow(image->table_offset, image->table_size, &table_end) ||
        table_end > INT64_MAX)
        return -ENOEXEC;
    return 0;
}

/* The checks of one PT_LOAD by itself; see the promises of elf_check_segments. */
static bool load_is_valid(const struct elf64_phdr *segment, uint64_t user_limit)
{
    uint64_t file_end;

    if (segment->p_filesz > segment->p_memsz)
        return false;
    if (segment->p_memsz > user_limit || segment->p_vaddr > user_limit - segment->p_memsz)
        return false;
    if (check_add_overflow(segment->p_offset, segment->p_filesz, &file_end) || file_end > INT64_MAX)
        return false;
    if (is_power_of_two(segment->p_align) && segment->p_align > user_limit)
        return false;
    return segment->p_filesz == 0 || (segment->p_vaddr - segment->p_offset) % ELF_PAGE_SIZE == 0;
}

/* Adds a valid PT_LOAD to the image's range. */
static void load_add(struct elf_image *image, const struct elf64_phdr *segment)
{
    uint64_t table_skip = image->table_offset - segment->p_offset;
    uint64_t low = round_down(segment->p_vaddr, ELF_PAGE_SIZE);

    if (segment->p_memsz == 0)
        return;
    image->low = image->high == 0 ? low : min(image->low, low);
    image->brk = max(image->brk, segment->p_vaddr + segment->p_memsz);
    image->high = round_up(image->brk, ELF_PAGE_SIZE);
    if (is_power_of_two(segment->p_align))
        image->alignment = max(image->alignment, segment->p_align);
    if (image->table_offset >= segment->p_offset && table_skip < segment->p_filesz &&
        image->table_address == 0)
        image->table_address = segment->p_vaddr + table_skip;
}

/* 0 or the errno of a PT_LOAD or of one of the others that matter. */
static int segment_check(const struct elf64_phdr *segment, unsigned index, uint64_t user_limit,
                         struct elf_image *image)
{
    switch (segment->p_type) {
    case PT_LOAD:
        if (!load_is_valid(segment, user_limit))
            return -EINVAL;
        load_add(image, segment);
        return 0;
    case PT_INTERP:
        if (image->interp != ELF_NO_SEGMENT)
            return 0;
        if (segment->p_filesz < 2 || segment->p_filesz > INTERP_MAX)
            return -ENOEXEC;
        image->interp = (int)index;
        return 0;
    case PT_TLS:
        if (image->tls == ELF_NO_SEGMENT)
            image->tls = (int)index;
        return 0;
    case PT_GNU_STACK:
        image->stack_is_executable = segment->p_flags & PF_X;
        return 0;
    default:
        return 0;
    }
}

int elf_check_segments(const void *table, uint64_t user_limit, struct elf_image *image)
{
    const uint8_t *next = table;
    int error = 0;

    image->low = 0;
    image->high = 0;
    image->brk = 0;
    image->alignment = ELF_PAGE_SIZE;
    image->table_address = 0;
    image->interp = ELF_NO_SEGMENT;
    image->tls = ELF_NO_SEGMENT;
    image->stack_is_executable = false;
    for (unsigned i = 0; i < image->segment_count; i++, next += sizeof(struct elf64_phdr)) {
        struct elf64_phdr segment;
        int result;

        memcpy(&segment, next, sizeof(segment));
        result = segment_check(&segment, i, user_limit, image);
        if (result == -ENOEXEC)
            return result;
        if (!error)
            error = result;
    }
    return !error && !image->high ? -EINVAL : error;
}
