/*
 * The vDSO and its page of clocks (vdso(7)). Both are pages of the kernel's image, made an object
 * each that programs map privately, like a file: so faults, fork, mprotect, munmap and mremap know
 * nothing of them. Who writes to the vDSO (a debugger's breakpoint) gets a copy;
 * nobody can make the clocks' page writable. The kernel never looks at what a program has there.
 *
 * Locking: all of it is made at boot and constant from then on.
 */
#include "kernel/proc/vdso.h"

#include "arch/api/vdso.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/core/clock.h"
#include "kernel/core/init.h"
#include "kernel/core/panic.h"
#include "kernel/mm/cache.h"
#include "kernel/mm/mm.h"

static_assert(CLOCK_PAGE_SIZE == PAGE_SIZE, "the page of clocks is a page");

static struct page_cache *vvar_cache, *vdso_cache;

static size_t vdso_size(void)
{
    return (size_t)(vdso_image_end - vdso_image);
}

int vdso_map(struct mm *mm, uintptr_t *header)
{
    struct map_request vvar = {
        .size = PAGE_SIZE + vdso_size(), /* finds room for both */
        .prot = PROT_READ,
        .max_prot = PROT_READ,
        .flags = MAP_PRIVATE,
        .cache = vvar_cache,
    };
    struct map_request vdso = {
        .size = vdso_size(),
        .prot = PROT_READ | PROT_EXEC,
        .max_prot = PROT_READ | PROT_WRITE | PROT_EXEC,
        .flags = MAP_PRIVATE | MAP_FIXED,
        .cache = vdso_cache,
    };
    long address = mm_map(mm, &vvar);

    if (address < 0)
        return (int)address;
    vdso.address = *header = (uintptr_t)address + PAGE_SIZE;
    address = mm_map(mm, &vdso);
    return address < 0 ? (int)address : 0;
}

const char *vdso_name(const struct vma *vma)
{
    if (vma->cache == vdso_cache)
        return "[vdso]";
    return vma->cache == vvar_cache ? "[vvar]" : NULL;
}

/* Shared memory that is whole pages of the image. Nobody owned them: the memory's reference, which
 * is never given up, is their first. */
static struct page_cache *image_share(const void *start, size_t size)
{
    struct page_cache *cache = shared_memory_create(size);

    if (cache == NULL)
        panic("no memory for the vDSO");
    for (size_t offset = 0; offset < size; offset += PAGE_SIZE) {
        struct page *page = virt_to_page((const char *)start + offset);

        page->ref = 1;
        if (page_cache_add(cache, offset / PAGE_SIZE, page) != 0)
            panic("no memory for the vDSO");
    }
    return cache;
}

static void vdso_init(void)
{
    vvar_cache = image_share(&clock_page, PAGE_SIZE);
    vdso_cache = image_share(vdso_image, vdso_size());
}
INIT_CALL(1, vdso_init);
