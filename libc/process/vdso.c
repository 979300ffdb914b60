/*
 * Finding functions in the vDSO: a shared object that the kernel has mapped, already in its place,
 * with one version of each symbol.
 *
 * See `man 7 vdso`; System V ABI, chapter 5.
 */
#include "libc/process/vdso.h"

#include <stddef.h>
#include <string.h>

#include "kernel/abi/elf.h"
#include "libc/crt/start.h"

struct vdso {
    const char *bias; /* what is added to the object's addresses */
    const struct elf64_dyn *dynamic;
};

/* false: there is none. */
static int vdso_open(const struct elf64_ehdr *header, struct vdso *vdso)
{
    const char *start = (const char *)header;
    const struct elf64_phdr *segments = (const void *)(start + header->e_phoff);
    size_t dynamic = 0;

    for (size_t i = 0; i < header->e_phnum; i++) {
        if (segments[i].p_type == PT_LOAD)
            vdso->bias = start + segments[i].p_offset - segments[i].p_vaddr;
        else if (segments[i].p_type == PT_DYNAMIC)
            dynamic = segments[i].p_vaddr;
    }
    vdso->dynamic = (const void *)(vdso->bias + dynamic);
    return dynamic != 0;
}

static const void *vdso_table(const struct vdso *vdso, long tag)
{
    const struct elf64_dyn *entry = vdso->dynamic;

    while (entry->d_tag != tag && entry->d_tag != DT_NULL)
        entry++;
    return entry->d_tag == tag ? vdso->bias + entry->d_val : NULL;
}

/* DT_HASH is asked only how many symbols there are: they are few. */
static void *vdso_symbol(const struct vdso *vdso, const char *name)
{
    const unsigned *hash = vdso_table(vdso, DT_HASH);
    const struct elf64_sym *symbols = vdso_table(vdso, DT_SYMTAB);
    const char *names = vdso_table(vdso, DT_STRTAB);

    for (unsigned i = 1; hash && i < hash[1]; i++)
        if (symbols[i].st_shndx != SHN_UNDEF && strcmp(names + symbols[i].st_name, name) == 0)
            return (void *)(vdso->bias + symbols[i].st_value);
    return NULL;
}

void *__vdso_find(const char *name)
{
    const struct auxv *entry = __auxv;
    struct vdso vdso = {NULL, NULL};

    while (entry->key != AT_SYSINFO_EHDR && entry->key != AT_NULL)
        entry++;
    if (entry->key == AT_NULL || !vdso_open((const void *)entry->value, &vdso))
        return NULL;
    return vdso_symbol(&vdso, name);
}
