/*
 * Virtual memory areas: see vma.h. Splitting, merging and order; no page tables.
 */
#include "kernel/mm/vma.h"

#include "kernel/abi/errno.h"
#include "kernel/mm/cache.h"
#include "kernel/mm/slab.h"

static SLAB_CACHE(vma_cache, struct vma);

uint64_t vma_count_max = 65530; /* Linux's */

static const struct vma_file_hooks *file_hooks;

void vma_set_file_hooks(const struct vma_file_hooks *hooks)
{
    file_hooks = hooks;
}

struct vma *vma_find(const struct range_tree *tree, uintptr_t address)
{
    struct range *range = range_find(tree, address);

    return range ? vma_of(range) : NULL;
}

struct vma *vma_next(const struct vma *vma)
{
    struct range *range = range_next(&vma->range);

    return range ? vma_of(range) : NULL;
}

struct vma *vma_prev(const struct vma *vma)
{
    struct range *range = range_prev(&vma->range);

    return range ? vma_of(range) : NULL;
}

struct vma *vma_create(const struct vma *model, uintptr_t start, uintptr_t end)
{
    struct vma *vma = slab_alloc(&vma_cache);

    if (!vma)
        return NULL;
    *vma = *model;
    vma->range.start = start;
    vma->range.end = end;
    vma->range.guard = vma->flags & VMA_GROWS_DOWN ? STACK_GUARD_BYTES : 0;
    if (vma->cache)
        vma->cache_index = vma_cache_index(model, start);
    list_init(&vma->cache_node);
    if (vma->file)
        file_hooks->get(vma->file);
    else if (vma->cache)
        shared_memory_get(vma->cache);
    return vma;
}

/* Gives up what the VMA holds, and the VMA, which is in no tree and not linked. */
static void vma_destroy(struct vma *vma)
{
    if (vma->file)
        file_hooks->put(vma->file);
    else if (vma->cache)
        shared_memory_put(vma->cache);
    slab_free(&vma_cache, vma);
}

int vma_punch(const struct vma *vma)
{
    uint64_t start = vma->cache_index * PAGE_SIZE, size = vma->range.end - vma->range.start;

    if (vma->file)
        return file_hooks->punch(vma->file, start, size);
    page_cache_punch(vma->cache, start, start + size);
    return 0;
}

void vma_release_all(struct list *dead)
{
    struct vma *vma;

    while ((vma = list_first_entry(dead, struct vma, cache_node))) {
        list_del(&vma->cache_node);
        vma_destroy(vma);
    }
}

/* Those that mm_unmap_cache has still to visit come first in the list. */
static void mappings_add(struct page_cache *cache, struct vma *vma)
{
    if (vma->unmap_mark == cache->unmap_sequence)
        list_add_tail(&cache->mappings, &vma->cache_node);
    else
        list_add(&cache->mappings, &vma->cache_node);
}

void vma_link_cache(struct vma *vma)
{
    if (!vma->cache)
        return;
    spin_lock(&vma->cache->mappings_lock);
    mappings_add(vma->cache, vma);
    spin_unlock(&vma->cache->mappings_lock);
}

static void vma_unlink_cache(struct vma *vma)
{
    if (!vma->cache)
        return;
    spin_lock(&vma->cache->mappings_lock);
    list_del_init(&vma->cache_node);
    spin_unlock(&vma->cache->mappings_lock);
}

/* A part of `survivor` comes from a VMA that may not have been visited yet: then it must be. */
static void mark_merge(struct vma *survivor, uint64_t mark)
{
    if (!survivor->cache || mark >= survivor->unmap_mark)
        return;
    spin_lock(&survivor->cache->mappings_lock);
    survivor->unmap_mark = mark;
    list_del(&survivor->cache_node);
    mappings_add(survivor->cache, survivor);
    spin_unlock(&survivor->cache->mappings_lock);
}

struct vma *vma_insert(struct range_tree *tree, struct vma *vma)
{
    range_insert(tree, &vma->range);
    if (vma->cache) {
        spin_lock(&vma->cache->mappings_lock);
        vma->unmap_mark = vma->cache->unmap_sequence;
        mappings_add(vma->cache, vma);
        spin_unlock(&vma->cache->mappings_lock);
    }
    return vma_merge(tree, vma);
}

/* True if b goes on where a ends. */
static bool vma_continues(const struct vma *a, const struct vma *b)
{
    return a->range.end == b->range.start && a->prot == b->prot && a->max_prot == b->max_prot &&
           a->flags == b->flags && a->file == b->file && a->cache == b->cache &&
           (!a->cache || vma_cache_index(a, a->range.end) == b->cache_index);
}

/* Lets a, which b continues, take over b's range. a keeps what both refer to alive. */
static void vma_absorb(struct range_tree *tree, struct vma *a, struct vma *b)
{
    range_remove(tree, &b->range);
    range_resize(tree, &a->range, a->range.start, b->range.end);
    mark_merge(a, b->unmap_mark);
    vma_unlink_cache(b);
    if (b->file)
        file_hooks->put_one(b->file);
    else if (b->cache)
        shared_memory_put(b->cache);
    slab_free(&vma_cache, b);
}

struct vma *vma_merge(struct range_tree *tree, struct vma *vma)
{
    struct vma *prev = vma_prev(vma), *next = vma_next(vma);

    if (next && vma_continues(vma, next))
        vma_absorb(tree, vma, next);
    if (!prev || !vma_continues(prev, vma))
        return vma;
    vma_absorb(tree, prev, vma);
    return prev;
}

int vma_split(struct range_tree *tree, struct vma *vma, uintptr_t address)
{
    struct vma *upper;

    if (tree->count >= atomic_load(&vma_count_max))
        return -ENOMEM;
    upper = vma_create(vma, address, vma->range.end);
    if (!upper)
        return -ENOMEM;
    range_resize(tree, &vma->range, vma->range.start, address);
    range_insert(tree, &upper->range);
    vma_link_cache(upper);
    return 0;
}

int vma_isolate(struct range_tree *tree, struct vma **vma, uintptr_t start, uintptr_t end)
{
    int error;

    if ((*vma)->range.start < start) {
        error = vma_split(tree, *vma, start);
        if (error != 0)
            return error;
        *vma = vma_next(*vma);
    }
    return (*vma)->range.end > end ? vma_split(tree, *vma, end) : 0;
}

void vma_trim(struct range_tree *tree, struct vma *vma, uintptr_t start, uintptr_t end,
              struct list *dead)
{
    struct range *range = &vma->range;

    if (start <= range->start && end >= range->end) {
        vma_unlink_cache(vma);
        range_remove(tree, range);
        list_add_tail(dead, &vma->cache_node);
    } else if (start <= range->start) {
        if (vma->cache)
            vma->cache_index = vma_cache_index(vma, end);
        range_resize(tree, range, end, range->end);
    } else {
        range_resize(tree, range, range->start, start);
    }
}

int vma_change_flags(struct range_tree *tree, struct vma **vma, uintptr_t start, uintptr_t end,
                     unsigned clear, unsigned set)
{
    unsigned flags = ((*vma)->flags & ~clear) | set;
    int error;

    if (flags == (*vma)->flags)
        return 0;
    error = vma_isolate(tree, vma, start, end);
    if (error != 0)
        return error;
    (*vma)->flags = (uint16_t)flags;
    *vma = vma_merge(tree, *vma);
    return 0;
}
