/*
 * ELF images (elf(5)): reading and checking their headers, mapping their segments. See exec.h;
 * what makes a header sane is kernel/lib/elf.c's.
 *
 * Segments are private mappings of the file. Memory beyond what is in the file is zero: the rest of
 * the last page is cleared, further pages are anonymous.
 */
#include "kernel/abi/elf.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/lib/string.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/exec.h"
#include "kernel/vfs/file.h"

#define PROT_ALL (PROT_READ | PROT_WRITE | PROT_EXEC)

/* Fills buffer[size] from a place in the file: 0, -EIO (the file is too short), -EINVAL (no file
 * has such a place) or the error. */
static int elf_read_at(struct file *file, void *buffer, size_t size, uint64_t offset)
{
    ssize_t count = file_read_kernel(file, buffer, size, (loff_t)offset);

    if (count < 0)
        return (int)count;
    return (size_t)count == size ? 0 : -EIO;
}

int exec_elf_read(struct exec_elf *elf, struct file *file, const void *header, size_t size)
{
    int err;

    elf->file = file;
    err = elf_check_header(header, size, &elf->image);
    if (err != 0)
        return err;
    elf->table = kmalloc(elf->image.table_size);
    if (elf->table == NULL)
        return -ENOMEM;
    err = elf_read_at(file, elf->table, elf->image.table_size, elf->image.table_offset);
    if (err != 0)
        return -ENOEXEC;
    err = elf_check_segments(elf->table, USER_END, &elf->image);
    if (err == -ENOEXEC)
        return err;
    elf->segments_error = err;
    return 0;
}

void exec_elf_free(struct exec_elf *elf)
{
    kfree(elf->table);
    if (elf->file != NULL)
        file_put_exec(elf->file);
    *elf = (struct exec_elf){0};
}

static void elf_segment(const struct exec_elf *elf, unsigned index, struct elf64_phdr *segment)
{
    memcpy(segment, (const char *)elf->table + index * sizeof(*segment), sizeof(*segment));
}

int exec_elf_interpreter(const struct exec_elf *elf, char **path)
{
    struct elf64_phdr segment;
    int err;

    *path = NULL;
    if (elf->image.interp == ELF_NO_SEGMENT)
        return 0;
    elf_segment(elf, (unsigned)elf->image.interp, &segment);
    *path = kmalloc(segment.p_filesz);
    if (*path == NULL)
        return -ENOMEM;
    err = elf_read_at(elf->file, *path, segment.p_filesz, segment.p_offset);
    if (err == 0 && (*path)[segment.p_filesz - 1] != '\0')
        err = -ENOEXEC;
    if (err != 0) {
        kfree(*path);
        *path = NULL;
    }
    return err;
}

static unsigned segment_prot(const struct elf64_phdr *segment)
{
    return (segment->p_flags & PF_R ? PROT_READ : 0u) |
           (segment->p_flags & PF_W ? PROT_WRITE : 0u) | (segment->p_flags & PF_X ? PROT_EXEC : 0u);
}

/* Maps what the file holds of a segment: from the page of its start to the end of its last page. */
static int segment_map_file(const struct exec_elf *elf, struct mm *mm,
                            const struct elf64_phdr *segment, struct page_cache *cache)
{
    uintptr_t start = elf->bias + segment->p_vaddr;
    size_t lead = start % PAGE_SIZE;
    struct map_request request = {
        .address = start - lead,
        .size = segment->p_filesz + lead,
        .prot = segment_prot(segment),
        .max_prot = PROT_ALL,
        .flags = MAP_PRIVATE | MAP_FIXED,
        .file = elf->file,
        .cache = cache,
        .offset = segment->p_offset - lead,
    };
    long address;

    if (segment->p_filesz == 0)
        return 0;
    address = mm_map(mm, &request);
    return address < 0 ? (int)address : 0;
}

/* Makes the rest of a segment zero. What can't be written keeps the file's bytes up to the end of
 * the page, as on Linux. */
static int segment_map_zero(const struct exec_elf *elf, struct mm *mm,
                            const struct elf64_phdr *segment)
{
    uintptr_t file_end = elf->bias + segment->p_vaddr + segment->p_filesz;
    uintptr_t page_end = round_up(file_end, PAGE_SIZE);
    uintptr_t end = round_up(elf->bias + segment->p_vaddr + segment->p_memsz, PAGE_SIZE);
    struct map_request request = {
        .address = page_end,
        .size = end - page_end,
        .prot = PROT_READ | PROT_WRITE | (segment_prot(segment) & PROT_EXEC),
        .max_prot = PROT_ALL,
        .flags = MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS,
    };
    long address;
    int err = 0;

    if (segment->p_memsz == segment->p_filesz)
        return 0;
    if (page_end != file_end && (segment->p_flags & PF_W))
        err = mm_zero(mm, file_end, page_end - file_end);
    if (err != 0 || request.size == 0)
        return err;
    address = mm_map(mm, &request);
    return address < 0 ? (int)address : 0;
}

/* Finds room for an image that goes anywhere, and sets its bias. */
static int elf_place_anywhere(struct exec_elf *elf, struct mm *mm)
{
    const struct elf_image *image = &elf->image;
    struct map_request request = {
        .size = image->high - image->low + image->alignment,
        .max_prot = PROT_ALL,
        .flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
    };
    long address = mm_map(mm, &request);

    if (address < 0)
        return (int)address;
    elf->bias = round_up((uintptr_t)address, image->alignment) - image->low;
    return mm_unmap(mm, (uintptr_t)address, request.size);
}

static int elf_place(struct exec_elf *elf, struct mm *mm, uintptr_t base)
{
    if (!elf->image.is_position_independent) {
        elf->bias = 0;
        return 0;
    }
    if (base == 0)
        return elf_place_anywhere(elf, mm);
    elf->bias = round_up(base, elf->image.alignment) - elf->image.low;
    return 0;
}

int exec_elf_map(struct exec_elf *elf, struct mm *mm, uintptr_t base)
{
    struct page_cache *cache;
    struct elf64_phdr segment;
    int err = elf->segments_error;

    if (err == 0)
        err = elf->file->ops->mmap ? elf->file->ops->mmap(elf->file, false, &cache) : -ENODEV;
    if (err == 0)
        err = elf_place(elf, mm, base);
    for (unsigned i = 0; err == 0 && i < elf->image.segment_count; i++) {
        elf_segment(elf, i, &segment);
        if (segment.p_type != PT_LOAD || segment.p_memsz == 0)
            continue;
        err = segment_map_file(elf, mm, &segment, cache);
        if (err == 0)
            err = segment_map_zero(elf, mm, &segment);
    }
    return err;
}
